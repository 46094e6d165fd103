package dev.broadsheet.delivery;

import dev.broadsheet.issues.IssueWithdrawn;
import dev.broadsheet.mail.Transports;
import dev.broadsheet.platform.BaseUrl;
import dev.broadsheet.platform.PlatformConfig;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Sees to it that nothing is forgotten: takes up what a dead node held, settles what is in doubt by the policy, wakes
 * lanes that nobody runs, and ends campaigns. At the start it pauses what was planned under other circumstances.
 */
@ApplicationScoped
class CampaignWatch {

    private static final Logger LOG = Logger.getLogger(CampaignWatch.class);

    private final Contact contact;
    private final ClaimExpiry claims;
    private final LedgerReview review;
    private final Campaigns campaigns;
    private final CampaignJobs jobs;
    private final Transports transports;
    private final BaseUrl baseUrl;
    private final PlatformConfig platform;
    private final DeliveryConfig config;
    private final Clock clock;

    CampaignWatch(
            Contact contact,
            ClaimExpiry claims,
            LedgerReview review,
            Campaigns campaigns,
            CampaignJobs jobs,
            Transports transports,
            BaseUrl baseUrl,
            PlatformConfig platform,
            DeliveryConfig config,
            Clock clock) {
        this.contact = contact;
        this.claims = claims;
        this.review = review;
        this.campaigns = campaigns;
        this.jobs = jobs;
        this.transports = transports;
        this.baseUrl = baseUrl;
        this.platform = platform;
        this.config = config;
        this.clock = clock;
    }

    /** Before Quartz starts, and with it the lanes. */
    void start(@Observes @Priority(-100) StartupEvent start) {
        if (platform.embedded()) {
            QuarkusTransaction.requiringNew().run(claims::expireAll); // one node: whoever held these is dead
        }
        for (long id : Stream.concat(open().stream(), paused().stream()).toList()) {
            QuarkusTransaction.requiringNew().run(() -> {
                Campaign campaign = Campaign.locked(id).orElseThrow();
                if (config.start() == DeliveryConfig.Start.PAUSED) {
                    pause(campaign, "start-paused", "Campaigns start paused here (BROADSHEET_DELIVERY_START).");
                }
                pauseForeign(campaign);
            });
        }
    }

    void withdrawn(@Observes IssueWithdrawn withdrawn) {
        for (long id : Campaign.idsOfIssue(withdrawn.issueId())) {
            campaigns.issueWithdrawn(id);
        }
    }

    @Scheduled(identity = "campaign-watch", every = "5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void look() {
        if (contact.hasLasted(transports.isOutbox() ? config.outboxLease() : config.lease())) {
            attempt("expire claims", claims::expire);
        }
        for (long id : open()) {
            attempt("look after campaign " + id, () -> look(id));
        }
        for (long id : paused()) {
            attempt("look at paused campaign " + id, () -> lookAtPaused(id));
        }
        attempt("cancel stragglers", this::cancelStragglers);
    }

    /** One that fails, since somebody else has it locked for long, does not keep the others from being looked at. */
    private static void attempt(String what, Runnable work) {
        try {
            QuarkusTransaction.requiringNew().timeout(Ledger.TIMEOUT_SECONDS).run(work);
        } catch (RuntimeException e) {
            LOG.warnf(e, "Cannot %s now", what);
        }
    }

    private static List<Long> open() {
        return QuarkusTransaction.requiringNew()
                .call(() -> Campaign.idsInState(Campaign.State.SCHEDULED, Campaign.State.SENDING));
    }

    private static List<Long> paused() {
        return QuarkusTransaction.requiringNew().call(() -> Campaign.idsInState(Campaign.State.PAUSED));
    }

    private void look(long id) {
        Campaign campaign = Campaign.locked(id).orElseThrow();
        Instant now = clock.instant();
        pauseForeign(campaign);
        if (campaign.state == Campaign.State.SCHEDULED) {
            jobs.ensureStart(id, campaign.sendAt);
        } else if (campaign.state == Campaign.State.SENDING) {
            settleByPolicy(campaign, now);
            review.openLanes(campaign).forEach(lane -> jobs.ensureLane(id, lane, now));
            campaigns.lookAtRefusals(id);
            campaigns.finish(id);
        }
    }

    private void lookAtPaused(long id) {
        pauseForeign(Campaign.locked(id).orElseThrow());
        campaigns.lookAtCanary(id);
        campaigns.lookAtDoubts(id);
    }

    private void pauseForeign(Campaign campaign) {
        if (!campaign.transport.equals(transports.name())) {
            pause(
                    campaign,
                    "transport-changed",
                    "It was planned for transport " + campaign.transport + "; this service uses " + transports.name()
                            + ". Resume it to send it so.");
        } else if (!campaign.baseUrl.equals(baseUrl.toString())) {
            pause(
                    campaign,
                    "base-url-changed",
                    "It was planned for links to " + campaign.baseUrl + "; this service's are " + baseUrl
                            + ". Resume it to send it so.");
        }
    }

    private void pause(Campaign campaign, String code, String text) {
        if (campaign.mayPause()) {
            LOG.warnf("Campaign %d is paused: %s", campaign.id, code);
            campaign.pause(code, text, clock.instant());
        }
    }

    private void settleByPolicy(Campaign campaign, Instant now) {
        if (review.counts(campaign.id).inDoubt() == 0) {
            return;
        }
        for (boolean overSendGrid : List.of(false, true)) {
            // over SMTP nothing else will ever tell; SendGrid's events may
            Duration wait = overSendGrid ? config.resendAfter() : Duration.ZERO;
            switch (campaigns.inDoubtPolicy(overSendGrid)) {
                case HOLD -> {}
                case SKIP ->
                    review.settle(
                            campaign,
                            DeliveryState.SKIPPED,
                            "in doubt, given up",
                            new LedgerReview.Doubtful(overSendGrid, Integer.MAX_VALUE, now));
                case RESEND ->
                    review.settle(
                            campaign,
                            DeliveryState.QUEUED,
                            "in doubt, sent again",
                            new LedgerReview.Doubtful(overSendGrid, config.inDoubtTries(), now.minus(wait)));
            }
        }
    }

    /** Rows that came back to a campaign while, or after, it was cancelled. */
    private void cancelStragglers() {
        List<Long> ids = Campaign.getEntityManager().createNativeQuery("""
                        select distinct c.id from campaign c join lane_count l on l.campaign_id = c.id
                        where c.state = 'CANCELLED' and l.queued > 0
                        """, Long.class).getResultList().stream()
                .map(id -> (Long) id)
                .toList();
        for (long id : ids) {
            Campaign campaign = Campaign.locked(id).orElseThrow();
            review.moveAll(campaign, DeliveryState.QUEUED, DeliveryState.CANCELLED, "the campaign was cancelled");
        }
    }
}
