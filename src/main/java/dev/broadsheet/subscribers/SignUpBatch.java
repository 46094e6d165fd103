package dev.broadsheet.subscribers;

import dev.broadsheet.platform.AddressHashes;
import dev.broadsheet.platform.EmailAddress;
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
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/** Turns sign-up rows into pending subscriptions and confirmation mails, all of a batch or nothing. */
@ApplicationScoped
class SignUpBatch {

    /** A locked sign-up row whose address was read again. */
    private record SignUp(
            long id,
            long newsletterId,
            EmailAddress address,
            @Nullable String name,
            String via,
            @Nullable String ip,
            @Nullable String userAgent) {}

    /** A subscription that is to be asked for its confirmation. */
    record Asked(long subscriptionId, long newsletterId, String email) {}

    private final EntityManager em;
    private final AddressHashes hashes;
    private final Confirmations confirmations;
    private final MailCeiling ceiling;
    private final SignUpConfig config;
    private final Clock clock;

    SignUpBatch(
            EntityManager em,
            AddressHashes hashes,
            Confirmations confirmations,
            MailCeiling ceiling,
            SignUpConfig config,
            Clock clock) {
        this.em = em;
        this.hashes = hashes;
        this.confirmations = confirmations;
        this.ceiling = ceiling;
        this.config = config;
        this.clock = clock;
    }

    /** Works off these sign-ups, but for those that another node has in hand. */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    void work(List<Long> ids) {
        Instant now = clock.instant();
        List<Asked> asked = em.unwrap(Session.class).doReturningWork(connection -> {
            List<SignUp> signUps = lock(connection, ids);
            addSubscribers(connection, signUps, now);
            List<Asked> toConfirm = ask(connection, signUps, now);
            delete(connection, signUps);
            return toConfirm;
        });
        confirmations.queue(ceiling.within(asked, Asked::email));
    }

    private static List<SignUp> lock(Connection connection, List<Long> ids) throws SQLException {
        String sql = """
                select id, newsletter_id, email, name, via, host(ip) as ip, user_agent
                from sign_up where id = any (?) order by id for update skip locked
                """;
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
                                    .orElseThrow(() -> new IllegalStateException("Sign-up " + id + " has no address")),
                            row.getString("name"),
                            row.getString("via"),
                            row.getString("ip"),
                            row.getString("user_agent")));
                }
            }
            return signUps;
        }
    }

    /**
     * Makes the persons that are new, unless the address is suppressed. A name that a stranger may have typed gives way
     * to a later one until the person has confirmed something.
     */
    private void addSubscribers(Connection connection, List<SignUp> signUps, Instant now) throws SQLException {
        String sql = """
                insert into subscriber as p (email, email_key, email_hash, name, created_at)
                select distinct on (a.key) a.email, a.key, decode(a.hash, 'hex'), a.name, ?
                from unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[])
                  as a (newsletter_id, email, key, hash, name)
                where not exists (
                  select 1 from suppressed_address x
                  where x.address_hash = decode(a.hash, 'hex') and x.stops_confirmation
                    and (x.newsletter_id is null or x.newsletter_id = a.newsletter_id))
                order by a.key
                on conflict (email_key) do update set name = excluded.name
                where excluded.name is distinct from p.name and excluded.name is not null and not exists (
                  select 1 from subscription s
                  where s.subscriber_id = p.id and (s.confirmed_at is not null or s.unsubscribed_at is not null))
                """;
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setTimestamp(1, Timestamp.from(now));
            insert.setArray(2, array(connection, "bigint", signUps, SignUp::newsletterId));
            insert.setArray(3, array(connection, "text", signUps, s -> s.address.typed()));
            insert.setArray(4, array(connection, "text", signUps, s -> s.address.key()));
            insert.setArray(5, array(connection, "text", signUps, s -> hash(s.address)));
            insert.setArray(6, array(connection, "text", signUps, SignUp::name));
            insert.executeUpdate();
        }
    }

    /**
     * Makes subscriptions pending, and answers those that get a confirmation mail now: not the active ones, not those
     * that had one a moment ago, not the suppressed.
     */
    private List<Asked> ask(Connection connection, List<SignUp> signUps, Instant now) throws SQLException {
        String sql = """
                with asking as (
                  select distinct on (a.newsletter_id, p.id)
                    a.newsletter_id, p.id as subscriber_id, p.email, a.via, a.ip::inet as ip, a.user_agent
                  from unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[])
                    as a (newsletter_id, key, via, ip, user_agent)
                  join subscriber p on p.email_key = a.key
                  where not exists (
                    select 1 from suppressed_address x
                    where x.address_hash = p.email_hash and x.stops_confirmation
                      and (x.newsletter_id is null or x.newsletter_id = a.newsletter_id))
                  order by a.newsletter_id, p.id),
                asked as (
                  insert into subscription as s
                    (newsletter_id, subscriber_id, state, subscribed_at, confirmation_sent_at)
                  select newsletter_id, subscriber_id, 'PENDING', ?, ? from asking
                  on conflict (newsletter_id, subscriber_id) do update set
                    state = 'PENDING',
                    subscribed_at =
                      case when s.state = 'PENDING' then s.subscribed_at else excluded.subscribed_at end,
                    confirmed_at = null,
                    confirmation_sent_at = excluded.confirmation_sent_at
                  where s.state <> 'ACTIVE' and (s.confirmation_sent_at is null or s.confirmation_sent_at <= ?)
                  returning s.id, s.newsletter_id, s.subscriber_id),
                proof as (
                  insert into consent_record (subscription_id, action, via, ip, user_agent, at)
                  select asked.id, 'ASKED', asking.via, asking.ip, asking.user_agent, ?
                  from asked join asking using (newsletter_id, subscriber_id))
                select asked.id, asked.newsletter_id, asking.email
                from asked join asking using (newsletter_id, subscriber_id)
                order by asked.id
                """;
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setArray(1, array(connection, "bigint", signUps, SignUp::newsletterId));
            insert.setArray(2, array(connection, "text", signUps, s -> s.address.key()));
            insert.setArray(3, array(connection, "text", signUps, SignUp::via));
            insert.setArray(4, array(connection, "text", signUps, SignUp::ip));
            insert.setArray(5, array(connection, "text", signUps, SignUp::userAgent));
            insert.setTimestamp(6, Timestamp.from(now));
            insert.setTimestamp(7, Timestamp.from(now));
            insert.setTimestamp(8, Timestamp.from(now.minus(config.confirmAgainAfter())));
            insert.setTimestamp(9, Timestamp.from(now));
            List<Asked> asked = new ArrayList<>();
            try (ResultSet row = insert.executeQuery()) {
                while (row.next()) {
                    asked.add(new Asked(row.getLong("id"), row.getLong("newsletter_id"), row.getString("email")));
                }
            }
            return asked;
        }
    }

    private static void delete(Connection connection, List<SignUp> signUps) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from sign_up where id = any (?)")) {
            delete.setArray(1, array(connection, "bigint", signUps, SignUp::id));
            delete.executeUpdate();
        }
    }

    private String hash(EmailAddress address) {
        return HexFormat.of().formatHex(hashes.hash(address.key()));
    }

    private static Array array(
            Connection connection, String type, List<SignUp> signUps, Function<SignUp, @Nullable Object> column)
            throws SQLException {
        return connection.createArrayOf(type, signUps.stream().map(column).toArray());
    }
}
