package dev.broadsheet.delivery;

import dev.broadsheet.platform.Problem;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Sends by newsletters' schedules: at its time the newest issue that is public and was not sent yet gets a campaign, or the
 * editors are told that there is none or that it may not be sent. Each time is dealt with in one transaction that also
 * moves the schedule on, so once, over all nodes and restarts.
 */
@ApplicationScoped
class ScheduleWatch {

    /** Why nothing was sent where there was nothing. */
    static final String NO_ISSUE = "no-issue";

    private static final Logger LOG = Logger.getLogger(ScheduleWatch.class);
    private static final CampaignPlans.Plan NOW = new CampaignPlans.Plan(null, null, null, null, null);

    private final NewsletterSchedules schedules;
    private final CampaignPlans plans;
    private final DeliveryConfig config;
    private final Clock clock;

    ScheduleWatch(NewsletterSchedules schedules, CampaignPlans plans, DeliveryConfig config, Clock clock) {
        this.schedules = schedules;
        this.plans = plans;
        this.config = config;
        this.clock = clock;
    }

    @Scheduled(
            identity = "newsletter-schedules",
            every = "2s",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void look() {
        for (long newsletter : schedules.due()) {
            try {
                run(newsletter);
            } catch (RuntimeException e) { // looked at again in a moment; the others have their turn now
                LOG.warnf(e, "Cannot send newsletter %d by its schedule now", newsletter);
            }
        }
    }

    private void run(long newsletterId) {
        try {
            QuarkusTransaction.requiringNew()
                    .run(() -> schedules.take(newsletterId).ifPresent(this::send));
        } catch (Problem refused) { // nothing of that is kept, so the time is taken anew
            QuarkusTransaction.requiringNew()
                    .run(() -> schedules.take(newsletterId).ifPresent(due -> notSent(due, refused)));
        }
    }

    private void send(NewsletterSchedules.Due due) {
        Instant scheduled = due.scheduled();
        if (scheduled == null) {
            return; // its first time was found
        }
        Optional<String> issue = schedules.nextIssue(due.newsletter().id);
        if (issue.isEmpty()) {
            notSent(due, NO_ISSUE, "No published issue is newer than the last one that was sent.");
            return;
        }
        // the key keeps a time from being dealt with twice, also where its row were lost
        CampaignRequests.Answer planned =
                plans.plan(due.newsletter().slug, issue.get(), NOW, "schedule " + scheduled, "schedule", o -> "{}");
        LOG.infof("Newsletter %d is due: campaign %d", due.newsletter().id, planned.campaignId());
        if (config.misfire() == DeliveryConfig.Misfire.HOLD && isMissed(due)) {
            Campaign.locked(planned.campaignId())
                    .ifPresent(campaign -> campaign.pause(
                            DeliveryConfig.MISFIRED,
                            "By the schedule it was to start at " + scheduled
                                    + ", when nobody ran. Resume it to send it now.",
                            clock.instant()));
        }
    }

    /** Whether its time passed so long ago that no later one is recent either. */
    private boolean isMissed(NewsletterSchedules.Due due) {
        Instant now = clock.instant();
        return due.schedule()
                .next(now.minus(config.misfireAfter()))
                .filter(recent -> !recent.isAfter(now))
                .isEmpty();
    }

    private void notSent(NewsletterSchedules.Due due, Problem refused) {
        String issue = schedules.nextIssue(due.newsletter().id).orElse("");
        notSent(due, refused.type(), issue + ": " + refused.getMessage());
    }

    private void notSent(NewsletterSchedules.Due due, String code, String reason) {
        LOG.warnf("Newsletter %d was to be sent by its schedule and was not: %s", due.newsletter().id, code);
        new Alert(due.newsletter().id, code, reason, due.scheduled() == null ? clock.instant() : due.scheduled())
                .persist();
    }
}
