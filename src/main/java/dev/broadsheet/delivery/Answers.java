package dev.broadsheet.delivery;

import dev.broadsheet.platform.SqlArrays;
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
import java.util.stream.Collectors;
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

        /** Of two about one delivery, the one that counts: whatever came first, the same. */
        private static Answer stronger(Answer one, Answer other) {
            int more = other.kind.compareTo(one.kind);
            return more > 0 || more == 0 && isNews(other, one.at, one.reason != null) ? other : one;
        }

        /** Of the same weight: words say more than none, then the later ones. */
        private static boolean isNews(Answer answer, @Nullable Instant known, boolean hasReason) {
            if (answer.reason == null) {
                // that it was taken is told of most messages: the row says so already
                return answer.kind != Kind.SENT && !hasReason && known != null && answer.at.isAfter(known);
            }
            return !hasReason || known == null || answer.at.isAfter(known);
        }
    }

    /** @param subscriptionId null where the person was erased. @param sentAt null where that was not known by then */
    public record Known(
            long deliveryId,
            @Nullable Long subscriptionId,
            @Nullable Instant sentAt) {}

    /** A row as it stands. @param elsewhere it was given up, and a later campaign has the reader */
    private record Row(
            long id,
            @Nullable Long subscriptionId,
            long campaignId,
            int lane,
            DeliveryState state,
            @Nullable Instant answeredAt,
            boolean hasReason,
            @Nullable Instant sentAt,
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
            boolean again = state == DeliveryState.QUEUED || state == DeliveryState.SENDING;
            if (elsewhere || again && answeredAt != null && !answer.at.isAfter(answeredAt)) {
                return false; // an editor has it tried again, knowing of this
            }
            int more = answer.kind.ordinal() - stands();
            return more > 0 || more == 0 && Answer.isNews(answer, answeredAt, hasReason);
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
              d.reason is not null as has_reason, d.sent_at,
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
              provider_message_id = coalesce(d.provider_message_id, o.provider), reason = o.reason,
              sent_at = coalesce(d.sent_at, o.at, now()), updated_at = now()
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
                    known.add(new Known(row.id, row.subscriptionId, row.sentAt));
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
            SqlArrays.set(select, 1, "bigint", ids.stream());
            select.setLong(2, issueId);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    rows.add(new Row(
                            row.getLong(1),
                            row.getObject(2, Long.class),
                            row.getLong(3),
                            row.getInt(4),
                            DeliveryState.valueOf(row.getString(5)),
                            instant(row.getTimestamp(6)),
                            row.getBoolean(7),
                            instant(row.getTimestamp(8)),
                            row.getBoolean(9)));
                }
            }
        }
        return rows;
    }

    private static @Nullable Instant instant(@Nullable Timestamp at) {
        return at == null ? null : at.toInstant();
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
            SqlArrays.set(update, 1, "bigint", sorted.stream().map(move -> move.row.id));
            SqlArrays.set(update, 2, "text", sorted.stream().map(move -> move.row.state.name()));
            SqlArrays.set(update, 3, "timestamptz", sorted.stream().map(move -> move.row.answeredAt));
            SqlArrays.set(update, 4, "text", sorted.stream().map(move -> move.to.name()));
            SqlArrays.set(update, 5, "timestamptz", sorted.stream().map(Move::at));
            SqlArrays.set(update, 6, "text", sorted.stream().map(Move::bounce));
            SqlArrays.set(update, 7, "text", sorted.stream().map(Move::providerMessageId));
            SqlArrays.set(update, 8, "text", sorted.stream().map(Move::reason));
            update.setLong(9, issueId);
            try (ResultSet row = update.executeQuery()) {
                while (row.next()) {
                    moved.add(row.getLong(1));
                }
            }
        }
        return moved;
    }

    /**
     * The soft bounces of subscriptions since something last reached them, from the newest, among the last 20 issues of
     * their newsletters; none where there are none.
     */
    @Transactional(Transactional.TxType.MANDATORY)
    public Map<Long, List<Instant>> softBounces(Collection<Long> subscriptionIds) {
        Map<Long, List<Instant>> soft = new HashMap<>();
        if (subscriptionIds.isEmpty()) {
            return soft;
        }
        try (Connection connection = database.getConnection()) {
            List<Long> issues = lastIssues(connection, subscriptionIds);
            if (issues.isEmpty()) {
                return soft;
            }
            // by literal ids: planning for parameters would lock the rows' tables of every issue
            String sql = """
                    select d.subscription_id, d.state, d.bounce, d.answered_at
                    from delivery d
                    where d.issue_id in (%s) and d.subscription_id = any (?) and not d.void
                      and d.answered_at is not null and d.state in ('DELIVERED', 'BOUNCED', 'COMPLAINED')
                    order by d.subscription_id, d.answered_at desc
                    """.formatted(issues.stream().map(String::valueOf).collect(Collectors.joining(", ")));
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                SqlArrays.set(select, 1, "bigint", subscriptionIds.stream());
                try (ResultSet row = select.executeQuery()) {
                    long reached = -1;
                    while (row.next()) {
                        long id = row.getLong(1);
                        if (!"BOUNCED".equals(row.getString(2))) {
                            reached = id;
                        } else if (reached != id && "SOFT".equals(row.getString(3))) {
                            soft.computeIfAbsent(id, each -> new ArrayList<>())
                                    .add(row.getTimestamp(4).toInstant());
                        }
                    }
                }
            }
            return soft;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Long> lastIssues(Connection connection, Collection<Long> subscriptionIds) throws SQLException {
        String sql = """
                select i.id
                from (select distinct newsletter_id from subscription where id = any (?)) n
                cross join lateral (
                  select c.issue_id as id from campaign c
                  where c.newsletter_id = n.newsletter_id and c.started_at is not null
                  group by c.issue_id order by max(c.started_at) desc limit 20) i
                """;
        List<Long> issues = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            SqlArrays.set(select, 1, "bigint", subscriptionIds.stream());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    issues.add(row.getLong(1));
                }
            }
        }
        return issues;
    }

    /** Gives up what was noted of requests before then, but of those that wait to be settled. */
    @Transactional(Transactional.TxType.MANDATORY)
    public void forgetRequests(Instant before) {
        try (Connection connection = database.getConnection();
                PreparedStatement delete = connection.prepareStatement(
                        "delete from sent_request where created_at < ? and accepted_at is not null")) {
            delete.setTimestamp(1, Timestamp.from(before));
            delete.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
