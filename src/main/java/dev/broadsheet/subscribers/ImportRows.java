package dev.broadsheet.subscribers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.broadsheet.platform.AddressHashes;
import dev.broadsheet.suppression.Suppressions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Brings persons along, set-wise: {@code COPY} into a table of the transaction's own, which ends with it and so leaves
 * no address behind, then inserts into the real ones. What an import may do to someone who is here already is decided
 * here.
 */
@ApplicationScoped
class ImportRows {

    /**
     * What became of rows: added, changed or unchanged.
     *
     * @param suppressed how many of the added and changed must not be mailed from now on
     */
    record Counts(long added, long changed, long unchanged, long suppressed) {

        static final Counts NONE = new Counts(0, 0, 0, 0);

        Counts plus(Counts more) {
            return new Counts(
                    added + more.added,
                    changed + more.changed,
                    unchanged + more.unchanged,
                    suppressed + more.suppressed);
        }
    }

    /** @param left subscriptions that the rows ended */
    record Result(Counts counts, List<Long> left) {}

    private static final String STAGE = """
            create temporary table if not exists import_stage (
              email text, key text, hash bytea, name text, state text,
              subscribed_at timestamptz, subscribed_ip inet, confirmed_at timestamptz, confirmed_ip inet,
              unsubscribed_at timestamptz, paused_until date, sections json) on commit drop
            """;

    private static final String NOT_SUPPRESSED = """
            not exists (
              select 1 from suppressed_address x
              where x.address_hash = r.hash and (x.newsletter_id is null or x.newsletter_id = ?))
            """;

    /** When a row {@code %1$s} of the file changes a subscription {@code s} that is here. */
    private static final String CHANGES = """
            ((%1$s.state = 'ACTIVE' and s.state = 'PENDING' and s.unsubscribed_at is null)
              or (%1$s.state = 'UNSUBSCRIBED' and s.state = 'ACTIVE'))
            """;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final EntityManager em;
    private final AddressHashes hashes;
    private final Suppressions suppressions;

    ImportRows(EntityManager em, AddressHashes hashes, Suppressions suppressions) {
        this.em = em;
        this.hashes = hashes;
        this.suppressions = suppressions;
    }

    /**
     * Persons who are not here yet are added. A row that says ACTIVE confirms someone who is pending and never left; one
     * that says UNSUBSCRIBED ends an active subscription: they left elsewhere. One that says PENDING is kept and mailed
     * to nobody. Nobody who left, or is suppressed, is woken; those rows are unchanged and leave no trace. One that is
     * suppressed elsewhere is suppressed here for this newsletter; where the file is Broadsheet's own it has the
     * subscription too, so that nothing is lost.
     *
     * @param people each address once
     */
    @Transactional(Transactional.TxType.MANDATORY)
    Result put(long newsletterId, Collection<ImportFile.Person> people, Instant now) {
        Groups groups = Groups.of(people);
        Result mailed = putReaders(newsletterId, groups.mailed, now);
        Result unmailed = putReaders(newsletterId, groups.unmailed, now);
        long suppressed = suppressions.suppressAll(suppressions(people), newsletterId);
        List<Long> left = new ArrayList<>(mailed.left);
        left.addAll(unmailed.left);
        return new Result(groups.counts(mailed.counts, unmailed.counts, suppressed), left);
    }

    private Result putReaders(long newsletterId, List<ImportFile.Person> readers, Instant now) {
        if (readers.isEmpty()) {
            return new Result(Counts.NONE, List.of());
        }
        return em.unwrap(Session.class).doReturningWork(connection -> {
            stage(connection, readers);
            addSubscribers(connection, newsletterId, now);
            Result result = putSubscriptions(connection, newsletterId, now);
            mergeIntoSearch(connection);
            return result;
        });
    }

    /** Persons by what is made of them. @param unmailed a subscription and a suppression */
    private record Groups(int size, List<ImportFile.Person> mailed, List<ImportFile.Person> unmailed) {

        static Groups of(Collection<ImportFile.Person> people) {
            List<ImportFile.Person> mailed = new ArrayList<>();
            List<ImportFile.Person> unmailed = new ArrayList<>();
            for (ImportFile.Person person : people) {
                if (person.standing().suppressed() == null) {
                    mailed.add(person);
                } else if (person.standing().state() != null) {
                    unmailed.add(person);
                }
            }
            return new Groups(people.size(), mailed, unmailed);
        }

        /** Whose subscription is added or changed was not suppressed, so each of the unmailed made a suppression too. */
        Counts counts(Counts ofMailed, Counts ofUnmailed, long suppressed) {
            long added = ofMailed.added + ofUnmailed.added;
            long changed = ofMailed.changed + suppressed - ofUnmailed.added;
            return new Counts(added, changed, size - added - changed, suppressed);
        }
    }

    /** What {@link #put} would do, without doing it. */
    @Transactional(Transactional.TxType.MANDATORY)
    Counts tried(long newsletterId, Collection<ImportFile.Person> people) {
        Groups groups = Groups.of(people);
        return groups.counts(
                triedReaders(newsletterId, groups.mailed),
                triedReaders(newsletterId, groups.unmailed),
                suppressions.unknown(suppressions(people), newsletterId));
    }

    private Counts triedReaders(long newsletterId, List<ImportFile.Person> readers) {
        if (readers.isEmpty()) {
            return Counts.NONE;
        }
        return em.unwrap(Session.class).doReturningWork(connection -> {
            stage(connection, readers);
            String sql = "select count(*) filter (where s.id is null), count(*) filter (where s.id is not null and "
                    + CHANGES.formatted("r") + ") from import_stage r"
                    + " left join subscriber p on p.email_key = r.key"
                    + " left join subscription s on s.newsletter_id = ? and s.subscriber_id = p.id"
                    + " where " + NOT_SUPPRESSED;
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                select.setLong(1, newsletterId);
                select.setLong(2, newsletterId);
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    return new Counts(row.getLong(1), row.getLong(2), 0, 0);
                }
            }
        });
    }

    private List<Suppressions.Suppressed> suppressions(Collection<ImportFile.Person> people) {
        List<Suppressions.Suppressed> suppressed = new ArrayList<>();
        for (ImportFile.Person person : people) {
            Suppressions.Reason reason = person.standing().suppressed();
            if (reason != null) {
                suppressed.add(
                        new Suppressions.Suppressed(hashes.hash(person.address().key()), reason));
            }
        }
        return suppressed;
    }

    private void stage(Connection connection, List<ImportFile.Person> people) throws SQLException {
        StringBuilder rows = new StringBuilder(people.size() * 200);
        for (ImportFile.Person p : people) {
            column(rows, p.address().typed()).append('\t');
            column(rows, p.address().key()).append('\t');
            rows.append("\\\\x")
                    .append(HexFormat.of().formatHex(hashes.hash(p.address().key())))
                    .append('\t');
            column(rows, p.name()).append('\t');
            rows.append(p.standing().state()).append('\t');
            column(rows, p.subscribedAt()).append('\t');
            column(rows, string(p.subscribedIp())).append('\t');
            column(rows, p.confirmedAt()).append('\t');
            column(rows, string(p.confirmedIp())).append('\t');
            column(rows, p.unsubscribedAt()).append('\t');
            column(rows, p.pausedUntil()).append('\t');
            column(rows, p.sections().isEmpty() ? null : json(p.sections())).append('\n');
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local broadsheet.because = 'IMPORTED'");
            statement.execute("set local lock_timeout = '120s'"); // another import may have the same people in hand
            statement.execute(STAGE);
            statement.execute("truncate import_stage");
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("copy import_stage from stdin", new StringReader(rows.toString()));
            statement.execute("analyze import_stage");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static StringBuilder column(StringBuilder rows, @Nullable Object value) {
        if (value == null) {
            return rows.append("\\N");
        }
        String text = value.toString();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> rows.append("\\\\");
                case '\t' -> rows.append("\\t");
                case '\n' -> rows.append("\\n");
                case '\r' -> rows.append("\\r");
                default -> rows.append(c);
            }
        }
        return rows;
    }

    private static void addSubscribers(Connection connection, long newsletterId, Instant now) throws SQLException {
        String sql = "insert into subscriber (email, email_key, email_hash, name, created_at)"
                + " select r.email, r.key, r.hash, r.name, ? from import_stage r where " + NOT_SUPPRESSED
                + " order by r.key on conflict (email_key) do nothing";
        try (Statement statement = connection.createStatement();
                PreparedStatement insert = connection.prepareStatement(sql)) {
            // so that the index of the search takes them all at once, see mergeIntoSearch
            statement.execute("set local gin_pending_list_limit = '64MB'");
            insert.setTimestamp(1, Timestamp.from(now));
            insert.setLong(2, newsletterId);
            insert.executeUpdate();
        }
    }

    private static Result putSubscriptions(Connection connection, long newsletterId, Instant now) throws SQLException {
        // Whom nothing happens to is left out beforehand: the conflict would lock, and so write, each of their rows. It
        // still decides, since another may have come between. xmax is 0 in a row that was inserted, and not in one that
        // was updated.
        String sql = """
                with file as (
                  select p.id as subscriber_id, ?::timestamptz as now, ?::bigint as newsletter_id, r.*
                  from import_stage r
                  join subscriber p on p.email_key = r.key
                  left join subscription s on s.newsletter_id = ? and s.subscriber_id = p.id
                  where %s and (s.id is null or %s)),
                put as (
                  insert into subscription as s
                    (newsletter_id, subscriber_id, state, subscribed_at, confirmed_at, unsubscribed_at, paused_until,
                     sections)
                  select newsletter_id, subscriber_id, state, coalesce(subscribed_at, confirmed_at, now),
                    case state when 'ACTIVE' then coalesce(confirmed_at, subscribed_at, now)
                      when 'UNSUBSCRIBED' then confirmed_at end,
                    case state when 'UNSUBSCRIBED' then coalesce(unsubscribed_at, now)
                      when 'PENDING' then unsubscribed_at end,
                    paused_until,
                    case when sections is null then '{}' else array(select json_array_elements_text(sections)) end
                  from file order by subscriber_id
                  on conflict (newsletter_id, subscriber_id) do update set
                    state = excluded.state,
                    confirmed_at = coalesce(s.confirmed_at, excluded.confirmed_at),
                    unsubscribed_at = excluded.unsubscribed_at,
                    confirmation_sent_at = null
                  where %s
                  returning s.id, s.subscriber_id, s.state, s.xmax = 0 as added),
                proof as (
                  insert into consent_record (subscription_id, action, via, ip, at)
                  select put.id, 'ASKED', 'IMPORT', file.subscribed_ip, coalesce(file.subscribed_at, file.now)
                  from put join file using (subscriber_id) where put.added and file.subscribed_ip is not null
                  union all
                  select put.id, case when put.added or put.state = 'ACTIVE' then 'IMPORTED' else 'UNSUBSCRIBED' end,
                    'IMPORT', file.confirmed_ip, file.now
                  from put join file using (subscriber_id))
                select count(*) filter (where added), count(*) filter (where not added),
                  array_agg(id order by id) filter (where not added and state = 'UNSUBSCRIBED')
                from put
                """.formatted(NOT_SUPPRESSED, CHANGES.formatted("r"), CHANGES.formatted("excluded"));
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setTimestamp(1, Timestamp.from(now));
            insert.setLong(2, newsletterId);
            insert.setLong(3, newsletterId);
            insert.setLong(4, newsletterId);
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                Array left = row.getArray(3);
                return new Result(
                        new Counts(row.getLong(1), row.getLong(2), 0, 0),
                        left == null ? List.of() : List.of((Long[]) left.getArray()));
            }
        }
    }

    /** Otherwise the next one who subscribes would have to, and waits for it. */
    private static void mergeIntoSearch(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("""
                    select gin_clean_pending_list(c.oid) from pg_class c
                    where c.relname = 'subscriber_search' and c.relnamespace = current_schema()::regnamespace
                      and pg_has_role(c.relowner, 'USAGE')
                    """);
        }
    }

    private static String json(List<String> texts) {
        try {
            return JSON.writeValueAsString(texts);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable String string(@Nullable InetAddress ip) {
        return ip == null ? null : ip.getHostAddress();
    }
}
