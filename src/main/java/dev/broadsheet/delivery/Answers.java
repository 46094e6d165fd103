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
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
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
     * @param providerMessageId the provider's own name for that
     * @param reason in the receiver's own words, without addresses
     */
    public record Answer(
            long issueId,
            long deliveryId,
            Kind kind,
            Instant at,
            @Nullable String bounce,
            @Nullable String requestId,
            @Nullable String providerMessageId,
            @Nullable String reason) {

        /** Of two about one delivery, the one that counts. */
        private static Answer stronger(Answer one, Answer other) {
            int more = other.kind.compareTo(one.kind);
            return more > 0 || more == 0 && other.at.isAfter(one.at) ? other : one;
        }
    }

    /** @param subscriptionId null where the person was erased */
    public record Known(long deliveryId, @Nullable Long subscriptionId) {}

    /** A row as it stands. @param elsewhere it was given up, and a later campaign has the reader */
    private record Row(
            long id,
            @Nullable Long subscriptionId,
            long campaignId,
            int lane,
            DeliveryState state,
            @Nullable Instant answeredAt,
            boolean elsewhere) {

        /** How much is known of it, as {@link Kind} has it. */
        private int stands() {
            return switch (state) {
                case QUEUED, SENDING, IN_DOUBT, SKIPPED, CANCELLED -> -1;
                // in the session: perhaps it was tried again after it had been handed over
                case FAILED -> answeredAt == null ? -1 : Kind.DROPPED.ordinal();
                default -> Kind.valueOf(state.name()).ordinal();
            };
        }

        private boolean moves(Answer answer) {
            int more = answer.kind.ordinal() - stands();
            boolean news = answer.reason != null && (answeredAt == null || answer.at.isAfter(answeredAt));
            return !elsewhere && (more > 0 || more == 0 && news);
        }
    }

    /** What is to become of a row. @param at null where it is its request that was answered */
    private record Move(
            Row row,
            DeliveryState to,
            @Nullable Instant at,
            @Nullable String bounce,
            @Nullable String providerMessageId,
            @Nullable String reason) {}

    /** By ids, whatever the array's length: else a hash of all rows seems cheaper. */
    private static final String ROWS = """
            with given as materialized (select ?::bigint[] as ids)
            select d.id, d.subscription_id, d.campaign_id, d.lane, d.state, d.answered_at,
              d.void and exists (
                select 1 from delivery e
                where e.issue_id = d.issue_id and e.subscription_id = d.subscription_id and not e.void) as elsewhere
            from given g, unnest(g.ids) as o (id)
            join delivery d on d.issue_id = ? and d.id = o.id
            """;

    private static final String MOVE = """
            with given as materialized (
              select ?::bigint[] as ids, ?::text[] as was, ?::timestamptz[] as answered, ?::text[] as states,
                ?::timestamptz[] as ats, ?::text[] as bounces, ?::text[] as providers, ?::text[] as reasons)
            update delivery d
            set state = o.state, void = false, due_at = null, claim_id = null, answered_at = o.at, bounce = o.bounce,
              provider_message_id = coalesce(d.provider_message_id, o.provider), reason = o.reason, sent_at = coalesce(d.sent_at, o.at, now()), updated_at = now()
            from given g, unnest(g.ids, g.was, g.answered, g.states, g.ats, g.bounces, g.providers, g.reasons)
              as o (id, was, answered, state, at, bounce, provider, reason)
            where d.issue_id = ? and d.id = o.id and d.state = o.was and d.answered_at is not distinct from o.answered
            returning d.id
            """;

    /** Times that rows are looked at again, since somebody moved them meanwhile. */
    private static final int LOOKS = 10;

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
        Map<String, String> providers = new HashMap<>();
        Map<Long, Map<Long, Answer>> byIssue = new TreeMap<>();
        for (Answer answer : answers) {
            byIssue.computeIfAbsent(answer.issueId, issue -> new TreeMap<>())
                    .merge(answer.deliveryId, answer, Answer::stronger);
            if (answer.requestId != null) {
                requests.put(answer.requestId, answer.issueId);
                if (answer.providerMessageId != null) {
                    providers.put(answer.requestId, answer.providerMessageId);
                }
            }
        }
        try (Connection connection = database.getConnection()) {
            Map<Long, Map<Long, String>> settled = SentRequests.accepted(connection, requests);
            Map<Long, List<Known>> known = new TreeMap<>();
            LaneCount.MovesByLane moves = new LaneCount.MovesByLane();
            for (Map.Entry<Long, Map<Long, Answer>> issue : byIssue.entrySet()) {
                Map<Long, String> inDoubt = settled.getOrDefault(issue.getKey(), Map.of());
                known.put(
                        issue.getKey(), move(connection, issue.getKey(), issue.getValue(), inDoubt, providers, moves));
            }
            moves.write(connection);
            return known;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * @param inDoubt those whose request was answered, with it
     * @param providers what the provider calls requests
     * @return the rows that answers name
     */
    private static List<Known> move(
            Connection connection,
            long issueId,
            Map<Long, Answer> answers,
            Map<Long, String> inDoubt,
            Map<String, String> providers,
            LaneCount.MovesByLane moves)
            throws SQLException {
        List<Known> known = new ArrayList<>(answers.size());
        Set<Long> waiting = new TreeSet<>(answers.keySet());
        waiting.addAll(inDoubt.keySet());
        for (int look = 0; !waiting.isEmpty(); look++) {
            if (look == LOOKS) {
                throw new IllegalStateException("Rows of issue " + issueId + " do not stand still");
            }
            List<Move> next = new ArrayList<>();
            for (Row row : rows(connection, issueId, waiting)) {
                Answer answer = answers.get(row.id);
                if (answer == null) {
                    if (row.stands() < 0 && row.state != DeliveryState.SENDING && !row.elsewhere) {
                        String provider = providers.get(inDoubt.get(row.id));
                        next.add(new Move(row, DeliveryState.SENT, null, null, provider, null));
                    }
                    continue;
                }
                if (look == 0) {
                    known.add(new Known(row.id, row.subscriptionId));
                }
                if (row.moves(answer)) {
                    next.add(new Move(
                            row,
                            answer.kind.state(),
                            answer.at,
                            answer.bounce,
                            answer.providerMessageId,
                            answer.reason));
                }
            }
            Set<Long> moved = write(connection, issueId, next);
            waiting.clear();
            for (Move move : next) {
                if (moved.contains(move.row.id)) {
                    moves.add(move.row.campaignId, move.row.lane, move.row.state, move.to);
                } else {
                    waiting.add(move.row.id); // somebody moved it meanwhile
                }
            }
        }
        return known;
    }

    private static List<Row> rows(Connection connection, long issueId, Set<Long> ids) throws SQLException {
        List<Row> rows = new ArrayList<>(ids.size());
        try (PreparedStatement select = connection.prepareStatement(ROWS)) {
            select.setArray(1, connection.createArrayOf("bigint", ids.toArray()));
            select.setLong(2, issueId);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Timestamp answered = row.getTimestamp(6);
                    rows.add(new Row(
                            row.getLong(1),
                            row.getObject(2, Long.class),
                            row.getLong(3),
                            row.getInt(4),
                            DeliveryState.valueOf(row.getString(5)),
                            answered == null ? null : answered.toInstant(),
                            row.getBoolean(7)));
                }
            }
        }
        return rows;
    }

    /** @return the ids of those that still stood so */
    private static Set<Long> write(Connection connection, long issueId, List<Move> moves) throws SQLException {
        if (moves.isEmpty()) {
            return Set.of();
        }
        // in the order of their ids, as others
        List<Move> sorted = moves.stream()
                .sorted(Comparator.comparingLong(move -> move.row.id))
                .toList();
        Set<Long> moved = new HashSet<>();
        try (PreparedStatement update = connection.prepareStatement(MOVE)) {
            array(connection, update, 1, "bigint", sorted.stream().map(move -> move.row.id));
            array(connection, update, 2, "text", sorted.stream().map(move -> move.row.state.name()));
            array(connection, update, 3, "timestamptz", sorted.stream().map(move -> timestamp(move.row.answeredAt)));
            array(connection, update, 4, "text", sorted.stream().map(move -> move.to.name()));
            array(connection, update, 5, "timestamptz", sorted.stream().map(move -> timestamp(move.at)));
            array(connection, update, 6, "text", sorted.stream().map(Move::bounce));
            array(connection, update, 7, "text", sorted.stream().map(Move::providerMessageId));
            array(connection, update, 8, "text", sorted.stream().map(Move::reason));
            update.setLong(9, issueId);
            try (ResultSet row = update.executeQuery()) {
                while (row.next()) {
                    moved.add(row.getLong(1));
                }
            }
        }
        return moved;
    }

    private static @Nullable Timestamp timestamp(@Nullable Instant at) {
        return at == null ? null : Timestamp.from(at);
    }

    private static void array(
            Connection connection, PreparedStatement statement, int place, String type, Stream<?> values)
            throws SQLException {
        statement.setArray(place, connection.createArrayOf(type, values.toArray()));
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
