package dev.broadsheet.delivery;

import dev.broadsheet.platform.Reading;
import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Sending, in {@code /q/metrics}. What was handed over is counted by the node that did it; everything else is what the
 * database says, so each node shows the same.
 */
@ApplicationScoped
class DeliveryMetrics {

    /**
     * What stands in the queues of all campaigns.
     *
     * @param inDoubt of cancelled campaigns too
     * @param claims how many batches a node holds
     * @param age in seconds, of what waits longest: a campaign that is due and has not started, a delivery that is due
     *     again, or one that nobody had yet, which is due since its campaign's start; zero where nothing waits
     * @param pausedByItself campaigns that are paused, and not as an editor said or a canary was to end
     */
    record Queue(
            long queued,
            long sending,
            long inDoubt,
            long claims,
            double age,
            Map<Campaign.State, Long> campaigns,
            long pausedByItself) {}

    /** Of the ledger one row a lane is read, by an index: a limit keeps the planner from joining all of it. */
    private static final String QUEUE = """
            with counted as (
              select coalesce(sum(l.queued) filter (where c.state <> 'CANCELLED'), 0) as queued,
                coalesce(sum(l.sending), 0) as sending, coalesce(sum(l.in_doubt), 0) as in_doubt
              from campaign c join lane_count l on l.campaign_id = c.id
              where c.state in ('SENDING', 'PAUSED', 'CANCELLED')),
            waiting as (
              select min(send_at) as since from campaign where state = 'SCHEDULED' and send_at <= now()
              union all
              select min(c.started_at)
              from campaign c join lane_count l on l.campaign_id = c.id
              cross join lateral (
                select 1 from delivery d
                where d.issue_id = c.issue_id and d.campaign_id = c.id and d.lane = l.lane and d.id > l.claimed_to
                  and d.state = 'QUEUED' and d.due_at is null
                order by d.id limit 1) fresh
              where c.state = 'SENDING' and l.queued > 0
              union all
              select min(again.due_at)
              from campaign c join lane_count l on l.campaign_id = c.id
              cross join lateral (
                select d.due_at from delivery d
                where d.issue_id = c.issue_id and d.campaign_id = c.id and d.lane = l.lane and d.due_at <= now()
                order by d.due_at limit 1) again
              where c.state = 'SENDING' and l.queued > 0)
            select queued, sending, in_doubt, (select count(*) from delivery_claim) as claims,
              coalesce((select extract(epoch from now() - min(since)) from waiting), 0) as age,
              (select count(*) from campaign
               where state = 'PAUSED' and reason_code not in ('editor', 'CANARY', 'issue-withdrawn', 'start-paused')) as by_itself
            from counted
            """;

    private static final String CAMPAIGNS = "select state, count(*) as number from campaign group by state";

    private static final List<DeliveryState> OUTCOMES = List.of(
            DeliveryState.SENT,
            DeliveryState.BOUNCED,
            DeliveryState.FAILED,
            DeliveryState.IN_DOUBT,
            DeliveryState.QUEUED,
            DeliveryState.SKIPPED);

    private final AgroalDataSource database;
    private final TransactionSynchronizationRegistry transactions;
    private final MeterRegistry metrics;
    private final Reading<Queue> queue =
            new Reading<>(this::queue, Reading.USUAL, Infrastructure.getDefaultWorkerPool());
    private final Map<DeliveryState, Counter> outcomes = new EnumMap<>(DeliveryState.class);

    DeliveryMetrics(AgroalDataSource database, TransactionSynchronizationRegistry transactions, MeterRegistry metrics) {
        this.database = database;
        this.transactions = transactions;
        this.metrics = metrics;
        for (DeliveryState state : OUTCOMES) {
            outcomes.put(
                    state,
                    Counter.builder("broadsheet.delivery.outcomes")
                            .description("What this node's hand-overs came to; queued is to be tried again")
                            .tag("outcome", state.name().toLowerCase(Locale.ROOT))
                            .register(metrics));
        }
    }

    void show(@Observes StartupEvent start) {
        gauge("broadsheet.delivery.queued", "Deliveries that wait", Queue::queued);
        gauge("broadsheet.delivery.sending", "Deliveries that are claimed", Queue::sending);
        gauge("broadsheet.delivery.in.doubt", "Deliveries that were perhaps handed over", Queue::inDoubt);
        gauge("broadsheet.delivery.claims", "Batches that nodes hold", Queue::claims);
        gauge("broadsheet.delivery.queue.age.seconds", "Of the delivery or campaign that is due longest", Queue::age);
        gauge(
                "broadsheet.campaigns.paused.by.itself",
                "Campaigns that are paused, and not as an editor said or a canary was to end",
                Queue::pausedByItself);
        for (Campaign.State state : Campaign.State.values()) {
            Gauge.builder("broadsheet.campaigns", queue, q -> q.of(seen -> seen.campaigns.getOrDefault(state, 0L)))
                    .description("Campaigns by their state")
                    .tag("state", state.name())
                    .strongReference(true)
                    .register(metrics);
        }
    }

    private void gauge(String name, String what, ToDoubleFunction<Queue> number) {
        Gauge.builder(name, queue, q -> q.of(number))
                .description(what)
                .strongReference(true)
                .register(metrics);
    }

    /** Counts outcomes once the transaction that writes them has committed: an attempt that is repeated counts once. */
    void count(List<Claims.Result> results) {
        Map<DeliveryState, Integer> counts = new EnumMap<>(DeliveryState.class);
        for (Claims.Result result : results) {
            if (result.tried()) {
                counts.merge(result.state(), 1, Integer::sum);
            }
        }
        transactions.registerInterposedSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                // they may still be rolled back
            }

            @Override
            public void afterCompletion(int status) {
                if (status == Status.STATUS_COMMITTED) {
                    counts.forEach((state, number) -> {
                        Counter counter = outcomes.get(state);
                        if (counter != null) {
                            counter.increment(number);
                        }
                    });
                }
            }
        });
    }

    /** Looks now. */
    Queue queue() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement queueNow = connection.prepareStatement(QUEUE);
                PreparedStatement campaignsNow = connection.prepareStatement(CAMPAIGNS)) {
            Map<Campaign.State, Long> campaigns = new EnumMap<>(Campaign.State.class);
            try (ResultSet row = campaignsNow.executeQuery()) {
                while (row.next()) {
                    campaigns.put(Campaign.State.valueOf(row.getString("state")), row.getLong("number"));
                }
            }
            try (ResultSet row = queueNow.executeQuery()) {
                row.next();
                return new Queue(
                        row.getLong("queued"),
                        row.getLong("sending"),
                        row.getLong("in_doubt"),
                        row.getLong("claims"),
                        row.getDouble("age"),
                        campaigns,
                        row.getLong("by_itself"));
            }
        }
    }
}
