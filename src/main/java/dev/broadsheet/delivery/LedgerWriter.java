package dev.broadsheet.delivery;

import io.agroal.api.AgroalDataSource;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes the marks of all connections of this node, and with each the outcomes that came before it, in one statement and
 * one commit for all that wait: what a commit costs is shared, and each waits for no more than two.
 */
@ApplicationScoped
class LedgerWriter {

    /**
     * @param held the marked deliveries; where one is missing, its claim or its campaign does not hold any more
     * @param unwritten deliveries whose outcome found no row under its claim any more
     */
    record Written(Set<Long> held, Set<Long> unwritten) {}

    /** What one connection is about to hand over, under one claim. */
    private record Waiting(
            Claim claim,
            List<Claims.Result> results,
            List<Long> deliveries,
            String requestId,
            CompletableFuture<Written> done) {}

    /** What one claim's outcome is, among those of several. */
    private record Told(Claim claim, Claims.Result result) {}

    /** Far more than there are connections; a group commits in milliseconds even so. */
    private static final int MOST = 1_000;

    /**
     * A mark holds while the lease does and the campaign is sending, so that a pause, on whatever node, is felt by the
     * next message. Counters are locked in the order of their lanes, as everywhere.
     */
    private static final String SQL = """
            with held as materialized (
              select c.id from delivery_claim c
              where c.id = any (?) and c.lease_until > clock_timestamp()
                and exists (select 1 from campaign k where k.id = c.campaign_id and k.state = 'SENDING')
              for key share of c),
            marked as (
              update delivery d set request_id = a.request_id
              from unnest(?, ?, ?) as a (id, claim_id, request_id) join held on held.id = a.claim_id
              where d.issue_id = ? and d.id = a.id and d.claim_id = a.claim_id and d.state = 'SENDING'
              returning d.id),
            written as (
              update delivery d
              set state = o.state, void = o.state in ('SKIPPED', 'CANCELLED'), due_at = o.due_at, claim_id = null,
                  provider_message_id = coalesce(o.provider, d.provider_message_id), reason = o.reason, updated_at = now()
              from unnest(?, ?, ?, ?, ?, ?) as o (id, claim_id, state, due_at, provider, reason)
              where d.issue_id = ? and d.id = o.id and d.claim_id = o.claim_id and d.state = 'SENDING'
              returning d.id, d.campaign_id, d.lane, d.state),
            moves as (
              select campaign_id, lane, count(*) as all_of_them,
                count(*) filter (where state = 'SENT') as sent, count(*) filter (where state = 'QUEUED') as queued,
                count(*) filter (where state = 'IN_DOUBT') as in_doubt, count(*) filter (where state = 'BOUNCED') as bounced,
                count(*) filter (where state = 'FAILED') as failed, count(*) filter (where state = 'SKIPPED') as skipped
              from written group by campaign_id, lane),
            locked as materialized (
              select c.campaign_id, c.lane from lane_count c join moves using (campaign_id, lane)
              order by c.campaign_id, c.lane for no key update of c),
            counted as (
              update lane_count c
              set sending = c.sending - m.all_of_them, sent = c.sent + m.sent, queued = c.queued + m.queued,
                  in_doubt = c.in_doubt + m.in_doubt, bounced = c.bounced + m.bounced, failed = c.failed + m.failed,
                  skipped = c.skipped + m.skipped
              from moves m join locked using (campaign_id, lane)
              where c.campaign_id = m.campaign_id and c.lane = m.lane)
            select id, true as mark from marked union all select id, false from written
            """;

    private final AgroalDataSource database;
    private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private @Nullable Thread thread;

    LedgerWriter(AgroalDataSource database) {
        this.database = database;
    }

    /**
     * Writes outcomes, and marks what is about to be handed over together; returns when both are committed.
     *
     * @param results of earlier deliveries under the same claim
     * @throws IllegalStateException where the database does not answer: perhaps all of it was written, perhaps none
     */
    Written write(Claim claim, List<Claims.Result> results, List<Long> deliveries, String requestId) {
        Waiting waiting = new Waiting(claim, results, deliveries, requestId, new CompletableFuture<>());
        start();
        queue.add(waiting);
        try {
            return waiting.done.join();
        } catch (CompletionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private synchronized void start() {
        if (thread == null) {
            thread = new Thread(this::run, "ledger-writer");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** After the lanes: they wait for what they have in hand. */
    synchronized void stop(@Observes ShutdownEvent shutdown) {
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void run() {
        List<Waiting> group = new ArrayList<>();
        while (true) {
            try {
                group.add(queue.take());
            } catch (InterruptedException e) {
                return;
            }
            queue.drainTo(group, MOST - 1);
            Map<Long, List<Waiting>> byIssue = new TreeMap<>();
            group.forEach(waiting -> byIssue.computeIfAbsent(waiting.claim.issueId(), issue -> new ArrayList<>())
                    .add(waiting));
            byIssue.forEach(this::write);
            group.clear();
        }
    }

    private void write(long issueId, List<Waiting> group) {
        try (Connection connection = database.getConnection()) {
            Set<Long> marked = new HashSet<>();
            Set<Long> written = new HashSet<>();
            try (PreparedStatement statement = connection.prepareStatement(SQL)) {
                fill(statement, connection, issueId, group);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        (row.getBoolean("mark") ? marked : written).add(row.getLong("id"));
                    }
                }
            }
            for (Waiting waiting : group) {
                waiting.done.complete(new Written(
                        those(waiting.deliveries, marked, true),
                        those(
                                waiting.results.stream()
                                        .map(Claims.Result::deliveryId)
                                        .toList(),
                                written,
                                false)));
            }
        } catch (SQLException | RuntimeException e) {
            group.forEach(waiting -> waiting.done.completeExceptionally(e));
        }
    }

    private static Set<Long> those(List<Long> ids, Set<Long> among, boolean in) {
        Set<Long> those = new HashSet<>(ids);
        if (in) {
            those.retainAll(among);
        } else {
            those.removeAll(among);
        }
        return those;
    }

    private static void fill(PreparedStatement statement, Connection connection, long issueId, List<Waiting> group)
            throws SQLException {
        List<Object> ids = new ArrayList<>();
        List<Object> claims = new ArrayList<>();
        List<Object> requests = new ArrayList<>();
        List<Told> told = new ArrayList<>();
        Set<Long> distinct = new HashSet<>();
        for (Waiting waiting : group) {
            distinct.add(waiting.claim.id());
            for (Long delivery : waiting.deliveries) {
                ids.add(delivery);
                claims.add(waiting.claim.id());
                requests.add(waiting.requestId);
            }
            waiting.results.forEach(result -> told.add(new Told(waiting.claim, result)));
        }
        statement.setArray(1, connection.createArrayOf("bigint", distinct.toArray()));
        statement.setArray(2, connection.createArrayOf("bigint", ids.toArray()));
        statement.setArray(3, connection.createArrayOf("bigint", claims.toArray()));
        statement.setArray(4, connection.createArrayOf("text", requests.toArray()));
        statement.setLong(5, issueId);
        statement.setArray(6, column(connection, "bigint", told, one -> one.result.deliveryId()));
        statement.setArray(7, column(connection, "bigint", told, one -> one.claim.id()));
        statement.setArray(
                8, column(connection, "text", told, one -> one.result.state().name()));
        statement.setArray(
                9,
                column(
                        connection,
                        "timestamptz",
                        told,
                        one -> one.result.dueAt() == null ? null : Timestamp.from(one.result.dueAt())));
        statement.setArray(10, column(connection, "text", told, one -> one.result.providerMessageId()));
        statement.setArray(11, column(connection, "text", told, one -> one.result.reason()));
        statement.setLong(12, issueId);
    }

    private static Array column(
            Connection connection, String type, List<Told> told, Function<Told, @Nullable Object> of)
            throws SQLException {
        Object[] values = new Object[told.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = of.apply(told.get(i));
        }
        return connection.createArrayOf(type, values);
    }
}
