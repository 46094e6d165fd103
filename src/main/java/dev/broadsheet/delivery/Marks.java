package dev.broadsheet.delivery;

import io.agroal.api.AgroalDataSource;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Writes the marks of all connections of this node: what each claim has handed over for certain, and what it is about
 * to hand over. All that wait share one statement and one commit, and each waits for no more than two.
 *
 * <p>A connection may go from one claim to the next while the first has others in hand. So what a claim knows since its
 * last mark is noted here, and goes with whatever mark is written next: no connection's message is handed over before
 * the answer to the one before is committed.
 */
@ApplicationScoped
class Marks {

    /** A claim as it is with one more message in hand. */
    private static final class Mark {
        private final long claimId;
        private final byte[] sent;
        private final byte[] inHand;
        private final @Nullable String requestId;
        private final CompletableFuture<Boolean> held = new CompletableFuture<>();
        /** Known to the thread that writes alone. */
        private boolean committed;

        Mark(long claimId, byte[] sent, byte[] inHand, @Nullable String requestId) {
            this.claimId = claimId;
            this.sent = sent;
            this.inHand = inHand;
            this.requestId = requestId;
        }
    }

    /**
     * A mark holds while the lease does and the campaign is sending, so that a pause, on whatever node, is felt by the
     * next message.
     */
    private static final String SQL = """
            update delivery_claim c set sent = m.sent, in_hand = m.in_hand, request_id = m.request_id
            from unnest(?, ?, ?, ?) as m (id, sent, in_hand, request_id)
            where c.id = m.id
            returning c.id, not c.closed and c.lease_until > clock_timestamp()
              and exists (select 1 from campaign k where k.id = c.campaign_id and k.state = 'SENDING')
            """;

    /** A commit costs more than to wait for the connections that are just about to ask for one. */
    private static final Duration GATHERED = Duration.ofNanos(100_000);

    private final AgroalDataSource database;
    private final LinkedBlockingQueue<Mark> queue = new LinkedBlockingQueue<>();
    /** By claim: the latest of each, queued or not, committed or not. */
    private final Map<Long, Mark> noted = new ConcurrentHashMap<>();

    private @Nullable Thread thread;
    private volatile boolean stopped;

    Marks(AgroalDataSource database) {
        this.database = database;
    }

    /**
     * Queues the present state of a claim; what one claim queues later replaces what it queued before.
     *
     * @param requestId of the request that is in hand; null where that is single messages
     * @return whether it is committed and the claim still holds; fails where the database does not answer: perhaps it was
     *     written then, perhaps not
     */
    CompletableFuture<Boolean> write(Claim claim, BitSet sent, BitSet inHand, @Nullable String requestId) {
        Mark mark = mark(claim, sent, inHand, requestId);
        start();
        noted.put(claim.id(), mark);
        queue.add(mark);
        if (stopped) {
            mark.held.completeExceptionally(new IllegalStateException("this node has stopped"));
        }
        return mark.held;
    }

    /** Keeps the present state of a claim for the next mark of any, and waits for nothing. */
    void note(Claim claim, BitSet sent, BitSet inHand, @Nullable String requestId) {
        noted.put(claim.id(), mark(claim, sent, inHand, requestId));
    }

    /** What was noted of it is in the ledger. */
    void forget(Claim claim) {
        noted.remove(claim.id());
    }

    private static Mark mark(Claim claim, BitSet sent, BitSet inHand, @Nullable String requestId) {
        return new Mark(claim.id(), octets(claim, sent), octets(claim, inHand), requestId);
    }

    /** A bit for each of its rows. */
    private static byte[] octets(Claim claim, BitSet bits) {
        byte[] octets = new byte[(claim.rows().size() + 7) / 8];
        byte[] set = bits.toByteArray();
        System.arraycopy(set, 0, octets, 0, set.length);
        return octets;
    }

    private synchronized void start() {
        if (thread == null) {
            thread = new Thread(this::run, "marks");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /**
     * After the lanes, which still have messages in hand: Quartz waits for them before this bean goes, and not yet when
     * the shutdown is announced.
     */
    @PreDestroy
    synchronized void stop() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void run() {
        List<Mark> group = new ArrayList<>();
        while (true) {
            try {
                group.add(queue.take());
            } catch (InterruptedException e) {
                stopped = true;
                queue.drainTo(group);
                fail(group, e);
                return;
            }
            LockSupport.parkNanos(GATHERED.toNanos());
            queue.drainTo(group);
            try {
                write(group);
            } catch (Throwable e) {
                // an Error too: whoever waits has nobody else to answer
                fail(group, e);
            }
            group.clear();
        }
    }

    private static void fail(List<Mark> group, Throwable e) {
        group.forEach(mark -> mark.held.completeExceptionally(e));
    }

    private void write(List<Mark> group) throws SQLException {
        Map<Long, Mark> latest = new LinkedHashMap<>();
        noted.forEach((claim, mark) -> {
            if (!mark.committed) {
                latest.put(claim, mark);
            }
        });
        // never what was queued itself, which may be older than what is committed by now
        group.forEach(mark -> latest.computeIfAbsent(mark.claimId, claim -> noted.getOrDefault(claim, mark)));
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(SQL)) {
            Collection<Mark> marks = latest.values();
            update.setArray(
                    1, connection.createArrayOf("bigint", latest.keySet().toArray()));
            update.setArray(
                    2,
                    connection.createArrayOf(
                            "bytea", marks.stream().map(mark -> mark.sent).toArray(byte[][]::new)));
            update.setArray(
                    3,
                    connection.createArrayOf(
                            "bytea", marks.stream().map(mark -> mark.inHand).toArray(byte[][]::new)));
            update.setArray(
                    4,
                    connection.createArrayOf(
                            "text", marks.stream().map(mark -> mark.requestId).toArray()));
            Set<Long> held = new HashSet<>();
            try (ResultSet row = update.executeQuery()) {
                while (row.next()) {
                    if (row.getBoolean(2)) {
                        held.add(row.getLong(1));
                    }
                }
            }
            marks.forEach(mark -> mark.committed = true);
            group.forEach(mark -> mark.held.complete(held.contains(mark.claimId)));
        }
    }
}
