package dev.broadsheet.delivery;

import dev.broadsheet.accounts.Audit;
import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.platform.SqlArrays;
import dev.broadsheet.suppression.Suppressions;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the ledger under way: claim, record, and what a dead node left. Every method runs in its caller's
 * transaction and moves the lane's counters with the rows. Rows are locked before counters, and counters in the order of
 * their lanes.
 */
@ApplicationScoped
class Claims {

    /**
     * What became of a delivery that was claimed.
     *
     * @param dueAt when it may be claimed again, for {@code QUEUED} alone
     * @param tried whether it counts as a try
     */
    record Result(
            long deliveryId,
            DeliveryState state,
            @Nullable Instant dueAt,
            @Nullable String providerMessageId,
            @Nullable String reason,
            boolean tried) {}

    /** Which rows of a lane. */
    private enum Which {
        /** Those that came back. */
        AGAIN("d.due_at <= ? order by d.due_at limit ? for update of d skip locked"),
        /**
         * Those that nobody had yet. They are waited for where somebody else has them locked: what is passed over here is
         * not looked at again.
         */
        FRESH("""
                d.due_at is null and d.state = 'QUEUED' and d.id > (
                    select l.claimed_to from lane_count l where l.campaign_id = ? and l.lane = ?)
                order by d.id limit ? for update of d""");

        private final String take;

        Which(String condition) {
            take = TAKE.formatted(condition);
        }
    }

    private static final String TAKE = """
            with due as materialized (
              select d.issue_id, d.id, d.subscription_id from delivery d
              where d.issue_id = ? and d.campaign_id = ? and d.lane = ?
                and exists (
                  select 1 from campaign c
                  where c.id = ? and c.state = 'SENDING' and c.transport = ? and c.base_url = ?)
                and %s)
            update delivery d
            set state = case when m.subscription_id is null then 'SKIPPED' else 'SENDING' end,
                void = m.subscription_id is null and d.doubts = 0,
                due_at = null,
                request_id = null,
                claim_id = case when m.subscription_id is null then null else ?::bigint end,
                attempts = d.attempts + case when m.subscription_id is null then 0 else 1 end,
                reason = case when m.subscription_id is null then 'left, paused or suppressed since the start' end,
                updated_at = ?
            from due left join mailable_subscription m on m.subscription_id = due.subscription_id
            where d.issue_id = due.issue_id and d.id = due.id
            returning d.id, d.subscription_id, d.attempts, m.email, m.name, m.sections
            """;

    /** What a claim has taken so far. */
    private static final class Taken {
        private final List<Claim.Row> rows = new ArrayList<>();
        private int skipped;
        /** The highest id of those that nobody had yet; zero for none. */
        private long last;

        int count() {
            return rows.size() + skipped;
        }
    }

    private final AgroalDataSource database;
    private final Suppressions suppressions;
    private final Audit audit;
    private final DeliveryMetrics metrics;
    private final Clock clock;

    Claims(AgroalDataSource database, Suppressions suppressions, Audit audit, DeliveryMetrics metrics, Clock clock) {
        this.database = database;
        this.suppressions = suppressions;
        this.audit = audit;
        this.metrics = metrics;
        this.clock = clock;
    }

    /**
     * Takes rows of a lane under a lease: first those that came back and are due, then those that nobody had yet, by their
     * ids; skips those whom nobody may mail any more (left, suppressed, paused, erased). Takes nothing where the campaign
     * is not sending.
     */
    @Transactional(Transactional.TxType.MANDATORY)
    Claim claim(Campaign campaign, int lane, int most, Duration lease) {
        long campaignId = campaign.id;
        long issueId = campaign.issueId;
        Instant wall = clock.instant();
        long nano = System.nanoTime();
        try (Connection connection = database.getConnection()) {
            long id = next(connection);
            Taken taken = new Taken();
            take(connection, Which.AGAIN, campaign, lane, most, id, wall, taken);
            int before = taken.count();
            if (before < most) {
                take(connection, Which.FRESH, campaign, lane, most - before, id, wall, taken);
            }
            List<Claim.Row> rows = taken.rows;
            int skipped = taken.skipped;
            if (!rows.isEmpty()) {
                try (PreparedStatement insert = connection.prepareStatement(
                        "insert into delivery_claim (id, campaign_id, issue_id, lane, deliveries, lease_until, transport)"
                                + " values (?, ?, ?, ?, ?, clock_timestamp() + make_interval(secs => ?), ?)")) {
                    insert.setLong(1, id);
                    insert.setLong(2, campaignId);
                    insert.setLong(3, issueId);
                    insert.setInt(4, lane);
                    SqlArrays.set(insert, 5, "bigint", rows.stream().map(Claim.Row::deliveryId));
                    insert.setDouble(6, lease.toMillis() / 1000.0);
                    insert.setString(7, campaign.transport);
                    insert.executeUpdate();
                }
            }
            LaneCount.Moves moves = new LaneCount.Moves();
            moves.add(DeliveryState.QUEUED, -rows.size() - skipped);
            moves.add(DeliveryState.SENDING, rows.size());
            moves.add(DeliveryState.SKIPPED, skipped);
            LaneCount.move(connection, campaignId, lane, moves, taken.last);
            return new Claim(id, campaignId, issueId, lane, rows, skipped, wall.plus(lease), nano + lease.toNanos());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void take(
            Connection connection,
            Which which,
            Campaign campaign,
            int lane,
            int most,
            long claimId,
            Instant now,
            Taken taken)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(which.take)) {
            int i = 1;
            update.setLong(i++, campaign.issueId);
            update.setLong(i++, campaign.id);
            update.setInt(i++, lane);
            update.setLong(i++, campaign.id);
            update.setString(i++, campaign.transport);
            update.setString(i++, campaign.baseUrl);
            if (which == Which.AGAIN) {
                update.setTimestamp(i++, Timestamp.from(now));
            } else {
                update.setLong(i++, campaign.id);
                update.setInt(i++, lane);
            }
            update.setInt(i++, most);
            update.setLong(i++, claimId);
            update.setTimestamp(i, Timestamp.from(now));
            try (ResultSet row = update.executeQuery()) {
                while (row.next()) {
                    long id = row.getLong(1);
                    if (which == Which.FRESH) {
                        taken.last = Math.max(taken.last, id);
                    }
                    String email = row.getString(4);
                    if (email == null) {
                        taken.skipped++;
                    } else {
                        taken.rows.add(new Claim.Row(
                                id, row.getLong(2), email, row.getString(5), row.getInt(3), List.of((String[])
                                        row.getArray(6).getArray())));
                    }
                }
            }
        }
    }

    /** Whether everything under it may still be handed over; where it may, it can until the end of the transaction. */
    @Transactional(Transactional.TxType.MANDATORY)
    boolean holds(Claim claim) {
        String sql =
                "select 1 from delivery_claim where id = ? and not closed and lease_until > clock_timestamp() for update";
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, claim.id());
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Writes outcomes. A {@code SENT} that comes after the claim was lost is a fact all the same: it moves a row that is
     * in doubt, queued again or given up; where another claim has the row by now, or a later campaign the reader, the
     * message went out twice, or will, and that is said.
     *
     * @return how many went out twice
     */
    @Transactional(Transactional.TxType.MANDATORY)
    int record(Claim claim, List<Result> results) {
        if (results.isEmpty()) {
            return 0;
        }
        LaneCount.Moves moves = new LaneCount.Moves();
        try (Connection connection = database.getConnection()) {
            Set<Long> missed = write(connection, claim, settled(connection, claim, results), moves);
            int doubled = 0;
            if (!missed.isEmpty()) {
                List<Result> late = results.stream()
                        .filter(r -> r.state == DeliveryState.SENT && missed.contains(r.deliveryId))
                        .toList();
                doubled = writeLate(connection, claim, late, moves);
            }
            LaneCount.move(connection, claim.campaignId(), claim.lane(), moves);
            LaneCount.refusals(connection, claim.campaignId(), claim.lane(), results);
            suppress(claim, results, missed);
            metrics.count(results);
            return doubled;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is in doubt was handed over where an event has said so of its request by now. */
    private static List<Result> settled(Connection connection, Claim claim, List<Result> results) throws SQLException {
        List<Long> inDoubt = results.stream()
                .filter(result -> result.state == DeliveryState.IN_DOUBT)
                .map(Result::deliveryId)
                .toList();
        if (inDoubt.isEmpty()) {
            return results;
        }
        String requestId;
        try (PreparedStatement select =
                connection.prepareStatement("select request_id from delivery_claim where id = ?")) {
            select.setLong(1, claim.id());
            try (ResultSet row = select.executeQuery()) {
                requestId = row.next() ? row.getString(1) : null;
            }
        }
        if (requestId == null || !SentRequests.inDoubt(connection, requestId, claim.issueId(), inDoubt)) {
            return results;
        }
        return results.stream()
                .map(r -> r.state == DeliveryState.IN_DOUBT
                        ? new Result(r.deliveryId, DeliveryState.SENT, null, null, null, r.tried)
                        : r)
                .toList();
    }

    /** A dead mailbox is one for every newsletter. */
    private void suppress(Claim claim, List<Result> results, Set<Long> missed) {
        Set<Long> dead = results.stream()
                .filter(result -> result.state == DeliveryState.BOUNCED)
                .map(Result::deliveryId)
                .filter(id -> !missed.contains(id))
                .collect(Collectors.toSet());
        if (dead.isEmpty()) {
            return;
        }
        Map<EmailAddress, Long> addresses =
                new TreeMap<>(Comparator.comparing(EmailAddress::key)); // as others, so that nobody waits in a circle
        claim.rows().stream().filter(row -> dead.contains(row.deliveryId())).forEach(row -> EmailAddress.parse(
                        row.email())
                .ifPresent(address -> addresses.put(address, row.deliveryId())));
        List<Audit.OwnChange> changes = new ArrayList<>();
        addresses.forEach((address, deliveryId) -> suppressions
                .suppress(address, null, Suppressions.Reason.BOUNCED)
                .ifPresent(id -> changes.add(new Audit.OwnChange(
                        "suppression.add",
                        null,
                        "suppression/" + id,
                        Map.of("reason", "BOUNCED", "issue", claim.issueId(), "delivery", deliveryId)))));
        audit.recordOwn("delivery", changes);
    }

    private static Set<Long> write(Connection connection, Claim claim, List<Result> results, LaneCount.Moves moves)
            throws SQLException {
        // the arrays are materialized so that their length is nothing to plan by: else a hash of all rows seems cheaper
        String sql = """
                with given as materialized (
                  select ?::bigint[] as ids, ?::text[] as states, ?::timestamptz[] as dues, ?::text[] as providers,
                    ?::text[] as reasons, ?::boolean[] as tries)
                update delivery d
                set state = o.state, void = o.state = 'SKIPPED' and d.doubts = 0, due_at = o.due_at, claim_id = null,
                    attempts = d.attempts - case when o.tried then 0 else 1 end,
                    provider_message_id = coalesce(o.provider, d.provider_message_id), reason = o.reason, updated_at = now(),
                    request_id = case o.state when 'IN_DOUBT' then (select c.request_id from delivery_claim c where c.id = ?) end,
                    in_doubt_over = case o.state
                      when 'IN_DOUBT' then (select c.transport from delivery_claim c where c.id = d.claim_id)
                      else d.in_doubt_over end,
                    doubts = d.doubts + case o.state when 'IN_DOUBT' then 1 else 0 end,
                    sent_at = case o.state when 'SENT' then now() else d.sent_at end,
                    bounce = case o.state when 'BOUNCED' then 'HARD' end
                from given g, unnest(g.ids, g.states, g.dues, g.providers, g.reasons, g.tries)
                  as o (id, state, due_at, provider, reason, tried)
                where d.issue_id = ? and d.id = o.id and d.claim_id = ? and d.state = 'SENDING'
                returning d.id, d.state
                """;
        Set<Long> missed =
                new LinkedHashSet<>(results.stream().map(Result::deliveryId).toList());
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            SqlArrays.set(update, 1, "bigint", missed.stream());
            SqlArrays.set(update, 2, "text", results.stream().map(r -> r.state.name()));
            SqlArrays.set(update, 3, "timestamptz", results.stream().map(Result::dueAt));
            SqlArrays.set(update, 4, "text", results.stream().map(Result::providerMessageId));
            SqlArrays.set(update, 5, "text", results.stream().map(Result::reason));
            SqlArrays.set(update, 6, "boolean", results.stream().map(Result::tried));
            update.setLong(7, claim.id());
            update.setLong(8, claim.issueId());
            update.setLong(9, claim.id());
            try (ResultSet row = update.executeQuery()) {
                while (row.next()) {
                    missed.remove(row.getLong(1));
                    moves.add(DeliveryState.SENDING, -1);
                    moves.add(DeliveryState.valueOf(row.getString(2)), 1);
                }
            }
        }
        return missed;
    }

    /** @return how many went out twice */
    private static int writeLate(Connection connection, Claim claim, List<Result> late, LaneCount.Moves moves)
            throws SQLException {
        Map<Long, Integer> attempts =
                claim.rows().stream().collect(Collectors.toMap(Claim.Row::deliveryId, Claim.Row::attempts));
        List<Long> facts = new ArrayList<>();
        int doubled = 0;
        try (PreparedStatement select = connection.prepareStatement(
                "select id, state, attempts, void and exists (select 1 from delivery o where o.issue_id = d.issue_id"
                        + " and o.subscription_id = d.subscription_id and not o.void) as elsewhere"
                        + " from delivery d where issue_id = ? and id = any(?) order by id for update of d")) {
            select.setLong(1, claim.issueId());
            SqlArrays.set(select, 2, "bigint", late.stream().map(Result::deliveryId));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    long id = row.getLong("id");
                    DeliveryState state = DeliveryState.valueOf(row.getString("state"));
                    if (state == DeliveryState.IN_DOUBT
                            || state == DeliveryState.QUEUED
                            || state == DeliveryState.FAILED // tried again after it, and refused
                            || state.isGivenUp() && !row.getBoolean("elsewhere")) {
                        facts.add(id);
                        moves.add(state, -1);
                        moves.add(DeliveryState.SENT, 1);
                    } else if (row.getInt("attempts") != attempts.getOrDefault(id, 0)) {
                        doubled++; // else it is this very hand-over, known by its mark already
                    }
                }
            }
        }
        try (PreparedStatement update =
                connection.prepareStatement("update delivery set state = 'SENT', void = false, due_at = null,"
                        + " reason = null, sent_at = now(), updated_at = now() where issue_id = ? and id = any(?)")) {
            update.setLong(1, claim.issueId());
            SqlArrays.set(update, 2, "bigint", facts.stream());
            update.executeUpdate();
        }
        return doubled;
    }

    /** Before its rows, as whoever gives one up, or closes it. */
    @Transactional(Transactional.TxType.MANDATORY)
    void lock(Claim claim) {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select 1 from delivery_claim where id = ? for update")) {
            select.setLong(1, claim.id());
            select.executeQuery().close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends a claim that an outcome is recorded for each row of. */
    @Transactional(Transactional.TxType.MANDATORY)
    void end(Claim claim) {
        try (Connection connection = database.getConnection();
                PreparedStatement delete = connection.prepareStatement("delete from delivery_claim where id = ?")) {
            delete.setLong(1, claim.id());
            delete.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gives a claim up whose outcomes are all recorded: what is left of it was not handed over, and is queued again. */
    @Transactional(Transactional.TxType.MANDATORY)
    void release(Claim claim) {
        try (Connection connection = database.getConnection()) {
            ClaimExpiry.free(connection, "id = ?", claim.id());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long next(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select nextval('delivery_claim_id')")) {
            row.next();
            return row.getLong(1);
        }
    }
}
