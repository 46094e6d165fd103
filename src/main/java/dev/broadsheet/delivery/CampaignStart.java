package dev.broadsheet.delivery;

import dev.broadsheet.issues.IssueState;
import dev.broadsheet.issues.Issues;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * From {@code SCHEDULED} to {@code SENDING}: the issue's partition of the ledger, then in one transaction the snapshot of
 * the recipients and, last, the lanes' jobs. All of that commits or nothing does.
 */
@ApplicationScoped
class CampaignStart {

    private static final Logger LOG = Logger.getLogger(CampaignStart.class);

    private final Issues issues;
    private final Ledger ledger;
    private final LedgerReview review;
    private final CampaignJobs jobs;
    private final DeliveryConfig config;
    private final Clock clock;

    CampaignStart(
            Issues issues, Ledger ledger, LedgerReview review, CampaignJobs jobs, DeliveryConfig config, Clock clock) {
        this.issues = issues;
        this.ledger = ledger;
        this.review = review;
        this.jobs = jobs;
        this.config = config;
        this.clock = clock;
    }

    /** It was paused, cancelled or put off while its snapshot was taken. */
    private static final class Overtaken extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Does nothing where the campaign was paused or cancelled since, or has started already. */
    void start(long campaignId) {
        Instant now = clock.instant();
        Optional<Campaign> ready = QuarkusTransaction.requiringNew().call(() -> ready(campaignId, now));
        if (ready.isEmpty()) {
            return;
        }
        ledger.ensurePartition(ready.get().issueId);
        try {
            QuarkusTransaction.requiringNew().timeout(Ledger.TIMEOUT_SECONDS).run(() -> snapshot(ready.get(), now));
        } catch (Overtaken e) {
            LOG.infof("Campaign %d does not start now", campaignId);
            QuarkusTransaction.requiringNew().call(() -> ready(campaignId, now)); // what it was undone for has its way
        }
    }

    /** The campaign, locked, where it may start. */
    private Optional<Campaign> ready(long campaignId, Instant now) {
        Campaign campaign = Campaign.locked(campaignId).orElseThrow();
        if (campaign.state != Campaign.State.SCHEDULED) {
            return Optional.empty();
        }
        if (issues.name(campaign.revisionId).issueState() != IssueState.PUBLISHED) {
            campaign.issueWithdrawn(now); // at the moment at which it was planned
            return Optional.empty();
        }
        if (campaign.sendAt.isAfter(now)) { // put off while this job was on its way
            jobs.scheduleStart(campaignId, campaign.sendAt);
            return Optional.empty();
        }
        if (config.misfire() == DeliveryConfig.Misfire.HOLD
                && campaign.sendAt.isBefore(now.minus(config.misfireAfter()))) {
            campaign.pause(
                    DeliveryConfig.MISFIRED,
                    "It was to start at " + campaign.sendAt + ", when nobody ran. Resume it to send it now.",
                    now);
            return Optional.empty();
        }
        return Optional.of(campaign);
    }

    /** A million recipients take a while, in which editors may pause it: so the campaign is locked only after them. */
    private void snapshot(Campaign planned, Instant now) {
        if (!ledger.beginSnapshot(planned)) {
            return;
        }
        long campaignId = planned.id;
        long begin = System.nanoTime();
        long recipients = ledger.snapshot(planned, config.lanes());
        Campaign campaign = ready(campaignId, now).orElseThrow(Overtaken::new);
        campaign.revisionId = issues.asOfNow(campaign.revisionId);
        int canary = campaign.isCanary() ? ledger.canary(campaign) : 0;
        ledger.count(campaign, config.lanes());
        campaign.start(recipients, now);
        LOG.infof(
                "Campaign %d starts: %d recipients in %d ms",
                campaignId, recipients, (System.nanoTime() - begin) / 1_000_000);
        if (recipients == 0) {
            campaign.done(now);
            return;
        }
        if (campaign.isCanary() && canary == 0) {
            campaign.canaryOfNobody(now);
            return;
        }
        campaign.canarySize = canary == 0 ? null : canary;
        review.openLanes(campaign).forEach(lane -> jobs.scheduleLane(campaignId, lane, now));
    }
}
