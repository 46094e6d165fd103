package dev.broadsheet.delivery;

import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The ledger as an editor sees it and decides on it: counts, pages of rows, and rows moved by hand over all lanes. */
@ApplicationScoped
class LedgerReview {

    /** @param email null once the person was erased */
    record Row(
            long id,
            @Nullable String email,
            DeliveryState state,
            int attempts,
            @Nullable String providerMessageId,
            @Nullable String reason,
            Instant updatedAt) {}

    private static final String COUNT_COLUMNS =
            "queued, sending, in_doubt, sent, delivered, bounced, complained, failed, skipped, cancelled";

    private final AgroalDataSource database;

    LedgerReview(AgroalDataSource database) {
        this.database = database;
    }

    /** By the lanes' counters, which move with the rows. */
    @Transactional(Transactional.TxType.MANDATORY)
    Counts counts(long campaignId) {
        return counts(sums() + " from lane_count where campaign_id = ?", campaignId, null);
    }

    private static String sums() {
        StringBuilder sums = new StringBuilder("select ");
        for (String column : COUNT_COLUMNS.split(", ", -1)) {
            sums.append(sums.length() == "select ".length() ? "" : ", ")
                    .append("coalesce(sum(")
                    .append(column)
                    .append("), 0)");
        }
        return sums.toString();
    }

    /** Of the canary's lane alone. */
    @Transactional(Transactional.TxType.MANDATORY)
    Counts canaryCounts(long campaignId) {
        return counts(
                sums() + " from lane_count where lane = " + Campaign.CANARY_LANE + " and campaign_id = ?",
                campaignId,
                null);
    }

    /** By counting the rows themselves: what the counters must agree with. */
    @Transactional(Transactional.TxType.MANDATORY)
    Counts fullCount(long campaignId, long issueId) {
        StringBuilder sums = new StringBuilder();
        for (DeliveryState state : DeliveryState.values()) {
            sums.append(sums.isEmpty() ? "" : ", ")
                    .append("count(*) filter (where state = '")
                    .append(state)
                    .append("')");
        }
        return counts("select " + sums + " from delivery where campaign_id = ? and issue_id = ?", campaignId, issueId);
    }

    private Counts counts(String sql, long campaignId, @Nullable Long issueId) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, campaignId);
            if (issueId != null) {
                select.setLong(2, issueId);
            }
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return new Counts(
                        row.getLong(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6),
                        row.getLong(7),
                        row.getLong(8),
                        row.getLong(9),
                        row.getLong(10));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many a campaign of this issue would reach if it started now. */
    @Transactional(Transactional.TxType.MANDATORY)
    long reachable(long newsletterId, long issueId) {
        String sql = """
                select count(*) from mailable_subscription m
                where m.newsletter_id = ? and not exists (
                  select 1 from delivery d
                  where d.issue_id = ? and d.subscription_id = m.subscription_id and not d.void)
                """;
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, newsletterId);
            select.setLong(2, issueId);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The rows of a campaign by their ids, after one and at most so many. @param state null for all */
    @Transactional(Transactional.TxType.MANDATORY)
    List<Row> page(long campaignId, long issueId, @Nullable DeliveryState state, long after, int limit) {
        String sql = """
                select d.id, p.email, d.state, d.attempts, d.provider_message_id, d.reason, d.updated_at
                from delivery d
                left join subscription s on s.id = d.subscription_id
                left join subscriber p on p.id = s.subscriber_id
                where d.issue_id = ? and d.campaign_id = ? and d.id > ? and (cast(? as text) is null or d.state = ?)
                order by d.id limit ?
                """;
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, issueId);
            select.setLong(2, campaignId);
            select.setLong(3, after);
            select.setString(4, state == null ? null : state.name());
            select.setString(5, state == null ? null : state.name());
            select.setInt(6, limit);
            List<Row> rows = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    rows.add(new Row(
                            row.getLong("id"),
                            row.getString("email"),
                            DeliveryState.valueOf(row.getString("state")),
                            row.getInt("attempts"),
                            row.getString("provider_message_id"),
                            row.getString("reason"),
                            row.getTimestamp("updated_at").toInstant()));
                }
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Moves all rows of a campaign that are in one state to another.
     *
     * @param reason kept with each row; null for none
     */
    @Transactional(Transactional.TxType.MANDATORY)
    long moveAll(Campaign campaign, DeliveryState from, DeliveryState to, @Nullable String reason) {
        return move(campaign, from, to, reason, true, null, Integer.MAX_VALUE);
    }

    /**
     * Settles rows in doubt by the house's own policy: they keep count of their attempts.
     *
     * @param notAfter only rows that have been in doubt since this moment or longer
     * @param attemptsBelow only rows that were tried less often than this
     */
    @Transactional(Transactional.TxType.MANDATORY)
    long settle(Campaign campaign, DeliveryState to, String reason, Instant notAfter, int attemptsBelow) {
        return move(campaign, DeliveryState.IN_DOUBT, to, reason, false, notAfter, attemptsBelow);
    }

    /** Whether anything in doubt may still be sent again by itself. */
    @Transactional(Transactional.TxType.MANDATORY)
    boolean anyInDoubtBelow(Campaign campaign, int attempts) {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select exists (select 1 from delivery where issue_id"
                                + " = ? and campaign_id = ? and state = 'IN_DOUBT' and attempts < ?)")) {
            select.setLong(1, campaign.issueId);
            select.setLong(2, campaign.id);
            select.setInt(3, attempts);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private long move(
            Campaign campaign,
            DeliveryState from,
            DeliveryState to,
            @Nullable String reason,
            boolean afresh,
            @Nullable Instant notAfter,
            int attemptsBelow) {
        String sql = """
                update delivery
                set state = ?, void = ?, due_at = case when ? then now() end, attempts = case when ? then 0 else attempts end,
                    reason = ?, updated_at = now()
                where issue_id = ? and campaign_id = ? and state = ? and attempts < ?
                  and (?::timestamptz is null or updated_at <= ?)
                returning lane
                """;
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(sql)) {
            java.sql.Timestamp since = notAfter == null ? null : java.sql.Timestamp.from(notAfter);
            update.setString(1, to.name());
            update.setBoolean(2, to.isVoid());
            update.setBoolean(3, to == DeliveryState.QUEUED);
            update.setBoolean(4, afresh && to == DeliveryState.QUEUED);
            update.setString(5, reason);
            update.setLong(6, campaign.issueId);
            update.setLong(7, campaign.id);
            update.setString(8, from.name());
            update.setInt(9, attemptsBelow);
            update.setTimestamp(10, since);
            update.setTimestamp(11, since);
            Map<Integer, Long> byLane = new TreeMap<>();
            try (ResultSet row = update.executeQuery()) {
                while (row.next()) {
                    byLane.merge(row.getInt(1), 1L, Long::sum);
                }
            }
            for (Map.Entry<Integer, Long> lane : byLane.entrySet()) {
                LaneCount.Moves moves = new LaneCount.Moves();
                moves.add(from, -lane.getValue());
                moves.add(to, lane.getValue());
                LaneCount.move(connection, campaign.id, lane.getKey(), moves);
            }
            return byLane.values().stream().mapToLong(Long::longValue).sum();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Which of these addresses, by their keys, a newsletter may mail now, with their subscriptions. */
    @Transactional(Transactional.TxType.MANDATORY)
    Map<String, Long> mailable(long newsletterId, List<String> keys) {
        String sql = """
                select p.email_key, m.subscription_id
                from subscriber p
                join subscription s on s.subscriber_id = p.id and s.newsletter_id = ?
                join mailable_subscription m on m.subscription_id = s.id
                where p.email_key = any (?)
                """;
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, newsletterId);
            select.setArray(2, connection.createArrayOf("text", keys.toArray()));
            Map<String, Long> found = new TreeMap<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.put(row.getString(1), row.getLong(2));
                }
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether somebody of the canary is to get it until then. */
    @Transactional(Transactional.TxType.MANDATORY)
    boolean isCanaryDue(Campaign campaign, Instant until) {
        String sql = """
                select exists (
                  select 1 from delivery where issue_id = ? and campaign_id = ? and lane = ?
                    and state = 'QUEUED' and (due_at is null or due_at <= ?))
                """;
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, campaign.issueId);
            select.setLong(2, campaign.id);
            select.setInt(3, Campaign.CANARY_LANE);
            select.setTimestamp(4, java.sql.Timestamp.from(until));
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The longest row of permanent refusals that a lane has met of late. */
    @Transactional(Transactional.TxType.MANDATORY)
    int refusedInARow(long campaignId) {
        return lanes("select coalesce(max(refused_in_a_row), 0) from lane_count where campaign_id = ?", campaignId)
                .get(0);
    }

    /** An editor has seen them. */
    @Transactional(Transactional.TxType.MANDATORY)
    void forgetRefusals(long campaignId) {
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(
                        "update lane_count set refused_in_a_row = 0 where (campaign_id, lane) in (select campaign_id, lane"
                                + " from lane_count where campaign_id = ? order by campaign_id, lane for update)")) {
            update.setLong(1, campaignId);
            update.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The lanes that still have something to do now. */
    @Transactional(Transactional.TxType.MANDATORY)
    List<Integer> openLanes(Campaign campaign) {
        String canary = campaign.isCanary() ? " and lane = " + Campaign.CANARY_LANE : "";
        return lanes(
                "select lane from lane_count where campaign_id = ? and queued + sending > 0" + canary
                        + " order by lane",
                campaign.id);
    }

    private List<Integer> lanes(String sql, long campaignId) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, campaignId);
            List<Integer> lanes = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    lanes.add(row.getInt(1));
                }
            }
            return lanes;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
