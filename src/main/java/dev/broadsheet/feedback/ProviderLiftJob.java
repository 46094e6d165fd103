package dev.broadsheet.feedback;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;

/** Takes addresses off the provider's lists soon after a reader's confirmation, and where it did not work at once. */
@ApplicationScoped
class ProviderLiftJob {

    private final ProviderLifts lifts;

    ProviderLiftJob(ProviderLifts lifts) {
        this.lifts = lifts;
    }

    @Scheduled(identity = "provider-lifts", every = "10s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void run() {
        lifts.work();
    }
}
