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

    /** Two ways to count a campaign's rows. */
    record Tally(Counts counters, Counts ledger) {

        boolean agrees(@Nullable Long recipients) {
            return ledger.equals(counters) && recipients != null && ledger.total() == recipients;
        }
    }

    /**
     * Rows in doubt that the house's own policy settles.
     *
     * @param overSendGrid those that were handed over to SendGrid, or those that were not
     * @param doubtsBelow that ended in doubt less often than this
     * @param notAfter and are so since this moment or longer
     */
    record Doubtful(boolean overSendGrid, int doubtsBelow, Instant notAfter) {}

    /** Who left a row in doubt; where that was not written down, it was the campaign's own transport. */
    private static final String OVER_SENDGRID = "(coalesce(in_doubt_over, ?) = 'sendgrid')";

    private static final String COUNT_COLUMNS =
            "queued, sending, in_doubt, sent, delivered, bounced, complained, failed, skipped, cancelled";

    private final AgroalDataSource database;

    LedgerReview(AgroalDataSource database) {
        this.database = database;
    }

    /** By the lanes' counters, which move with the rows. */
    @Transactional(Transactional.TxType.MANDATORY)
    Counts counts(long campaignId) {
        return counts(sums() + " from lane_count where campaign_id = ?", campaignId);
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
                sums() + " from lane_count where lane = " + Campaign.CANARY_LANE + " and campaign_id = ?", campaignId);
    }

    /** What the counters say and what counting the rows says, of one moment: then they must agree. */
    @Transactional(Transactional.TxType.MANDATORY)
    Tally tally(Campaign campaign) {
        StringBuilder sums = new StringBuilder();
        for (DeliveryState state : DeliveryState.values()) {
            sums.append(sums.isEmpty() ? "" : ", ")
                    .append("count(*) filter (where state = '")
                    .append(state)
                    .append("')");
        }
        String sql = "select * from (" + sums() + " from lane_count where campaign_id = ?) counters, (select " + sums
                + " from delivery where campaign_id = ? and issue_id = ?) ledger";
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, campaign.id);
            select.setLong(2, campaign.id);
            select.setLong(3, campaign.issueId);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return new Tally(counts(row, 1), counts(row, 11));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Counts counts(String sql, long campaignId) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, campaignId);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return counts(row, 1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param first the column of those that are queued */
    private static Counts counts(ResultSet row, int first) throws SQLException {
        return new Counts(
                row.getLong(first),
                row.getLong(first + 1),
                row.getLong(first + 2),
                row.getLong(first + 3),
                row.getLong(first + 4),
                row.getLong(first + 5),
                row.getLong(first + 6),
                row.getLong(first + 7),
                row.getLong(first + 8),
                row.getLong(first + 9));
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
     * Moves all rows of a campaign that are in one state to another, by an editor's decision: tries and doubts count
     * afresh. What is to be cancelled but was in doubt, and was queued again by the house's own policy, is in doubt again:
     * the reader perhaps has it, and no later campaign sends it unless an editor says so.
     *
     * @param reason kept with each row; null for none
     */
    @Transactional(Transactional.TxType.MANDATORY)
    long moveAll(Campaign campaign, DeliveryState from, DeliveryState to, @Nullable String reason) {
        return move(campaign, from, to, reason, null);
    }

    /** Settles rows in doubt by the house's own policy: they keep count of their tries and doubts. */
    @Transactional(Transactional.TxType.MANDATORY)
    long settle(Campaign campaign, DeliveryState to, String reason, Doubtful which) {
        return move(campaign, DeliveryState.IN_DOUBT, to, reason, which);
    }

    /** Whether any of these is in doubt, if only since a moment ago. */
    @Transactional(Transactional.TxType.MANDATORY)
    boolean anyInDoubt(Campaign campaign, boolean overSendGrid, int doubtsBelow) {
        String sql =
                "select exists (select 1 from delivery where issue_id = ? and campaign_id = ? and state = 'IN_DOUBT'"
                        + " and doubts < ? and " + OVER_SENDGRID + " = ?)";
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, campaign.issueId);
            select.setLong(2, campaign.id);
            select.setInt(3, doubtsBelow);
            select.setString(4, campaign.transport);
            select.setBoolean(5, overSendGrid);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param which null for all, by an editor's decision */
    private long move(
            Campaign campaign,
            DeliveryState from,
            DeliveryState to,
            @Nullable String reason,
            @Nullable Doubtful which) {
        // counted where they are: they may be a million
        String sql =
                """
                with moved as (
                  update delivery
                  set state = case when ? and doubts > 0 then 'IN_DOUBT' else ? end,
                      void = ? and not (? and doubts > 0),
                      due_at = case when ? then now() end,
                      attempts = case when ? then 0 else attempts end,
                      doubts = case when ? then 0 else doubts end,
                      reason = ?, updated_at = now()
                  where issue_id = ? and campaign_id = ? and state = ? %s
                  returning lane, state)
                select lane, state, count(*) from moved group by lane, state
                """.formatted(which == null ? "" : "and doubts < ? and updated_at <= ? and " + OVER_SENDGRID + " = ?");
        boolean cancelled = to == DeliveryState.CANCELLED;
        boolean doubtsStay = cancelled && from != DeliveryState.IN_DOUBT;
        boolean afresh = which == null && to == DeliveryState.QUEUED;
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(sql)) {
            update.setBoolean(1, doubtsStay);
            update.setString(2, to.name());
            update.setBoolean(3, cancelled);
            update.setBoolean(4, doubtsStay);
            update.setBoolean(5, to == DeliveryState.QUEUED);
            update.setBoolean(6, afresh);
            // what failed after a doubt is perhaps with the reader all the same
            update.setBoolean(7, afresh && from == DeliveryState.IN_DOUBT);
            update.setString(8, reason);
            update.setLong(9, campaign.issueId);
            update.setLong(10, campaign.id);
            update.setString(11, from.name());
            if (which != null) {
                update.setInt(12, which.doubtsBelow);
                update.setTimestamp(13, Timestamp.from(which.notAfter));
                update.setString(14, campaign.transport);
                update.setBoolean(15, which.overSendGrid);
            }
            LaneCount.MovesByLane moves = new LaneCount.MovesByLane();
            long moved = 0;
            try (ResultSet row = update.executeQuery()) {
                while (row.next()) {
                    long rows = row.getLong(3);
                    moves.add(campaign.id, row.getInt(1), from, DeliveryState.valueOf(row.getString(2)), rows);
                    moved += rows;
                }
            }
            moves.write(connection);
            return moved;
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
            select.setTimestamp(4, Timestamp.from(until));
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
