package dev.broadsheet.delivery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class CampaignJobsTest {

    private static final long CAMPAIGN = 4_000_000_000L;

    @Inject
    CampaignJobs jobs;

    @Inject
    Rows rows;

    @Test
    void laneThatIsWokenWhileItSchedulesItself_staysAwake() {
        Instant woken = Instant.now().plusSeconds(36_000).truncatedTo(ChronoUnit.MILLIS);
        CompletableFuture<?>[] itself = new CompletableFuture<?>[1];
        QuarkusTransaction.requiringNew().run(() -> {
            jobs.scheduleLane(CAMPAIGN, 0, woken);
            itself[0] = CompletableFuture.runAsync(() -> QuarkusTransaction.requiringNew()
                    .run(() -> jobs.scheduleLaneAtLatest(CAMPAIGN, 0, woken.plusSeconds(3_600))));
            await().atMost(5, SECONDS).until(() -> QuarkusTransaction.suspendingExisting()
                    .call(() -> rows.number(
                                    "select count(*) from pg_locks where not granted" + " and locktype = 'advisory'")
                            > 0));
        });
        itself[0].join();

        assertThat(rows.number(
                        "select next_fire_time from qrtz_triggers where trigger_name = ?", "lane-" + CAMPAIGN + "-0"))
                .isEqualTo(woken.toEpochMilli());
    }
}
