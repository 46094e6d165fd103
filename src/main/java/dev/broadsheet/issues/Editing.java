package dev.broadsheet.issues;

import dev.broadsheet.accounts.Audit;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.newsletters.Newsletters;
import dev.broadsheet.platform.Problem;
import dev.broadsheet.preflight.Finding;
import dev.broadsheet.rendering.Manuscript;
import dev.broadsheet.rendering.Slots;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What editors bring and decide: a source becomes a revision; a finding stands, or its lines are left out. */
@ApplicationScoped
public class Editing {

    private static final Pattern SLUG = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");
    private static final Pattern COMMIT = Pattern.compile("[\\x21-\\x7e]{1,200}");
    private static final int LONGEST_REASON = 1000;

    /** @param created whether the issue was not there before */
    public record Saved(IssueDetails issue, boolean created) {}

    private final Newsletters newsletters;
    private final Editions editions;
    private final Audit audit;
    private final SecureRandom random;
    private final Clock clock;

    Editing(Newsletters newsletters, Editions editions, Audit audit, SecureRandom random, Clock clock) {
        this.newsletters = newsletters;
        this.editions = editions;
        this.audit = audit;
        this.random = random;
        this.clock = clock;
    }

    /**
     * Brings an issue's source: a new revision, unless the latest is of the same bytes. Those again are checked and
     * rendered as of now: the newsletter's looks or its other issues may have changed.
     *
     * @param bytes Markdown with front matter, UTF-8
     * @param ifMatch what the latest revision must be for this to be no lost update; anything where null
     * @param dryRun answers the same and stores nothing
     * @throws Problem 400, 412 {@code precondition-failed} or 413; nothing is stored then
     */
    public Saved put(
            String newsletterSlug,
            String slug,
            byte[] bytes,
            @Nullable IfMatch ifMatch,
            Origin origin,
            boolean dryRun) {
        if (!SLUG.matcher(slug).matches()) {
            throw Problem.invalid("An issue's name in addresses begins with a letter or digit and has at most 200"
                    + " letters, digits, dots, hyphens and underscores.");
        }
        if (origin.commit() != null && !COMMIT.matcher(origin.commit()).matches()) {
            throw Problem.invalid("X-Source-Commit is one word of at most 200 characters.");
        }
        Newsletter newsletter = newsletters.get(newsletterSlug);
        Source source = Source.of(bytes);
        Manuscript manuscript = Manuscript.read(source.text());
        return QuarkusTransaction.joiningExisting()
                .call(() -> store(newsletter, slug, source, manuscript, ifMatch, origin, dryRun));
    }

    private Saved store(
            Newsletter newsletter,
            String slug,
            Source source,
            Manuscript manuscript,
            @Nullable IfMatch ifMatch,
            Origin origin,
            boolean dryRun) {
        Instant now = clock.instant();
        boolean created = !dryRun && Issue.insertIfAbsent(newsletter.id, slug, now);
        Optional<Issue> known = dryRun ? Issue.find(newsletter.id, slug) : Issue.lock(newsletter.id, slug);
        Issue issue = known.orElseGet(() -> new Issue(newsletter.id, slug, now));
        Optional<Revision> latest =
                issue.latestRevision == 0 ? Optional.empty() : Revision.find(issue.id, issue.latestRevision);
        if (ifMatch != null && !ifMatch.accepts(latest.map(r -> r.number).orElse(null))) {
            throw new Problem(
                            412,
                            "precondition-failed",
                            "The issue has another revision than the one this change was made from."
                                    + " Read the latest, bring your change into it and send it again.")
                    .with("revision", issue.latestRevision);
        }
        Optional<Revision> same = latest.filter(revision -> revision.isOf(source));
        LocalDate dateOtherwise =
                latest.map(r -> r.issueDate).orElseGet(() -> LocalDate.ofInstant(now, ZoneId.of(newsletter.timeZone)));
        long issueId = issue.id == null ? 0 : issue.id;
        Edition edition = editions.make(
                newsletter,
                slug,
                issueId,
                same.map(revision -> revision.number).orElse(issue.latestRevision + 1),
                source,
                manuscript,
                dateOtherwise,
                same.map(revision -> new Slots(revision.slotNonce)).orElseGet(() -> Slots.random(random)));
        Revision revision;
        if (same.isEmpty()) {
            revision = new Revision(issueId, issue.latestRevision + 1, 0, source, edition, origin, now);
        } else if (same.get().isAs(edition)) {
            revision = same.get();
        } else {
            revision = same.get().edited(edition, now);
        }
        if (!dryRun && revision.id == null) {
            issue.add(revision);
            audit.record("issue.put", newsletter.slug, issue.subject(newsletter), Map.of("revision", revision.number));
        }
        return new Saved(IssueDetails.of(newsletter, issue, revision), dryRun ? known.isEmpty() : created);
    }

    /**
     * Decides about a finding of the latest revision or of the published one. What is left out is missing at once in
     * what is mailed from now on, and on the web when the issue is published again.
     *
     * @param reason why, for those who ask later
     * @param by name of the API token
     * @throws Problem 404 where there is no such finding, 400 where there is no reason, 409 {@code nothing-to-leave-out}
     *     where readers get nothing of its lines
     */
    @Transactional
    IssueDetails decide(
            String newsletterSlug,
            String slug,
            String findingId,
            FindingDecision.Outcome outcome,
            @Nullable String reason,
            String by) {
        if (reason == null || reason.isBlank() || reason.length() > LONGEST_REASON || reason.indexOf('\0') >= 0) {
            throw Problem.invalid("reason says why, in at most 1,000 characters.");
        }
        Newsletter newsletter = newsletters.get(newsletterSlug);
        Issue issue = Issue.lock(newsletter.id, slug).orElseThrow(() -> Problem.notFound("issue"));
        Finding finding = current(issue)
                .flatMap(Editions::findings)
                .filter(f -> f.id().equals(findingId))
                .findFirst()
                .orElseThrow(() -> Problem.notFound("finding"));
        decide(newsletter, issue, finding, outcome, reason.strip(), by);
        leaveOut(newsletter, issue);
        if (outcome == FindingDecision.Outcome.LEFT_OUT && current(issue).noneMatch(r -> misses(r, finding))) {
            throw new Problem(
                    409,
                    "nothing-to-leave-out",
                    "Readers get nothing of this finding's lines that could be left out. Mend the source, or accept it.");
        }
        return IssueDetails.of(newsletter, issue, revision(issue, issue.latestRevision));
    }

    /** Whether what readers get of a revision lacks something because a finding's lines are left out of it. */
    private static boolean misses(Revision revision, Finding finding) {
        Set<Integer> lines = finding.lines().boxed().collect(Collectors.toSet());
        Manuscript manuscript = Manuscript.read(revision.source);
        return revision.leftOut.containsAll(lines) && manuscript.isShownOn(manuscript.withLinksOf(lines));
    }

    /**
     * Stands by findings of a published revision, for a campaign that names them. Others' ids are passed over, and so is
     * what was decided before.
     */
    @Transactional
    public void accept(RevisionMail revision, Collection<String> findingIds, String by) {
        Issue issue = Issue.findById(revision.issueId(), LockModeType.PESSIMISTIC_WRITE);
        Newsletter newsletter = Newsletter.findById(issue.newsletterId);
        Set<String> decided = FindingDecision.of(revision.issueId()).keySet();
        Editions.findings(Revision.findById(revision.revisionId()))
                .filter(finding -> findingIds.contains(finding.id()) && !decided.contains(finding.id()))
                .forEach(finding -> decide(
                        newsletter, issue, finding, FindingDecision.Outcome.ACCEPTED, "Accepted with a campaign.", by));
    }

    private void decide(
            Newsletter newsletter,
            Issue issue,
            Finding finding,
            FindingDecision.Outcome outcome,
            String reason,
            String by) {
        FindingDecision.decide(issue.id, finding, outcome, reason, by, clock.instant());
        audit.record(
                outcome == FindingDecision.Outcome.ACCEPTED ? "finding.accept" : "finding.leave-out",
                newsletter.slug,
                issue.subject(newsletter),
                Map.of("finding", finding.id(), "rule", finding.rule()));
    }

    /**
     * Adds to a revision what something other than preflight found in it. What an editor left out because of an earlier
     * report stays left out, whether or not it is found again: a line comes back by the editor's word alone.
     *
     * @param reporter who found it; its earlier report on the same revision is replaced
     * @param findings of lines that the revision has, with ids that are the same where the same is found again
     */
    @Transactional
    public void report(long revisionId, String reporter, List<Finding> findings) {
        Revision revision = Revision.findById(revisionId);
        Issue issue = Issue.findById(revision.issueId, LockModeType.PESSIMISTIC_WRITE);
        Map<String, FindingDecision> decisions = FindingDecision.of(issue.id);
        FindingReport.put(
                revision,
                reporter,
                findings,
                finding -> decisions.containsKey(finding.id())
                        && decisions.get(finding.id()).outcome == FindingDecision.Outcome.LEFT_OUT,
                clock.instant());
        leaveOut(Newsletter.findById(issue.newsletterId), issue);
    }

    /** Makes anew what is mailed from now on, where by what was decided other lines are left out of it. */
    private void leaveOut(Newsletter newsletter, Issue issue) {
        for (Revision revision : current(issue).toList()) {
            Edition edition = editions.make(
                    newsletter,
                    issue.slug,
                    issue.id,
                    revision.number,
                    revision.source(),
                    Manuscript.read(revision.source),
                    revision.issueDate,
                    new Slots(revision.slotNonce));
            if (!List.copyOf(edition.leftOut()).equals(revision.leftOut)) {
                issue.add(revision.edited(edition, clock.instant()));
            }
        }
    }

    /** The latest revision, and the published one where that is another. */
    private static Stream<Revision> current(Issue issue) {
        return Stream.of(issue.latestRevision, issue.publishedRevision == null ? 0 : issue.publishedRevision)
                .distinct()
                .filter(number -> number > 0)
                .map(number -> revision(issue, number));
    }

    private static Revision revision(Issue issue, int number) {
        return Revision.find(issue.id, number).orElseThrow(() -> Problem.notFound("revision"));
    }
}
