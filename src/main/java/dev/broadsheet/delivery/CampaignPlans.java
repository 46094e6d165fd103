package dev.broadsheet.delivery;

import dev.broadsheet.accounts.Audit;
import dev.broadsheet.issues.Editing;
import dev.broadsheet.issues.Issues;
import dev.broadsheet.issues.RevisionMail;
import dev.broadsheet.mail.SendLimits;
import dev.broadsheet.mail.Transports;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.newsletters.Newsletters;
import dev.broadsheet.newsletters.Schedule;
import dev.broadsheet.platform.BaseUrl;
import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** From what an editor asks for to a campaign that will start by itself, once however often it is asked for. */
@ApplicationScoped
class CampaignPlans {

    private static final Duration LONGEST_AHEAD = Duration.ofDays(36_525);

    /**
     * What an editor asks for.
     *
     * @param revision the one they looked at; where another is published by now, the campaign is refused
     * @param sendAt with an offset, or without one in the newsletter's time zone; absent: now
     * @param messagesPerSecond besides the limit of everything
     * @param canary who gets it first; null for everybody at once
     * @param acceptFindings ids of findings that the editor stands by
     */
    record Plan(
            @Nullable Integer revision,
            @Nullable String sendAt,
            @Nullable Double messagesPerSecond,
            @Nullable Canary canary,
            @Nullable List<String> acceptFindings) {}

    /** What a plan would do. @param estimatedSeconds how long sending takes at the present limits */
    record Preview(String subject, long recipients, long estimatedSeconds) {}

    private final Newsletters newsletters;
    private final Issues issues;
    private final Editing editing;
    private final Campaigns campaigns;
    private final LedgerReview review;
    private final DroppedLedgers dropped;
    private final CampaignRequests requests;
    private final CampaignJobs jobs;
    private final SendLimits limits;
    private final Transports transports;
    private final BaseUrl baseUrl;
    private final DeliveryConfig config;
    private final Audit audit;
    private final Clock clock;

    CampaignPlans(
            Newsletters newsletters,
            Issues issues,
            Editing editing,
            Campaigns campaigns,
            LedgerReview review,
            DroppedLedgers dropped,
            CampaignRequests requests,
            CampaignJobs jobs,
            SendLimits limits,
            Transports transports,
            BaseUrl baseUrl,
            DeliveryConfig config,
            Audit audit,
            Clock clock) {
        this.newsletters = newsletters;
        this.issues = issues;
        this.editing = editing;
        this.campaigns = campaigns;
        this.review = review;
        this.dropped = dropped;
        this.requests = requests;
        this.jobs = jobs;
        this.limits = limits;
        this.transports = transports;
        this.baseUrl = baseUrl;
        this.config = config;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Commits the campaign and the job that starts it. The same key and request again is the same campaign.
     *
     * @param key the caller's, so that asking twice sends once
     * @param by name of the API token
     * @param answer what the caller is told, kept with the key
     * @return the answer, of this call or of the first one
     * @throws Problem 404; 409 {@code not-published}, {@code revision-changed}, {@code findings-open}, {@code ledger-dropped};
     *     422 {@code idempotency-key-reused}
     */
    @Transactional
    CampaignRequests.Answer plan(
            String newsletterSlug,
            String issueSlug,
            Plan plan,
            String key,
            String by,
            Function<Campaigns.Overview, String> answer) {
        Newsletter newsletter = newsletters.get(newsletterSlug);
        String request = issueSlug + "\n" + plan;
        Optional<CampaignRequests.Answer> known = requests.find(newsletter.id, key, request);
        if (known.isPresent()) {
            return known.get();
        }
        RevisionMail edition = publishedEdition(newsletter, issueSlug, plan);
        editing.accept(
                edition, accepted(plan), by); // which locks the issue: who withdraws it from now on sees the campaign
        campaigns.requirePublished(edition.revisionId());
        Instant now = clock.instant();
        Campaign campaign = new Campaign(
                newsletter.id, edition.issueId(), edition.revisionId(), now, sendAt(newsletter, plan.sendAt, now));
        campaign.messagesPerSecond = rate(plan.messagesPerSecond);
        canary(campaign, plan.canary);
        campaign.transport = transports.name();
        campaign.baseUrl = baseUrl.toString();
        campaign.fromName = newsletter.fromName;
        campaign.fromEmail = newsletter.fromEmail;
        campaign.replyTo = newsletter.replyTo;
        campaign.persistAndFlush();
        if (config.start() == DeliveryConfig.Start.PAUSED) {
            campaign.pause("start-paused", "Campaigns start paused here (BROADSHEET_DELIVERY_START).", now);
        }
        audit.record(
                "campaign.create",
                newsletterSlug,
                "campaign/" + campaign.id,
                Map.of("issue", issueSlug, "revision", edition.number(), "sendAt", campaign.sendAt.toString()));
        CampaignRequests.Answer first =
                requests.save(newsletter.id, key, request, campaign.id, answer.apply(campaigns.overview(campaign)));
        if (campaign.state == Campaign.State.SCHEDULED) {
            jobs.scheduleStart(campaign.id, campaign.sendAt);
        }
        return first;
    }

    /** What a plan would do, changing nothing. */
    @Transactional
    Preview preview(String newsletterSlug, String issueSlug, Plan plan) {
        Newsletter newsletter = newsletters.get(newsletterSlug);
        RevisionMail edition = publishedEdition(newsletter, issueSlug, plan);
        sendAt(newsletter, plan.sendAt, clock.instant());
        Double rate = rate(plan.messagesPerSecond);
        if (plan.canary != null) {
            plan.canary.check();
            named(newsletter.id, plan.canary);
        }
        long recipients = review.reachable(newsletter.id, edition.issueId());
        return new Preview(
                edition.subject(), recipients, limits.least(recipients, rate).toSeconds());
    }

    private void canary(Campaign campaign, @Nullable Canary canary) {
        if (canary == null) {
            return;
        }
        canary.check();
        campaign.canarySize = canary.size();
        campaign.canaryNamed = named(campaign.newsletterId, canary);
        campaign.canaryThen = canary.thenOrApproval();
        campaign.canaryCleanSeconds =
                campaign.canaryThen == Canary.Then.CLEAN_FOR ? canary.clean().toSeconds() : null;
        campaign.canaryState = Canary.State.RUNNING;
    }

    /** @throws Problem 422 where one of them would not get the issue */
    private long @Nullable [] named(long newsletterId, Canary canary) {
        if (canary.emails() == null) {
            return null;
        }
        Map<String, Long> mailable = review.mailable(
                newsletterId,
                canary.emails().stream()
                        .map(email ->
                                EmailAddress.parse(email).map(EmailAddress::key).orElse(email))
                        .toList());
        List<String> unknown = canary.emails().stream()
                .filter(email -> !mailable.containsKey(
                        EmailAddress.parse(email).map(EmailAddress::key).orElse(email)))
                .toList();
        if (!unknown.isEmpty()) {
            throw new Problem(
                            422,
                            "canary-not-mailable",
                            "A canary is of readers whom this newsletter may mail now; some of these are not.")
                    .with("emails", unknown);
        }
        return mailable.values().stream().distinct().mapToLong(Long::longValue).toArray();
    }

    private RevisionMail publishedEdition(Newsletter newsletter, String issueSlug, Plan plan) {
        RevisionMail edition = issues.publishedRevision(newsletter.id, issueSlug);
        if (plan.revision != null && plan.revision != edition.number()) {
            throw new Problem(409, "revision-changed", "Revision " + plan.revision + " is not the published one.")
                    .with("publishedRevision", edition.number());
        }
        dropped.refusePlan(edition.issueId());
        issues.requireSendable(newsletter, edition, accepted(plan));
        return edition;
    }

    private static Set<String> accepted(Plan plan) {
        return plan.acceptFindings == null ? Set.of() : new HashSet<>(plan.acceptFindings);
    }

    static @Nullable Double rate(@Nullable Double messagesPerSecond) {
        if (messagesPerSecond != null && !(messagesPerSecond >= 0.001 && messagesPerSecond <= 1_000_000)) {
            throw Problem.invalid("messagesPerSecond is between 0.001 and 1,000,000.");
        }
        return messagesPerSecond;
    }

    static Instant sendAt(Newsletter newsletter, @Nullable String text, Instant now) {
        if (text == null) {
            return now;
        }
        Instant at;
        try {
            at = OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            try {
                at = Schedule.moment(LocalDateTime.parse(text), ZoneId.of(newsletter.timeZone));
            } catch (DateTimeParseException e2) {
                throw Problem.invalid("sendAt is a time such as 2026-11-25T18:00:00+01:00.");
            }
        }
        if (at.isAfter(now.plus(LONGEST_AHEAD))) {
            throw Problem.invalid("sendAt is within the next hundred years.");
        }
        return at.isBefore(now) ? now : at;
    }
}
