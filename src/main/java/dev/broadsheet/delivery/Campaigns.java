package dev.broadsheet.delivery;

import dev.broadsheet.accounts.Audit;
import dev.broadsheet.issues.IssueState;
import dev.broadsheet.issues.Issues;
import dev.broadsheet.issues.RevisionName;
import dev.broadsheet.mail.SendLimits;
import dev.broadsheet.mail.Transports;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.newsletters.Newsletters;
import dev.broadsheet.platform.BaseUrl;
import dev.broadsheet.platform.Problem;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.narayana.jta.runtime.TransactionConfiguration;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Everything an editor, or the house itself, does with a campaign: each method is one use case and one transaction. */
@ApplicationScoped
public class Campaigns {

    private static final Logger LOG = Logger.getLogger(Campaigns.class);
    static final String IN_DOUBT = "in-doubt";
    /** A canary waits so long for those whose mail was put off: a first refusal by a greylist takes minutes. */
    private static final Duration CANARY_PATIENCE = Duration.ofMinutes(30);

    /** How {@code IN_DOUBT} is decided by hand. */
    public enum Settlement {
        SENT,
        RESEND,
        SKIP
    }

    /** A campaign as it is now, with its newsletter's and issue's names. */
    public record Overview(Campaign campaign, String newsletter, String issue, int revision, Counts counts) {}

    private final Newsletters newsletters;
    private final Issues issues;
    private final LedgerReview review;
    private final RefusalLimits refusals;
    private final Doubts doubts;
    private final DroppedLedgers dropped;
    private final CampaignJobs jobs;
    private final SendLimits limits;
    private final Transports transports;
    private final BaseUrl baseUrl;
    private final DeliveryConfig config;
    private final Audit audit;
    private final Clock clock;

    Campaigns(
            Newsletters newsletters,
            Issues issues,
            LedgerReview review,
            RefusalLimits refusals,
            Doubts doubts,
            DroppedLedgers dropped,
            CampaignJobs jobs,
            SendLimits limits,
            Transports transports,
            BaseUrl baseUrl,
            DeliveryConfig config,
            Audit audit,
            Clock clock) {
        this.newsletters = newsletters;
        this.issues = issues;
        this.review = review;
        this.refusals = refusals;
        this.doubts = doubts;
        this.dropped = dropped;
        this.jobs = jobs;
        this.limits = limits;
        this.transports = transports;
        this.baseUrl = baseUrl;
        this.config = config;
        this.audit = audit;
        this.clock = clock;
    }

    @Transactional
    public Overview get(long id) {
        return overview(Campaign.<Campaign>findByIdOptional(id).orElseThrow(() -> Problem.notFound("campaign")));
    }

    /** The slug of its newsletter. */
    @Transactional
    String newsletter(long id) {
        Campaign campaign = Campaign.<Campaign>findByIdOptional(id).orElseThrow(() -> Problem.notFound("campaign"));
        return Newsletter.<Newsletter>findById(campaign.newsletterId).slug;
    }

    /** The newest first. @param newsletterSlugs null for all. @param before only ids below, 0 for all */
    @Transactional
    public List<Overview> list(@Nullable Collection<String> newsletterSlugs, long before, int limit) {
        long below = before == 0 ? Long.MAX_VALUE : before;
        List<Campaign> found = newsletterSlugs == null
                ? Campaign.<Campaign>find("id < ?1 order by id desc", below)
                        .page(0, limit)
                        .list()
                : Campaign.<Campaign>find(
                                "id < ?1 and newsletterId in ?2 order by id desc",
                                below,
                                newsletterSlugs.stream()
                                        .map(slug -> newsletters.get(slug).id)
                                        .toList())
                        .page(0, limit)
                        .list();
        return found.stream().map(this::overview).toList();
    }

    /** Changes when or how fast. @throws Problem 409 where it is too late for that */
    @Transactional
    public Overview change(long id, @Nullable String sendAt, @Nullable Double messagesPerSecond) {
        Campaign campaign = locked(id);
        if (campaign.state == Campaign.State.DONE || campaign.state == Campaign.State.CANCELLED) {
            throw conflict(campaign, "it is over");
        }
        if (sendAt != null) {
            if (campaign.startedAt != null) {
                throw conflict(campaign, "it has started already");
            }
            Newsletter newsletter = Newsletter.findById(campaign.newsletterId);
            campaign.sendAt = CampaignPlans.sendAt(newsletter, sendAt, clock.instant());
            if (campaign.state == Campaign.State.SCHEDULED) {
                jobs.scheduleStart(id, campaign.sendAt);
            }
        }
        if (messagesPerSecond != null) {
            Double before = campaign.messagesPerSecond;
            campaign.messagesPerSecond = CampaignPlans.rate(messagesPerSecond);
            limits.change(SendLimits.ofCampaign(id), before == null ? messagesPerSecond : before, messagesPerSecond);
            if (campaign.state == Campaign.State.SENDING) {
                wakeLanes(campaign);
            }
        }
        Map<String, Object> changed = new HashMap<>();
        if (sendAt != null) {
            changed.put("sendAt", campaign.sendAt.toString());
        }
        if (messagesPerSecond != null) {
            changed.put("messagesPerSecond", messagesPerSecond);
        }
        record("campaign.change", campaign, changed);
        return overview(campaign);
    }

    @Transactional
    public Overview pause(long id) {
        Campaign campaign = locked(id);
        if (campaign.state == Campaign.State.DONE || campaign.state == Campaign.State.CANCELLED) {
            throw conflict(campaign, "it is over");
        }
        if (campaign.mayPause()) {
            campaign.pause("editor", "Paused by an editor.", clock.instant());
            record("campaign.pause", campaign, Map.of());
        }
        return overview(campaign);
    }

    /**
     * Goes on with exactly the rest, under the transport and base URL of now. What is in doubt stays so until it is
     * settled.
     */
    @Transactional
    public Overview resume(long id) {
        Campaign campaign = locked(id);
        if (campaign.state == Campaign.State.SENDING || campaign.state == Campaign.State.SCHEDULED) {
            return overview(campaign);
        }
        if (campaign.state != Campaign.State.PAUSED) {
            throw conflict(campaign, "it is over");
        }
        requirePublished(campaign.revisionId);
        planForNow(campaign);
        campaign.resume(clock.instant());
        refusals.forget(campaign);
        record("campaign.resume", campaign, Map.of());
        goOn(campaign);
        return overview(campaign);
    }

    /**
     * What is queued will not be sent by this campaign; a later one may reach these people, but for those who perhaps have
     * it: they are in doubt until they are settled. Whoever sends it feels it before the rows are moved, which may take a
     * minute; what is left of that after a crash is the watch's.
     */
    public Overview cancel(long id) {
        QuarkusTransaction.requiringNew().run(() -> {
            Campaign campaign = locked(id);
            if (campaign.state == Campaign.State.DONE) {
                throw conflict(campaign, "it is done");
            }
            if (campaign.state != Campaign.State.CANCELLED) {
                campaign.cancel("editor", "Cancelled by an editor.", clock.instant());
                record("campaign.cancel", campaign, Map.of());
            }
        });
        return QuarkusTransaction.requiringNew().timeout(Ledger.TIMEOUT_SECONDS).call(() -> {
            Campaign campaign = locked(id);
            if (campaign.state == Campaign.State.CANCELLED) { // and not retried meanwhile
                review.moveAll(campaign, DeliveryState.QUEUED, DeliveryState.CANCELLED, "the campaign was cancelled");
            }
            return overview(campaign);
        });
    }

    /**
     * Puts what failed back, and sends again where the campaign was done. Where it was cancelled nothing is sent any more:
     * what failed is cancelled like the rest, so that a later campaign may reach these people.
     */
    @Transactional
    @TransactionConfiguration(timeout = Ledger.TIMEOUT_SECONDS)
    public Overview retry(long id) {
        Campaign campaign = locked(id);
        if (campaign.state == Campaign.State.SCHEDULED) {
            throw conflict(campaign, "there is nothing to try again");
        }
        dropped.refuse(campaign.issueId, 409);
        if (campaign.state == Campaign.State.CANCELLED) {
            long moved = review.moveAll(
                    campaign,
                    DeliveryState.FAILED,
                    DeliveryState.CANCELLED,
                    "failed before the campaign was cancelled");
            record("campaign.retry", campaign, Map.of("deliveries", moved));
            return overview(campaign);
        }
        requirePublished(campaign.revisionId);
        long moved = review.moveAll(campaign, DeliveryState.FAILED, DeliveryState.QUEUED, null);
        refusals.forget(campaign);
        if (moved > 0 && campaign.state == Campaign.State.DONE) {
            planForNow(campaign);
            campaign.again();
        }
        record("campaign.retry", campaign, Map.of("deliveries", moved));
        goOn(campaign);
        return overview(campaign);
    }

    /** Decides what is in doubt. A campaign that waited for nothing else goes on. */
    @Transactional
    @TransactionConfiguration(timeout = Ledger.TIMEOUT_SECONDS)
    public Overview settle(long id, Settlement as) {
        Campaign campaign = locked(id);
        dropped.refuse(campaign.issueId, 409);
        DeliveryState to =
                switch (as) {
                    case SENT -> DeliveryState.SENT;
                    case RESEND ->
                        campaign.state == Campaign.State.CANCELLED ? DeliveryState.CANCELLED : DeliveryState.QUEUED;
                    case SKIP -> DeliveryState.SKIPPED;
                };
        long moved = review.moveAll(campaign, DeliveryState.IN_DOUBT, to, "settled by an editor");
        record("campaign.settle", campaign, Map.of("as", as, "deliveries", moved));
        boolean waitsForThis = IN_DOUBT.equals(campaign.reasonCode)
                || Campaign.ISSUE_WITHDRAWN.equals(campaign.reasonCode)
                        && campaign.startedAt != null
                        && review.counts(id).open() == 0;
        if (campaign.state == Campaign.State.PAUSED && waitsForThis) {
            campaign.resume(clock.instant());
            finish(campaign);
            if (campaign.state == Campaign.State.SENDING && !isPublished(campaign)) {
                campaign.issueWithdrawn(clock.instant());
            } else if (campaign.state == Campaign.State.SENDING) {
                planForNow(campaign);
                goOn(campaign);
            }
        }
        finish(campaign);
        return overview(campaign);
    }

    /** The campaign, where it is sending right now, and so that this node may take part. */
    @Transactional
    Optional<Campaign> sending(long id) {
        return Campaign.<Campaign>findByIdOptional(id)
                .filter(c ->
                        c.state == Campaign.State.SENDING && c.isPlannedFor(transports.name(), baseUrl.toString()));
    }

    /** Pauses it for a reason of the house's own. */
    @Transactional
    void pauseBy(long id, String code, String text) {
        Campaign.locked(id).filter(Campaign::mayPause).ifPresent(campaign -> {
            LOG.warnf("Campaign %d is paused: %s", id, code);
            campaign.pause(code, text, clock.instant());
        });
    }

    /**
     * Ends one that waits for nothing but rows in doubt, where events have settled them; else says what events have told
     * by now.
     */
    @Transactional
    void lookAtDoubts(long id) {
        Campaign campaign = locked(id);
        if (campaign.state != Campaign.State.PAUSED || !IN_DOUBT.equals(campaign.reasonCode)) {
            return;
        }
        Instant now = clock.instant();
        long inDoubt = review.counts(id).inDoubt();
        if (inDoubt > 0) {
            Optional<Doubts.Evidence> evidence = doubts.evidence(campaign);
            campaign.waitsStill(Doubts.text(evidence, inDoubt, now));
            evidence.filter(of -> of.isComplete(now)).ifPresent(of -> campaign.waitsInVain(of.until(), now));
        } else if (isPublished(campaign) && campaign.isPlannedFor(transports.name(), baseUrl.toString())) {
            campaign.resume(now);
            goOn(campaign);
        }
    }

    @Transactional
    void issueWithdrawn(long id) {
        Campaign.locked(id).ifPresent(campaign -> campaign.issueWithdrawn(clock.instant()));
    }

    /** Ends it where every row is final; says why it waits where only rows in doubt are left. */
    @Transactional
    void finish(long id) {
        Campaign.locked(id).ifPresent(this::finish);
    }

    private void finish(Campaign campaign) {
        if (campaign.state != Campaign.State.SENDING) {
            return;
        }
        campaign.flush();
        Counts counts = review.counts(campaign.id);
        if (counts.sending() > 0) {
            return;
        }
        if (campaign.isCanary()) {
            if (review.isCanaryDue(campaign, clock.instant().plus(CANARY_PATIENCE))) {
                return;
            }
            Counts canary = review.canaryCounts(campaign.id);
            if (counts.queued() > canary.queued()) {
                endCanary(campaign, canary);
                return;
            }
        }
        if (counts.queued() > 0) {
            return;
        }
        if (counts.inDoubt() > 0) {
            if (!settlesItself(campaign, false) && !settlesItself(campaign, true)) {
                Instant now = clock.instant();
                campaign.pause(IN_DOUBT, Doubts.text(doubts.evidence(campaign), counts.inDoubt(), now), now);
            }
            return; // the watch settles them by the policy
        }
        if (pauseForRefusals(campaign)) {
            return; // who resumes it has seen them, and it is done
        }
        LedgerReview.Tally tally = review.tally(campaign);
        if (!tally.agrees(campaign.recipients)) {
            LOG.errorf("Campaign %d: %s", campaign.id, tally);
            campaign.pause(
                    "counts-differ",
                    "The counters and the ledger do not agree. This is a fault of the program: please report it.",
                    clock.instant());
            return;
        }
        campaign.done(clock.instant());
        LOG.infof("Campaign %d is done: %s", campaign.id, tally.ledger());
    }

    /** Whether something in doubt is settled without an editor, if only later. */
    private boolean settlesItself(Campaign campaign, boolean overSendGrid) {
        return switch (inDoubtPolicy(overSendGrid)) {
            case HOLD -> false;
            case SKIP -> review.anyInDoubt(campaign, overSendGrid, Integer.MAX_VALUE);
            case RESEND -> review.anyInDoubt(campaign, overSendGrid, config.inDoubtTries());
        };
    }

    /** Those of it who wait long for another try wait with the others. @param counts of the canary */
    private void endCanary(Campaign campaign, Counts counts) {
        boolean approval = campaign.canaryThen == Canary.Then.APPROVAL;
        campaign.canaryState = Canary.State.WAITING;
        campaign.pause(
                Canary.REASON,
                "The canary is through: " + (counts.total() - counts.queued()) + " of " + campaign.canarySize
                        + " done with" + bad(counts)
                        + (counts.queued() == 0 ? "" : ", " + counts.queued() + " to be tried again") + ". "
                        + (approval || !bad(counts).isEmpty()
                                ? "Resume it to send to the others."
                                : "It goes on by itself when nothing bad comes up for "
                                        + Duration.ofSeconds(
                                                campaign.canaryCleanSeconds == null ? 0 : campaign.canaryCleanSeconds)
                                        + "; resume it to send to the others now."),
                clock.instant());
    }

    /** What an editor should look at before the others get it. */
    private static String bad(Counts counts) {
        StringBuilder bad = new StringBuilder(counts.handedOver() == 0 ? ", nobody has it" : "");
        Map<String, Long> kinds = new LinkedHashMap<>();
        kinds.put("bounced", counts.bounced());
        kinds.put("failed", counts.failed());
        kinds.put("complained", counts.complained());
        kinds.put("in doubt", counts.inDoubt());
        kinds.forEach((kind, count) -> bad.append(count == 0 ? "" : ", " + count + " " + kind));
        return bad.toString();
    }

    /** Goes on by itself after a clean canary; says at once where it is not clean. */
    @Transactional
    void lookAtCanary(long id) {
        Campaign campaign = locked(id);
        Instant now = clock.instant();
        if (campaign.state != Campaign.State.PAUSED
                || !Canary.REASON.equals(campaign.reasonCode)
                || campaign.canaryThen != Canary.Then.CLEAN_FOR
                || campaign.canaryCleanSeconds == null
                || campaign.reasonSince == null) {
            return;
        }
        String bad = bad(review.canaryCounts(id));
        if (!bad.isEmpty()) {
            campaign.pause(
                    "canary-not-clean", "The canary is not clean" + bad + ". Resume it to send to the others.", now);
        } else if (!campaign.reasonSince
                        .plusSeconds(campaign.canaryCleanSeconds)
                        .isAfter(now)
                && isPublished(campaign)
                && campaign.isPlannedFor(transports.name(), baseUrl.toString())) {
            LOG.infof("Campaign %d goes on: its canary was clean", id);
            campaign.resume(now);
            goOn(campaign);
        }
    }

    /** Pauses it where the other side says no too often: it may be us. */
    @Transactional
    void lookAtRefusals(long id) {
        Campaign campaign = locked(id);
        if (campaign.state == Campaign.State.SENDING) {
            pauseForRefusals(campaign);
        }
    }

    /** For a lane that was told no just now, and has the campaign at hand: locks it only where it is to be paused. */
    @Transactional
    boolean isRefusedTooOften(Campaign campaign) {
        return refusals.passed(campaign).isPresent();
    }

    private boolean pauseForRefusals(Campaign campaign) {
        Optional<RefusalLimits.Passed> passed = refusals.passed(campaign);
        passed.ifPresent(limit -> {
            LOG.warnf("Campaign %d is paused: %s", campaign.id, limit.code());
            campaign.pause(limit.code(), limit.text(), clock.instant());
        });
        return passed.isPresent();
    }

    private void record(String action, Campaign campaign, Map<String, ?> details) {
        String newsletter = Newsletter.<Newsletter>findById(campaign.newsletterId).slug;
        audit.record(action, newsletter, "campaign/" + campaign.id, details);
    }

    /** By whom it was handed over to, whatever the transport is by now: SendGrid's events may tell yet. */
    DeliveryConfig.InDoubt inDoubtPolicy(boolean overSendGrid) {
        return config.inDoubt().orElse(overSendGrid ? DeliveryConfig.InDoubt.HOLD : DeliveryConfig.InDoubt.RESEND);
    }

    private void goOn(Campaign campaign) {
        if (campaign.state == Campaign.State.SCHEDULED) {
            jobs.scheduleStart(campaign.id, campaign.sendAt);
        } else if (campaign.state == Campaign.State.SENDING) {
            wakeLanes(campaign);
            finish(campaign);
        }
    }

    /** Has all that are sending look at once whether they may go on, instead of when they meant to. */
    @Transactional(Transactional.TxType.MANDATORY)
    void wakeAll() {
        for (long id : Campaign.idsInState(Campaign.State.SENDING)) {
            Campaign.<Campaign>findByIdOptional(id).ifPresent(this::wakeLanes);
        }
    }

    private void wakeLanes(Campaign campaign) {
        review.openLanes(campaign).forEach(lane -> jobs.scheduleLane(campaign.id, lane, clock.instant()));
    }

    private void planForNow(Campaign campaign) {
        campaign.transport = transports.name();
        campaign.baseUrl = baseUrl.toString();
    }

    private boolean isPublished(Campaign campaign) {
        return issues.name(campaign.revisionId).issueState() == IssueState.PUBLISHED;
    }

    /** @throws Problem 409 {@code not-published}, by what the database says at this moment */
    void requirePublished(long revisionId) {
        if (issues.name(revisionId).issueState() != IssueState.PUBLISHED) {
            throw new Problem(409, "not-published", "The issue is not published any more.");
        }
    }

    Overview overview(Campaign campaign) {
        Newsletter newsletter = Newsletter.findById(campaign.newsletterId);
        RevisionName revision = issues.name(campaign.revisionId);
        return new Overview(campaign, newsletter.slug, revision.slug(), revision.number(), review.counts(campaign.id));
    }

    private static Campaign locked(long id) {
        return Campaign.locked(id).orElseThrow(() -> Problem.notFound("campaign"));
    }

    private static Problem conflict(Campaign campaign, String why) {
        return new Problem(
                409,
                "campaign-" + campaign.state.name().toLowerCase(java.util.Locale.ROOT),
                "Campaign " + campaign.id + " cannot: " + why + ".");
    }
}
