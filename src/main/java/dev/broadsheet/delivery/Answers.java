package dev.broadsheet.delivery;

import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Moves rows of the ledger by what providers and receivers say after the hand-over. A row only moves to what says more
 * (sent, dropped, delivered, bounced, complained), so that answers may come repeatedly and in any order.
 */
@ApplicationScoped
public class Answers {

    /** What an answer says of a delivery, in the order of how much. */
    public enum Kind {
        /** The provider has it. */
        SENT,
        /** The provider had it, and gave it up before any receiver saw it. */
        DROPPED,
        DELIVERED,
        BOUNCED,
        COMPLAINED;

        private DeliveryState state() {
            return this == DROPPED ? DeliveryState.FAILED : DeliveryState.valueOf(name());
        }
    }

    /**
     * @param at when it happened, by whoever says so
     * @param bounce HARD, SOFT or BLOCKED; null where it is none
     * @param requestId what it was handed over with; null where that was alone
     * @param reason in the receiver's own words, without addresses
     */
    public record Answer(
            long issueId,
            long deliveryId,
            Kind kind,
            Instant at,
            @Nullable String bounce,
            @Nullable String requestId,
            @Nullable String reason) {

        /** Of two about one delivery, the one that counts. */
        private static Answer stronger(Answer one, Answer other) {
            int more = other.kind.compareTo(one.kind);
            return more > 0 || more == 0 && other.at.isAfter(one.at) ? other : one;
        }
    }

    /** @param subscriptionId null where the person was erased */
    public record Known(long deliveryId, @Nullable Long subscriptionId) {}

    private static final String MOVE = """
            with given as materialized (
              select ?::bigint[] as ids, ?::text[] as states, ?::timestamptz[] as ats, ?::text[] as bounces,
                ?::text[] as reasons),
            theirs as materialized (
              select d.id, d.state as was, o.state, o.at, o.bounce, o.reason,
                array_position(array['SENT', 'FAILED', 'DELIVERED', 'BOUNCED', 'COMPLAINED'], o.state) as rank,
                case when d.state = 'FAILED' and d.answered_at is null then 0
                  else coalesce(array_position(array['SENT', 'FAILED', 'DELIVERED', 'BOUNCED', 'COMPLAINED'], d.state), 0)
                  end as stands,
                d.void and exists (
                  select 1 from delivery e
                  where e.issue_id = d.issue_id and e.subscription_id = d.subscription_id and not e.void) as elsewhere
              from given g, unnest(g.ids, g.states, g.ats, g.bounces, g.reasons)
                as o (id, state, at, bounce, reason)
              join delivery d on d.issue_id = ? and d.id = o.id
              order by d.id for update of d)
            update delivery d
            set state = t.state, void = false, due_at = null, claim_id = null, answered_at = t.at, bounce = t.bounce,
              reason = t.reason,
              sent_at = coalesce(d.sent_at, t.at, now()), updated_at = now()
            from theirs t
            where d.issue_id = ? and d.id = t.id and not t.elsewhere
              and (t.rank > t.stands
                or t.rank = t.stands and t.at > coalesce(d.answered_at, '-infinity') and t.reason is not null)
              and not (t.was = 'SENDING' and t.at is null)
            returning d.campaign_id, d.lane, t.was, d.state
            """;

    private final AgroalDataSource database;

    Answers(AgroalDataSource database) {
        this.database = database;
    }

    /**
     * Applies them in the caller's transaction; each moves its row, and the first of a request settles what is in doubt
     * of it.
     *
     * @return the deliveries that they name and the ledger has, by issue
     */
    @Transactional(Transactional.TxType.MANDATORY)
    public Map<Long, List<Known>> apply(Collection<Answer> answers) {
        Map<String, Long> requests = new HashMap<>();
        Map<Long, Map<Long, Answer>> byIssue = new TreeMap<>();
        for (Answer answer : answers) {
            byIssue.computeIfAbsent(answer.issueId, issue -> new TreeMap<>())
                    .merge(answer.deliveryId, answer, Answer::stronger);
            if (answer.requestId != null) {
                requests.put(answer.requestId, answer.issueId);
            }
        }
        try (Connection connection = database.getConnection()) {
            Map<Long, List<Long>> settled = SentRequests.accepted(connection, requests);
            Map<Long, List<Known>> known = new TreeMap<>();
            Map<Long, Map<Integer, LaneCount.Moves>> moves = new TreeMap<>();
            for (Map.Entry<Long, Map<Long, Answer>> issue : byIssue.entrySet()) {
                move(
                        connection,
                        issue.getKey(),
                        issue.getValue(),
                        settled.getOrDefault(issue.getKey(), List.of()),
                        moves);
                known.put(
                        issue.getKey(),
                        known(connection, issue.getKey(), issue.getValue().keySet()));
            }
            for (Map.Entry<Long, Map<Integer, LaneCount.Moves>> campaign : moves.entrySet()) {
                for (Map.Entry<Integer, LaneCount.Moves> lane :
                        campaign.getValue().entrySet()) {
                    LaneCount.move(connection, campaign.getKey(), lane.getKey(), lane.getValue());
                }
            }
            return known;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void move(
            Connection connection,
            long issueId,
            Map<Long, Answer> answers,
            List<Long> settled,
            Map<Long, Map<Integer, LaneCount.Moves>> moves)
            throws SQLException {
        Set<Long> others = new HashSet<>(settled);
        others.removeAll(answers.keySet());
        int size = answers.size() + others.size();
        List<Object> ids = new ArrayList<>(size);
        List<Object> states = new ArrayList<>(size);
        List<Object> ats = new ArrayList<>(size);
        List<Object> bounces = new ArrayList<>(size);
        List<Object> reasons = new ArrayList<>(size);
        for (Answer answer : answers.values()) {
            ids.add(answer.deliveryId);
            states.add(answer.kind.state().name());
            ats.add(Timestamp.from(answer.at));
            bounces.add(answer.bounce);
            reasons.add(answer.reason);
        }
        for (long other : others) {
            ids.add(other);
            states.add(DeliveryState.SENT.name());
            ats.add(null); // it is the request that was answered
            bounces.add(null);
            reasons.add(null);
        }
        try (PreparedStatement update = connection.prepareStatement(MOVE)) {
            update.setArray(1, connection.createArrayOf("bigint", ids.toArray()));
            update.setArray(2, connection.createArrayOf("text", states.toArray()));
            update.setArray(3, connection.createArrayOf("timestamptz", ats.toArray()));
            update.setArray(4, connection.createArrayOf("text", bounces.toArray()));
            update.setArray(5, connection.createArrayOf("text", reasons.toArray()));
            update.setLong(6, issueId);
            update.setLong(7, issueId);
            try (ResultSet row = update.executeQuery()) {
                while (row.next()) {
                    LaneCount.Moves lane = moves.computeIfAbsent(row.getLong(1), campaign -> new TreeMap<>())
                            .computeIfAbsent(row.getInt(2), number -> new LaneCount.Moves());
                    lane.add(DeliveryState.valueOf(row.getString(3)), -1);
                    lane.add(DeliveryState.valueOf(row.getString(4)), 1);
                }
            }
        }
    }

    private static List<Known> known(Connection connection, long issueId, Set<Long> ids) throws SQLException {
        String sql = """
                with given as materialized (select ?::bigint[] as ids)
                select d.id, d.subscription_id from given g, unnest(g.ids) as o (id)
                join delivery d on d.issue_id = ? and d.id = o.id
                """;
        List<Known> known = new ArrayList<>(ids.size());
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setArray(1, connection.createArrayOf("bigint", ids.toArray()));
            select.setLong(2, issueId);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    known.add(new Known(row.getLong(1), row.getObject(2, Long.class)));
                }
            }
        }
        return known;
    }

    /** The soft bounces of a subscription since something last reached it, from the newest; at most 20. */
    @Transactional(Transactional.TxType.MANDATORY)
    public List<Instant> softBounces(long subscriptionId) {
        String sql = """
                select d.state, d.bounce, d.answered_at
                from subscription s
                join issue i on i.newsletter_id = s.newsletter_id
                join delivery d on d.issue_id = i.id and d.subscription_id = s.id and not d.void
                where s.id = ? and d.answered_at is not null and d.state in ('DELIVERED', 'BOUNCED', 'COMPLAINED')
                order by d.answered_at desc limit 20
                """;
        List<Instant> soft = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, subscriptionId);
            try (ResultSet row = select.executeQuery()) {
                while (row.next() && "BOUNCED".equals(row.getString(1))) {
                    if ("SOFT".equals(row.getString(2))) {
                        soft.add(row.getTimestamp(3).toInstant());
                    }
                }
            }
            return soft;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
