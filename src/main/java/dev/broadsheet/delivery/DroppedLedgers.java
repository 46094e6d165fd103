package dev.broadsheet.delivery;

import dev.broadsheet.accounts.Audit;
import dev.broadsheet.issues.Issues;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.newsletters.Newsletters;
import dev.broadsheet.platform.Problem;
import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Old issues whose rows of the ledger are given up: who had them is not known any more, so no campaign may send them
 * again. Their campaigns keep their counts and reports. A marker comes first and refuses from its commit on; the rows go after it, as
 * a partition, in a short transaction of its own that is tried again: dropping it locks the whole ledger for a moment,
 * and whoever waits for that lock holds up all sending.
 */
@ApplicationScoped
class DroppedLedgers {

    private static final Logger LOG = Logger.getLogger(DroppedLedgers.class);

    private final Newsletters newsletters;
    private final Issues issues;
    private final LedgerReview review;
    private final StoredReports reports;
    private final AgroalDataSource database;
    private final Audit audit;
    private final Clock clock;

    DroppedLedgers(
            Newsletters newsletters,
            Issues issues,
            LedgerReview review,
            StoredReports reports,
            AgroalDataSource database,
            Audit audit,
            Clock clock) {
        this.newsletters = newsletters;
        this.issues = issues;
        this.review = review;
        this.reports = reports;
        this.database = database;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Gives an issue's rows up. Again, it changes nothing.
     *
     * @throws Problem 409 {@code ledger-in-use} where a campaign of it is not over, or has rows whose end is open
     */
    @Transactional
    void drop(String newsletterSlug, String issueSlug) {
        Newsletter newsletter = newsletters.get(newsletterSlug);
        long issueId = issues.id(newsletter.id, issueSlug);
        try (Connection connection = database.getConnection()) {
            lock(connection, issueId, false); // nobody plans a campaign of it meanwhile
            if (isDropped(connection, issueId)) {
                return;
            }
            for (long id : Campaign.idsOfIssue(issueId)) {
                requireOver(Campaign.locked(id).orElseThrow());
            }
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into ledger_drop (issue_id, asked_at) values (?, ?)")) {
                insert.setLong(1, issueId);
                insert.setTimestamp(2, Timestamp.from(clock.instant()));
                insert.executeUpdate();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        audit.record("issue.drop-deliveries", newsletterSlug, "issue/" + newsletterSlug + "/" + issueSlug, Map.of());
    }

    private void requireOver(Campaign campaign) {
        Counts counts = review.counts(campaign.id);
        boolean over = campaign.state == Campaign.State.DONE || campaign.state == Campaign.State.CANCELLED;
        if (!over || counts.open() > 0) {
            throw new Problem(
                            409,
                            "ledger-in-use",
                            "Campaign " + campaign.id + " of this issue "
                                    + (over ? "has deliveries whose end is open: settle them." : "is not over."))
                    .with("campaign", campaign.id);
        }
    }

    /**
     * Refuses what needs the rows, for a caller that has locked a campaign of the issue or only reads.
     *
     * @param status 409 where something is to be done with them, 410 where they are to be read
     */
    @Transactional(Transactional.TxType.MANDATORY)
    void refuse(long issueId, int status) {
        try (Connection connection = database.getConnection()) {
            if (isDropped(connection, issueId)) {
                throw new Problem(
                        status,
                        "ledger-dropped",
                        "The deliveries of this issue were dropped; only the counts of its campaigns are kept.");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same for a campaign that is only now planned: until it is committed, the rows stay. */
    @Transactional(Transactional.TxType.MANDATORY)
    void refusePlan(long issueId) {
        try (Connection connection = database.getConnection()) {
            lock(connection, issueId, true);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        refuse(issueId, 409);
    }

    @Scheduled(identity = "dropped-ledgers", every = "10s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void sweep() {
        for (long issueId : QuarkusTransaction.requiringNew().call(this::pending)) {
            try {
                reports.makeAll(issueId);
            } catch (RuntimeException e) {
                LOG.errorf(e, "The ledger of issue %d is kept: its campaigns' reports cannot be made", issueId);
                continue;
            }
            try {
                QuarkusTransaction.requiringNew().run(() -> dropPartition(issueId));
                LOG.infof("The ledger of issue %d is dropped", issueId);
            } catch (RuntimeException e) {
                LOG.infof("The ledger of issue %d is in use: it is dropped later", issueId);
            }
        }
    }

    private List<Long> pending() {
        try (Connection connection = database.getConnection();
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery(
                        "select issue_id from ledger_drop where dropped_at is null order by issue_id")) {
            List<Long> pending = new ArrayList<>();
            while (row.next()) {
                pending.add(row.getLong(1));
            }
            return pending;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void dropPartition(long issueId) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                PreparedStatement update =
                        connection.prepareStatement("update ledger_drop set dropped_at = ? where issue_id = ?")) {
            // while this waits, so does everybody behind it
            statement.execute("set local lock_timeout = '500ms'");
            statement.execute("drop table if exists " + Ledger.partition(issueId));
            if (!reports.outdated(issueId).isEmpty()) { // nothing moves any more from here on
                throw new IllegalStateException("An answer has come since the reports of issue " + issueId);
            }
            update.setTimestamp(1, Timestamp.from(clock.instant()));
            update.setLong(2, issueId);
            update.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same lock as the partition's making takes. */
    static void lock(Connection connection, long issueId, boolean shared) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(
                "select pg_advisory_xact_lock" + (shared ? "_shared" : "") + "(hashtext('delivery partition'), ?)")) {
            lock.setInt(1, (int) issueId);
            lock.execute();
        }
    }

    static boolean isDropped(Connection connection, long issueId) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select 1 from ledger_drop where issue_id = ?")) {
            select.setLong(1, issueId);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }
}
