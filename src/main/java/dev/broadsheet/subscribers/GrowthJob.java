package dev.broadsheet.subscribers;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;

/** Keeps {@link Growth} small: a day is a row for each reason, however many came and went. */
@ApplicationScoped
class GrowthJob {

    private final Growth growth;

    GrowthJob(Growth growth) {
        this.growth = growth;
    }

    @Scheduled(identity = "growth", cron = "0 */15 * * * ?", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void run() {
        growth.addUp();
    }
}
