package dev.broadsheet.subscribers;

import dev.broadsheet.platform.AddressHashes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.net.InetAddress;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.hibernate.Session;
import org.jspecify.annotations.Nullable;

/** Brings persons along, set-wise. What an import may do to someone who is here already is decided here. */
@ApplicationScoped
class ImportRows {

    /** What became of rows. */
    record Counts(long added, long changed, long unchanged) {}

    /** @param left subscriptions that the rows ended */
    record Result(Counts counts, List<Long> left) {}

    private final EntityManager em;
    private final AddressHashes hashes;

    ImportRows(EntityManager em, AddressHashes hashes) {
        this.em = em;
        this.hashes = hashes;
    }

    /**
     * Persons who are not here yet are added. A row that says ACTIVE confirms someone who is pending and never left; one
     * that says UNSUBSCRIBED ends an active subscription: they left elsewhere. Nobody who left, or is suppressed, is
     * woken; those rows are unchanged and leave no trace.
     *
     * @param people each address once
     */
    @Transactional(Transactional.TxType.MANDATORY)
    Result put(long newsletterId, List<ImportFile.Person> people, Instant now) {
        return em.unwrap(Session.class).doReturningWork(connection -> {
            addSubscribers(connection, newsletterId, people, now);
            return putSubscriptions(connection, newsletterId, people, now);
        });
    }

    private void addSubscribers(Connection connection, long newsletterId, List<ImportFile.Person> people, Instant now)
            throws SQLException {
        String sql = """
                insert into subscriber (email, email_key, email_hash, name, created_at)
                select r.email, r.key, decode(r.hash, 'hex'), r.name, ?
                from unnest(?::text[], ?::text[], ?::text[], ?::text[]) as r (email, key, hash, name)
                where not exists (
                  select 1 from suppressed_address x
                  where x.address_hash = decode(r.hash, 'hex')
                    and (x.newsletter_id is null or x.newsletter_id = ?))
                order by r.key
                on conflict (email_key) do nothing
                """;
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setTimestamp(1, Timestamp.from(now));
            insert.setArray(2, array(connection, people, p -> p.address().typed()));
            insert.setArray(3, array(connection, people, p -> p.address().key()));
            insert.setArray(4, array(connection, people, p -> HexFormat.of()
                    .formatHex(hashes.hash(p.address().key()))));
            insert.setArray(5, array(connection, people, ImportFile.Person::name));
            insert.setLong(6, newsletterId);
            insert.executeUpdate();
        }
    }

    private static Result putSubscriptions(
            Connection connection, long newsletterId, List<ImportFile.Person> people, Instant now) throws SQLException {
        // xmax is 0 in a row that was inserted, and not in one that was updated
        String sql = """
                with file as (
                  select p.id as subscriber_id, r.state, r.confirmed_at::timestamptz as confirmed_at,
                    r.confirmed_ip::inet as confirmed_ip, ?::timestamptz as now, ?::bigint as newsletter_id
                  from unnest(?::text[], ?::text[], ?::text[], ?::text[]) as r (key, state, confirmed_at, confirmed_ip)
                  join subscriber p on p.email_key = r.key
                  where not exists (
                    select 1 from suppressed_address x
                    where x.address_hash = p.email_hash
                      and (x.newsletter_id is null or x.newsletter_id = ?))),
                put as (
                  insert into subscription as s
                    (newsletter_id, subscriber_id, state, subscribed_at, confirmed_at, unsubscribed_at)
                  select newsletter_id, subscriber_id, state, coalesce(confirmed_at, now),
                    case when state = 'ACTIVE' then coalesce(confirmed_at, now) else confirmed_at end,
                    case when state = 'UNSUBSCRIBED' then now end
                  from file order by subscriber_id
                  on conflict (newsletter_id, subscriber_id) do update set
                    state = excluded.state,
                    confirmed_at = coalesce(s.confirmed_at, excluded.confirmed_at),
                    unsubscribed_at = excluded.unsubscribed_at,
                    confirmation_sent_at = null
                  where (excluded.state = 'ACTIVE' and s.state = 'PENDING' and s.unsubscribed_at is null)
                    or (excluded.state = 'UNSUBSCRIBED' and s.state = 'ACTIVE')
                  returning s.id, s.subscriber_id, s.state, s.xmax = 0 as added),
                proof as (
                  insert into consent_record (subscription_id, action, via, ip, at)
                  select put.id, case when put.added or put.state = 'ACTIVE' then 'IMPORTED' else 'UNSUBSCRIBED' end,
                    'IMPORT', file.confirmed_ip, file.now
                  from put join file using (subscriber_id))
                select id, added, state from put
                """;
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setTimestamp(1, Timestamp.from(now));
            insert.setLong(2, newsletterId);
            insert.setArray(3, array(connection, people, p -> p.address().key()));
            insert.setArray(4, array(connection, people, p -> p.state().name()));
            insert.setArray(5, array(connection, people, p -> string(p.confirmedAt())));
            insert.setArray(6, array(connection, people, p -> string(p.confirmedIp())));
            insert.setLong(7, newsletterId);
            long added = 0;
            long changed = 0;
            List<Long> left = new ArrayList<>();
            try (ResultSet row = insert.executeQuery()) {
                while (row.next()) {
                    if (row.getBoolean("added")) {
                        added++;
                        continue;
                    }
                    changed++;
                    if ("UNSUBSCRIBED".equals(row.getString("state"))) {
                        left.add(row.getLong("id"));
                    }
                }
            }
            return new Result(new Counts(added, changed, people.size() - added - changed), left);
        }
    }

    private static Array array(
            Connection connection, List<ImportFile.Person> people, Function<ImportFile.Person, @Nullable Object> column)
            throws SQLException {
        return connection.createArrayOf("text", people.stream().map(column).toArray());
    }

    private static @Nullable String string(@Nullable Object value) {
        return value instanceof InetAddress ip ? ip.getHostAddress() : value == null ? null : value.toString();
    }
}
