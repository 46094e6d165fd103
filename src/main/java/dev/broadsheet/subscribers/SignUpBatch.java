package dev.broadsheet.subscribers;

import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.AddressHashes;
import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.suppression.Suppressions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hibernate.Session;
import org.hibernate.jdbc.ReturningWork;
import org.jspecify.annotations.Nullable;

/** Turns sign-up rows into pending subscriptions and the mails that answer them, all of a batch or nothing. */
@ApplicationScoped
class SignUpBatch {

    /** A locked sign-up row whose address was read again. */
    private record SignUp(long id, long newsletterId, EmailAddress address) {}

    /** @param deadMailbox tried again all the same: not before a month is over another time */
    private record Asked(long newsletterId, ReaderMails.Reader reader, byte @Nullable [] deadMailbox) {}

    private final EntityManager em;
    private final AddressHashes hashes;
    private final Suppressions suppressions;
    private final Consents consents;
    private final ReaderMails mails;
    private final MailCeiling ceiling;
    private final SignUpConfig config;
    private final Clock clock;

    SignUpBatch(
            EntityManager em,
            AddressHashes hashes,
            Suppressions suppressions,
            Consents consents,
            ReaderMails mails,
            MailCeiling ceiling,
            SignUpConfig config,
            Clock clock) {
        this.em = em;
        this.hashes = hashes;
        this.suppressions = suppressions;
        this.consents = consents;
        this.mails = mails;
        this.ceiling = ceiling;
        this.config = config;
        this.clock = clock;
    }

    /** Works off these sign-ups, but for those that another node has in hand. */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    void work(List<Long> ids) {
        Instant now = clock.instant();
        List<SignUp> signUps = read(connection -> lock(connection, ids));
        Map<Long, Newsletter> newsletters = new TreeMap<>();
        Map<Long, byte[]> texts = new HashMap<>();
        for (SignUp signUp : signUps) {
            newsletters.computeIfAbsent(signUp.newsletterId, id -> Newsletter.findById(id));
        }
        newsletters.forEach((id, newsletter) -> texts.put(id, consents.text(newsletter)));

        List<Asked> asked = read(connection -> {
            addSubscribers(connection, signUps, now);
            return ask(connection, signUps, texts, now);
        });
        List<Asked> told = read(connection -> {
            List<Asked> active = tell(connection, signUps, now);
            delete(connection, signUps);
            return active;
        });
        List<byte[]> dead = asked.stream()
                .map(Asked::deadMailbox)
                .flatMap(Stream::ofNullable)
                .toList();
        if (!dead.isEmpty()) {
            suppressions.tried(dead);
        }
        List<Asked> all = Stream.concat(asked.stream(), told.stream()).toList();
        Set<Asked> within = Set.copyOf(ceiling.within(all, one -> one.reader.email()));
        for (Newsletter newsletter : newsletters.values()) {
            List<ReaderMails.Reader> toConfirm = readers(asked, within, newsletter);
            if (!toConfirm.isEmpty()) {
                mails.confirmation(newsletter, toConfirm);
            }
            List<ReaderMails.Reader> toTell = readers(told, within, newsletter);
            if (!toTell.isEmpty()) {
                mails.subscribedAlready(newsletter, toTell);
            }
        }
    }

    private <T> List<T> read(ReturningWork<List<T>> work) {
        return em.unwrap(Session.class).doReturningWork(work);
    }

    private static List<ReaderMails.Reader> readers(List<Asked> asked, Set<Asked> within, Newsletter of) {
        return asked.stream()
                .filter(one -> one.newsletterId == of.id && within.contains(one))
                .map(Asked::reader)
                .toList();
    }

    private static List<SignUp> lock(Connection connection, List<Long> ids) throws SQLException {
        String sql =
                "select id, newsletter_id, email from sign_up where id = any (?) order by id for update skip locked";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setArray(1, connection.createArrayOf("bigint", ids.toArray()));
            List<SignUp> signUps = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    long id = row.getLong("id");
                    signUps.add(new SignUp(
                            id,
                            row.getLong("newsletter_id"),
                            EmailAddress.parse(row.getString("email"))
                                    .orElseThrow(
                                            () -> new IllegalStateException("Sign-up " + id + " has no address"))));
                }
            }
            return signUps;
        }
    }

    /**
     * Makes the persons that are new, unless the address must not be asked. A name that a stranger may have typed gives
     * way to a later one until the person has confirmed something.
     */
    private void addSubscribers(Connection connection, List<SignUp> signUps, Instant now) throws SQLException {
        String sql = """
                insert into subscriber as p (email, email_key, email_hash, name, created_at)
                select distinct on (a.key) u.email, a.key, decode(a.hash, 'hex'), u.name, ?
                from unnest(?::bigint[], ?::text[], ?::text[]) as a (id, key, hash)
                join sign_up u on u.id = a.id
                where not exists (
                  select 1 from suppressed_address x
                  where x.address_hash = decode(a.hash, 'hex')
                    and (x.stops_confirmation or (x.stops_editors and u.via = 'EDITOR'))
                    and (x.newsletter_id is null or x.newsletter_id = u.newsletter_id))
                order by a.key
                on conflict (email_key) do update set name = excluded.name
                where excluded.name is distinct from p.name and excluded.name is not null and not exists (
                  select 1 from subscription s
                  where s.subscriber_id = p.id and (s.confirmed_at is not null or s.unsubscribed_at is not null))
                """;
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setTimestamp(1, Timestamp.from(now));
            insert.setArray(2, array(connection, "bigint", signUps, SignUp::id));
            insert.setArray(3, array(connection, "text", signUps, s -> s.address.key()));
            insert.setArray(
                    4, array(connection, "text", signUps, s -> HexFormat.of().formatHex(hashes.hash(s.address.key()))));
            insert.executeUpdate();
        }
    }

    /**
     * Makes subscriptions pending, and answers those that get a confirmation mail now: not the active ones, not those
     * that had one a moment ago, not those that must not be asked. An active one whose mailbox was dead stays active
     * and is asked: confirming shows that the mailbox lives.
     */
    private List<Asked> ask(Connection connection, List<SignUp> signUps, Map<Long, byte[]> texts, Instant now)
            throws SQLException {
        String sql = """
                with asking as (
                  select distinct on (u.newsletter_id, p.id) u.newsletter_id, p.id as subscriber_id, p.email, u.sections,
                    u.via, u.ip, u.user_agent, u.editor, case when u.via <> 'EDITOR' then decode(a.text, 'hex') end as text_hash,
                    case when exists (
                      select 1 from suppressed_address x
                      where x.address_hash = p.email_hash and x.lifted_by_confirmation
                        and (x.newsletter_id is null or x.newsletter_id = u.newsletter_id)) then p.email_hash end as lifted
                  from unnest(?::bigint[], ?::text[], ?::text[]) as a (id, key, text)
                  join sign_up u on u.id = a.id
                  join subscriber p on p.email_key = a.key
                  where not exists (
                    select 1 from suppressed_address x
                    where x.address_hash = p.email_hash
                      and (x.stops_confirmation or (x.stops_editors and u.via = 'EDITOR'))
                      and (x.newsletter_id is null or x.newsletter_id = u.newsletter_id))
                  order by u.newsletter_id, p.id, u.id desc),
                asked as (
                  insert into subscription as s
                    (newsletter_id, subscriber_id, state, sections, subscribed_at, confirmation_sent_at)
                  select newsletter_id, subscriber_id, 'PENDING', sections, ?, ? from asking
                  on conflict (newsletter_id, subscriber_id) do update set
                    state = case when s.state = 'ACTIVE' then s.state else excluded.state end,
                    -- "send it again" chooses nothing
                    sections = case when s.state = 'ACTIVE' or (s.state = 'PENDING' and excluded.sections = '{}')
                      then s.sections else excluded.sections end,
                    subscribed_at =
                      case when s.state = 'UNSUBSCRIBED' then excluded.subscribed_at else s.subscribed_at end,
                    confirmed_at = case when s.state = 'ACTIVE' then s.confirmed_at end,
                    confirmation_sent_at = excluded.confirmation_sent_at
                  where (s.confirmation_sent_at is null or s.confirmation_sent_at <= ?)
                    and (s.state <> 'ACTIVE' or exists (
                      select 1 from subscriber p join suppressed_address x on x.address_hash = p.email_hash
                      where p.id = s.subscriber_id and x.lifted_by_confirmation
                        and (x.newsletter_id is null or x.newsletter_id = s.newsletter_id)))
                  returning s.id, s.newsletter_id, s.subscriber_id, s.language),
                proof as (
                  insert into consent_record (subscription_id, action, via, ip, user_agent, editor, text_hash, at)
                  select asked.id, 'ASKED', asking.via, asking.ip, asking.user_agent, asking.editor, asking.text_hash, ?
                  from asked join asking using (newsletter_id, subscriber_id))
                select asked.id, asked.newsletter_id, asking.email, asked.language, asking.lifted
                from asked join asking using (newsletter_id, subscriber_id)
                order by asked.id
                """;
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setArray(1, array(connection, "bigint", signUps, SignUp::id));
            insert.setArray(2, array(connection, "text", signUps, s -> s.address.key()));
            insert.setArray(
                    3, array(connection, "text", signUps, s -> HexFormat.of().formatHex(texts.get(s.newsletterId))));
            insert.setTimestamp(4, Timestamp.from(now));
            insert.setTimestamp(5, Timestamp.from(now));
            insert.setTimestamp(6, Timestamp.from(now.minus(config.confirmAgainAfter())));
            insert.setTimestamp(7, Timestamp.from(now));
            return asked(insert, "lifted");
        }
    }

    /**
     * Answers the active ones among those who signed up again, but for those that were told so a while ago. An editor
     * sees it in the list.
     */
    private List<Asked> tell(Connection connection, List<SignUp> signUps, Instant now) throws SQLException {
        String sql = """
                update subscription s set told_at = ?
                from unnest(?::bigint[], ?::text[]) as a (id, key)
                join sign_up u on u.id = a.id
                join subscriber p on p.email_key = a.key
                where s.newsletter_id = u.newsletter_id and s.subscriber_id = p.id and s.state = 'ACTIVE'
                  and u.via <> 'EDITOR' and (s.told_at is null or s.told_at <= ?)
                  and not exists (
                    select 1 from suppressed_address x
                    where x.address_hash = p.email_hash
                      and (x.newsletter_id is null or x.newsletter_id = s.newsletter_id))
                returning s.id, s.newsletter_id, p.email, s.language
                """;
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setTimestamp(1, Timestamp.from(now));
            update.setArray(2, array(connection, "bigint", signUps, SignUp::id));
            update.setArray(3, array(connection, "text", signUps, s -> s.address.key()));
            update.setTimestamp(4, Timestamp.from(now.minus(config.tellAgainAfter())));
            return asked(update, null);
        }
    }

    private static List<Asked> asked(PreparedStatement statement, @Nullable String deadMailbox) throws SQLException {
        List<Asked> asked = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                asked.add(new Asked(
                        row.getLong("newsletter_id"),
                        new ReaderMails.Reader(row.getLong("id"), row.getString("email"), row.getString("language")),
                        deadMailbox == null ? null : row.getBytes(deadMailbox)));
            }
        }
        return asked;
    }

    private static void delete(Connection connection, List<SignUp> signUps) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from sign_up where id = any (?)")) {
            delete.setArray(1, array(connection, "bigint", signUps, SignUp::id));
            delete.executeUpdate();
        }
    }

    private static Array array(
            Connection connection, String type, List<SignUp> signUps, Function<SignUp, @Nullable Object> column)
            throws SQLException {
        return connection.createArrayOf(type, signUps.stream().map(column).toArray());
    }
}
