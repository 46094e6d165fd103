package dev.broadsheet.delivery;

import dev.broadsheet.delivery.CampaignReport.Domain;
import dev.broadsheet.delivery.CampaignReport.Domains;
import dev.broadsheet.delivery.CampaignReport.Others;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a campaign's report of its rows. It walks through all of them three times, without an index, so that writing them
 * costs nothing for its sake.
 */
@ApplicationScoped
class LedgerReport {

    /**
     * Minute by minute what was handed over, and what deliveries have come to. Before V19 nobody wrote down when a
     * message was handed over, nor does an editor who settles a doubt: then it is when the row became so.
     */
    static final String TIMES = """
            select 'SENT' as what, extract(epoch from minute)::bigint / 60 as minute, number
            from (
              select date_bin('1 minute', coalesce(sent_at, case state when 'SENT' then updated_at end), 'epoch') as minute,
                count(*) as number
              from delivery
              where issue_id = ? and campaign_id = ? and state in ('SENT', 'DELIVERED', 'BOUNCED', 'COMPLAINED', 'FAILED')
              group by 1) handed_over
            where minute is not null
            union all
            select state, extract(epoch from minute)::bigint / 60, number
            from (
              select state, date_bin('1 minute',
                  case state when 'FAILED' then updated_at else coalesce(answered_at, updated_at) end, 'epoch') as minute,
                count(*) as number
              from delivery
              where issue_id = ? and campaign_id = ? and state in ('DELIVERED', 'BOUNCED', 'COMPLAINED', 'FAILED')
              group by 1, 2) answered
            """;

    /** Null for all domains that are not among the twenty, and for nobody's. */
    static final String DOMAINS = """
            with counted as (
              select split_part(p.email_key, '@', -1) as domain, d.state, count(*) as number
              from delivery d
              left join subscription s on s.id = d.subscription_id
              left join subscriber p on p.id = s.subscriber_id
              where d.issue_id = ? and d.campaign_id = ?
              group by 1, 2),
            largest as (
              select domain from counted where domain is not null
              group by domain having sum(number) >= ? order by sum(number) desc, domain limit 20)
            select l.domain, c.state, sum(c.number)::bigint from counted c left join largest l on l.domain = c.domain
            group by 1, 2
            """;

    /** In the order in which {@link ReasonGroups} takes them. */
    static final String REASONS = """
            select state, bounce, reason, count(*) from delivery
            where issue_id = ? and campaign_id = ?
              and (state in ('BOUNCED', 'COMPLAINED', 'FAILED') or state in ('QUEUED', 'SENT') and reason is not null)
            group by 1, 2, 3 order by 4 desc, 3
            """;

    private static final int FETCHED_AT_ONCE = 1_000;

    private final LedgerReview review;
    private final AgroalDataSource database;
    private final Clock clock;

    LedgerReport(LedgerReview review, AgroalDataSource database, Clock clock) {
        this.review = review;
        this.database = database;
        this.clock = clock;
    }

    /** Before all else in a transaction: what is read from here on is of one moment, and read on one core. */
    @Transactional(Transactional.TxType.MANDATORY)
    void begin() {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("set transaction isolation level repeatable read");
            statement.execute("set local max_parallel_workers_per_gather = 0");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** After {@link #begin}. @param fewest a domain, and words, that fewer share are not named */
    @Transactional(Transactional.TxType.MANDATORY)
    CampaignReport read(Campaign campaign, int fewest) {
        try (Connection connection = database.getConnection()) {
            return new CampaignReport(
                    campaign.id,
                    clock.instant(),
                    review.counts(campaign.id),
                    times(connection, campaign),
                    domains(connection, campaign, fewest),
                    reasons(connection, campaign, fewest));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CampaignReport.Times times(Connection connection, Campaign campaign) throws SQLException {
        TimeBuckets buckets = new TimeBuckets();
        try (PreparedStatement select = connection.prepareStatement(TIMES)) {
            select.setLong(1, campaign.issueId);
            select.setLong(2, campaign.id);
            select.setLong(3, campaign.issueId);
            select.setLong(4, campaign.id);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    buckets.add(row.getLong(2), DeliveryState.valueOf(row.getString(1)), row.getLong(3));
                }
            }
        }
        return buckets.times();
    }

    private static Domains domains(Connection connection, Campaign campaign, int fewest) throws SQLException {
        Map<@Nullable String, Map<DeliveryState, Long>> byDomain = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(DOMAINS)) {
            select.setLong(1, campaign.issueId);
            select.setLong(2, campaign.id);
            select.setInt(3, fewest);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    byDomain.computeIfAbsent(row.getString(1), domain -> new EnumMap<>(DeliveryState.class))
                            .put(DeliveryState.valueOf(row.getString(2)), row.getLong(3));
                }
            }
        }
        Map<DeliveryState, Long> others = byDomain.remove(null);
        Counts rest = counts(others == null ? Map.of() : others);
        List<Domain> items = new ArrayList<>();
        byDomain.forEach((domain, numbers) -> {
            Counts counts = counts(numbers);
            items.add(new Domain(String.valueOf(domain), counts.total(), counts));
        });
        items.sort(Comparator.comparingLong(Domain::recipients).reversed().thenComparing(Domain::domain));
        return new Domains(items, new Others(rest.total(), rest));
    }

    private static Counts counts(Map<DeliveryState, Long> numbers) {
        return Counts.of(state -> numbers.getOrDefault(state, 0L));
    }

    private static CampaignReport.Reasons reasons(Connection connection, Campaign campaign, int fewest)
            throws SQLException {
        ReasonGroups groups = new ReasonGroups();
        try (PreparedStatement select = connection.prepareStatement(REASONS)) {
            select.setLong(1, campaign.issueId);
            select.setLong(2, campaign.id);
            select.setFetchSize(FETCHED_AT_ONCE);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    groups.add(
                            DeliveryState.valueOf(row.getString(1)),
                            row.getString(2),
                            row.getString(3),
                            row.getLong(4));
                }
            }
        }
        return groups.reasons(fewest);
    }
}
