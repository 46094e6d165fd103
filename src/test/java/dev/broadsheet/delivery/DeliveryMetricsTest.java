package dev.broadsheet.delivery;

import static dev.broadsheet.delivery.Newsroom.awaitState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.TestReaders;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is set up for a look at the queue is rolled back, so that nobody sends it. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class DeliveryMetricsTest {

    @Inject
    DeliveryMetrics metrics;

    @Inject
    MeterRegistry registry;

    @Inject
    TestReaders readers;

    @Inject
    Rows rows;

    private long sentCampaign(int recipients) {
        Newsroom newsroom = new Newsroom();
        readers.active(newsroom.newsletter(), recipients);
        newsroom.publish("one");
        long id = newsroom.start("one", "{}");
        awaitState(id, "DONE");
        return id;
    }

    private double outcomes(String outcome) {
        return registry.get("broadsheet.delivery.outcomes")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private DeliveryMetrics.Queue queue() {
        try {
            return metrics.queue();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void setUp(Runnable test) {
        QuarkusTransaction.begin();
        try {
            test.run();
        } finally {
            QuarkusTransaction.rollback();
        }
    }

    @Test
    void outcomes_ofACampaign_areCounted() {
        double before = outcomes("sent");
        sentCampaign(7);
        assertThat(outcomes("sent") - before).isGreaterThanOrEqualTo(7);
    }

    @Test
    void outcomes_thatAreRolledBack_areNot() {
        double before = outcomes("failed");
        Claims.Result failed = new Claims.Result(1, DeliveryState.FAILED, null, null, null, true);
        setUp(() -> metrics.count(List.of(failed)));
        assertThat(outcomes("failed")).isEqualTo(before);
        QuarkusTransaction.requiringNew().run(() -> metrics.count(List.of(failed, failed)));
        assertThat(outcomes("failed") - before).isEqualTo(2);
    }

    @Test
    void age_isOfWhatIsDueLongest() {
        long id = sentCampaign(1);
        setUp(() -> {
            double before = queue().age(); // whatever other tests have queued
            rows.run(
                    "update campaign set state = 'SENDING', started_at = now() - interval '3 days', finished_at = null"
                            + " where id = ?",
                    id);
            assertThat(queue().age()).as("nothing is queued").isCloseTo(before, within(3_600.0));
            rows.run("update delivery set state = 'QUEUED' where campaign_id = ?", id);
            rows.run("update lane_count set queued = sent, sent = 0, claimed_to = 0 where campaign_id = ?", id);
            assertThat(queue().age()).isCloseTo(Duration.ofDays(3).toSeconds(), within(60.0));
            assertThat(queue().queued()).isPositive();

            rows.run("update delivery set due_at = now() + interval '1 hour' where campaign_id = ?", id);
            assertThat(queue().age()).as("not due yet").isCloseTo(before, within(3_600.0));
            rows.run("update delivery set due_at = now() - interval '2 days' where campaign_id = ?", id);
            assertThat(queue().age()).isCloseTo(Duration.ofDays(2).toSeconds(), within(60.0));

            rows.run("update campaign set state = 'SCHEDULED', send_at = now() - interval '4 days' where id = ?", id);
            assertThat(queue().age()).isCloseTo(Duration.ofDays(4).toSeconds(), within(60.0));
            rows.run("update campaign set state = 'PAUSED' where id = ?", id);
            assertThat(queue().age()).as("it waits for an editor").isCloseTo(before, within(3_600.0));
        });
    }

    @Test
    void pausedByItself_isWhatNoEditorAskedFor() {
        long id = sentCampaign(1);
        setUp(() -> {
            DeliveryMetrics.Queue before = queue();
            rows.run("update campaign set state = 'PAUSED', reason_code = 'in-doubt' where id = ?", id);
            rows.run("update lane_count set in_doubt = sent, sent = 0 where campaign_id = ?", id);
            assertThat(queue().pausedByItself() - before.pausedByItself()).isEqualTo(1);
            assertThat(queue().inDoubt() - before.inDoubt()).isEqualTo(1);
            assertThat(queue().campaigns().get(Campaign.State.PAUSED)
                            - before.campaigns().getOrDefault(Campaign.State.PAUSED, 0L))
                    .isEqualTo(1);
            rows.run("update campaign set reason_code = 'editor' where id = ?", id);
            assertThat(queue().pausedByItself()).isEqualTo(before.pausedByItself());
        });
    }
}
