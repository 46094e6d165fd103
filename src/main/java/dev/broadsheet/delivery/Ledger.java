package dev.broadsheet.delivery;

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
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The ledger's shape: an issue's partition, the recipients of a campaign, and what a lane still has to do. */
@ApplicationScoped
class Ledger {

    /** For a transaction over all rows of a campaign; the socket's time-out, in application.properties, is longer. */
    static final int TIMEOUT_SECONDS = 300;

    /** @param nextDue when a queued row of the lane is due, or was. @param nextLease when a claim on it ends */
    record LaneStatus(@Nullable Instant nextDue, @Nullable Instant nextLease) {}

    private final AgroalDataSource database;
    private final Clock clock;

    Ledger(AgroalDataSource database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** The table that holds an issue's rows. */
    static String partition(long issueId) {
        return "delivery_" + issueId;
    }

    /**
     * Makes the issue's partition. Attaching it locks the ledger: so in a short transaction of its own.
     *
     * @throws IllegalStateException where it was dropped: made anew and empty, everybody would get the issue again
     */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    void ensurePartition(long issueId) {
        String name = partition(issueId);
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            DroppedLedgers.lock(connection, issueId, false); // two campaigns of one issue may start at once
            if (DroppedLedgers.isDropped(connection, issueId)) {
                throw new IllegalStateException("The ledger of issue " + issueId + " was dropped");
            }
            try (ResultSet known = statement.executeQuery("select to_regclass('" + name + "')")) {
                known.next();
                if (known.getString(1) != null) {
                    return;
                }
            }
            statement.execute("create table " + name + " (like delivery including all) with (fillfactor = 50)");
            statement.execute("alter table delivery attach partition " + name + " for values in (" + issueId + ")");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether nobody else takes the campaign's snapshot now; then nobody does until the end of the transaction. */
    @Transactional(Transactional.TxType.MANDATORY)
    boolean beginSnapshot(Campaign campaign) {
        try (Connection connection = database.getConnection();
                PreparedStatement lock = connection.prepareStatement(
                        "select pg_try_advisory_xact_lock(hashtextextended('campaign snapshot', ?))")) {
            lock.setLong(1, campaign.id);
            try (ResultSet row = lock.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Freezes the recipients: everybody mailable who has not had the issue. People who confirm later wait for the next
     * campaign. A lane is a hash of the recipient.
     *
     * @return how many
     */
    @Transactional(Transactional.TxType.MANDATORY)
    long snapshot(Campaign campaign, int lanes) {
        String insert = """
                insert into delivery (issue_id, campaign_id, subscription_id, lane, state, updated_at)
                select ?, ?, m.subscription_id, abs(hashint8(m.subscription_id) % ?), 'QUEUED', ?
                from mailable_subscription m
                where m.newsletter_id = ?
                on conflict (issue_id, subscription_id) where not void do nothing
                """;
        try (Connection connection = database.getConnection();
                PreparedStatement rows = connection.prepareStatement(insert);
                Statement analyze = connection.createStatement()) {
            rows.setLong(1, campaign.issueId);
            rows.setLong(2, campaign.id);
            rows.setInt(3, lanes);
            rows.setTimestamp(4, Timestamp.from(clock.instant()));
            rows.setLong(5, campaign.newsletterId);
            long inserted = rows.executeLargeUpdate();
            analyze.execute("analyze " + partition(campaign.issueId));
            return inserted;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Puts the campaign's canary into a lane of its own. @return how many they are */
    @Transactional(Transactional.TxType.MANDATORY)
    int canary(Campaign campaign) {
        long[] named = campaign.canaryNamed;
        String sql =
                """
                update delivery set lane = ?
                where issue_id = ? and id in (
                  select id from delivery
                  where issue_id = ? and campaign_id = ? and state = 'QUEUED' and %s)
                """.formatted(named == null ? "true order by subscription_id limit ?" : "subscription_id = any (?)");
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(sql)) {
            update.setInt(1, Campaign.CANARY_LANE);
            update.setLong(2, campaign.issueId);
            update.setLong(3, campaign.issueId);
            update.setLong(4, campaign.id);
            if (named == null) {
                update.setObject(5, campaign.canarySize);
            } else {
                update.setArray(
                        5,
                        connection.createArrayOf(
                                "bigint", Arrays.stream(named).boxed().toArray()));
            }
            return update.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Begins the counters of a campaign's lanes. */
    @Transactional(Transactional.TxType.MANDATORY)
    void count(Campaign campaign, int lanes) {
        String sql = """
                insert into lane_count (campaign_id, lane, queued)
                select ?, l.lane, count(d.id)
                from generate_series(?, ? - 1) as l (lane)
                left join delivery d on d.issue_id = ? and d.campaign_id = ? and d.lane = l.lane
                group by l.lane
                on conflict (campaign_id, lane) do nothing
                """;
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setLong(1, campaign.id);
            insert.setInt(2, campaign.isCanary() ? Campaign.CANARY_LANE : 0);
            insert.setInt(3, lanes);
            insert.setLong(4, campaign.issueId);
            insert.setLong(5, campaign.id);
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a lane that found nothing to claim is waiting for. */
    @Transactional(Transactional.TxType.MANDATORY)
    LaneStatus status(Campaign campaign, int lane) {
        String sql = """
                select (select min(d.due_at) from delivery d
                        where d.issue_id = ? and d.campaign_id = l.campaign_id and d.lane = l.lane and d.due_at is not null) as due,
                       exists (
                         select 1 from delivery d
                         where d.issue_id = ? and d.campaign_id = l.campaign_id and d.lane = l.lane and d.id > l.claimed_to
                           and d.state = 'QUEUED' and d.due_at is null) as fresh,
                       (select min(c.lease_until) from delivery_claim c
                        where c.campaign_id = l.campaign_id and c.lane = l.lane) as lease
                from lane_count l where l.campaign_id = ? and l.lane = ?
                """;
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, campaign.issueId);
            select.setLong(2, campaign.issueId);
            select.setLong(3, campaign.id);
            select.setInt(4, lane);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                Instant due = instant(row.getTimestamp("due"));
                return new LaneStatus(
                        row.getBoolean("fresh") ? Instant.EPOCH : due, instant(row.getTimestamp("lease")));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }
}
