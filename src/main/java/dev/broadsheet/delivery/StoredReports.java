package dev.broadsheet.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.broadsheet.platform.Problem;
import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Reports that are kept, of campaigns whose rows are too many to be counted while somebody waits, or are to go. They name
 * nothing that would lead to one person, so erasing somebody leaves them as they are.
 */
@ApplicationScoped
class StoredReports {

    private static final int FEWEST = 5;

    /** Reports in the background take at most this part of the time of one core. */
    private static final int ONE_IN = 30;

    private static final int LONGEST_SECONDS = 300;

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration AFTER_FAILURE = Duration.ofMinutes(5);

    private static final Duration RECENT = Duration.ofDays(7);

    /** With its counts as they are now. */
    private static final String CAMPAIGNS = """
            from campaign c
            cross join lateral (
              select array[sum(queued), sum(sending), sum(in_doubt), sum(sent), sum(delivered), sum(bounced),
                sum(complained), sum(failed), sum(skipped), sum(cancelled)]::bigint[] as counts
              from lane_count l where l.campaign_id = c.id having count(*) > 0) n
            left join campaign_report r on r.campaign_id = c.id
            """;

    private final LedgerReport ledger;
    private final AgroalDataSource database;
    private final ObjectMapper json;
    private final Clock clock;

    private final ReentrantLock making = new ReentrantLock();
    private volatile Instant notBefore = Instant.MIN;

    StoredReports(LedgerReport ledger, AgroalDataSource database, ObjectMapper json, Clock clock) {
        this.ledger = ledger;
        this.database = database;
        this.json = json;
        this.clock = clock;
    }

    @Transactional
    Optional<CampaignReport> find(long campaignId) {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select body from campaign_report where campaign_id = ?")) {
            select.setLong(1, campaignId);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(read(row.getString(1))) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The one that is there, else a new one: of those who ask for it at once, the first makes it.
     *
     * @throws Problem 503 {@code busy} while another is made
     */
    CampaignReport findOrMake(Campaign campaign) {
        if (!isMineWithin(PATIENCE)) {
            throw new Problem(503, "busy", "Another report is being made. Ask again in a few seconds.");
        }
        try {
            return find(campaign.id).orElseGet(() -> make(campaign));
        } finally {
            making.unlock();
        }
    }

    /** Makes the one that waits longest, unless one was made lately, or is being made here or on another node. */
    void makeNext(int largerThan) {
        if (clock.instant().isBefore(notBefore) || !making.tryLock()) {
            return;
        }
        try {
            make(() -> isMadeElsewhere() ? Optional.empty() : next(largerThan));
        } catch (RuntimeException e) {
            notBefore = clock.instant().plus(AFTER_FAILURE); // it may have cost as much as one that succeeds
            throw e;
        } finally {
            making.unlock();
        }
    }

    private boolean isMineWithin(Duration wait) {
        try {
            return making.tryLock(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Makes those of an issue that are missing or do not have the counts of now. */
    void makeAll(long issueId) {
        making.lock();
        try {
            QuarkusTransaction.requiringNew().call(() -> outdated(issueId)).forEach(this::make);
        } finally {
            making.unlock();
        }
    }

    private CampaignReport make(Campaign campaign) {
        return make(() -> Optional.of(campaign)).orElseThrow();
    }

    private Optional<CampaignReport> make(Supplier<Optional<Campaign>> which) {
        long begun = System.nanoTime();
        Optional<CampaignReport> made = QuarkusTransaction.requiringNew()
                .timeout(LONGEST_SECONDS)
                .call(() -> {
                    ledger.begin();
                    return which.get().map(campaign -> ledger.read(campaign, FEWEST));
                });
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        made.ifPresent(report -> QuarkusTransaction.requiringNew().run(() -> store(report, took)));
        return made;
    }

    private boolean isMadeElsewhere() {
        try (Connection connection = database.getConnection();
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery(
                        "select pg_try_advisory_xact_lock(hashtextextended('campaign report', 0))")) {
            row.next();
            return !row.getBoolean(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Those of long ago that were never made are made when somebody asks for them. */
    private Optional<Campaign> next(int largerThan) {
        String sql = "select c.id " + CAMPAIGNS + """
                where c.recipients > ? and r.counts is distinct from n.counts
                  and (r.campaign_id is not null or c.started_at > ?)
                  and not exists (select 1 from ledger_drop x where x.issue_id = c.issue_id)
                  and not exists (select 1 from campaign_report x where x.rest_until > ?)
                order by coalesce(r.made_at, c.started_at) limit 1
                """;
        Instant now = clock.instant();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setInt(1, largerThan);
            select.setTimestamp(2, Timestamp.from(now.minus(RECENT)));
            select.setTimestamp(3, Timestamp.from(now));
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Campaign.findByIdOptional(row.getLong(1)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The campaigns of an issue whose reports are missing or do not have the counts of now. */
    @Transactional(Transactional.TxType.MANDATORY)
    List<Campaign> outdated(long issueId) {
        String sql = "select c.id " + CAMPAIGNS + "where c.issue_id = ? and r.counts is distinct from n.counts";
        List<Campaign> outdated = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, issueId);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    outdated.add(Campaign.findById(row.getLong(1)));
                }
            }
            return outdated;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void store(CampaignReport report, Duration took) {
        String sql = """
                insert into campaign_report (campaign_id, made_at, counts, rest_until, body)
                values (?, ?, ?, ?, ?::jsonb)
                on conflict (campaign_id) do update
                set made_at = excluded.made_at, counts = excluded.counts, rest_until = excluded.rest_until,
                  body = excluded.body
                where campaign_report.made_at <= excluded.made_at
                """;
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setLong(1, report.campaign());
            insert.setTimestamp(2, Timestamp.from(report.asOf()));
            insert.setArray(
                    3, connection.createArrayOf("bigint", report.counts().inOrder()));
            insert.setTimestamp(4, Timestamp.from(clock.instant().plus(took.multipliedBy(ONE_IN))));
            insert.setString(5, json.writeValueAsString(report));
            insert.executeUpdate();
        } catch (SQLException | JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private CampaignReport read(String body) {
        try {
            // another version may have said more
            return json.readerFor(CampaignReport.class)
                    .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .readValue(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
