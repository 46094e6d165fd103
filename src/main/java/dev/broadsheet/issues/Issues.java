package dev.broadsheet.issues;

import dev.broadsheet.accounts.Audit;
import dev.broadsheet.events.IssueEvents;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.newsletters.Newsletters;
import dev.broadsheet.platform.BaseUrl;
import dev.broadsheet.platform.LinkTokens;
import dev.broadsheet.platform.Problem;
import dev.broadsheet.preflight.Finding;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The issues of the newsletters: what editors publish and withdraw, and what of it others may read. */
@ApplicationScoped
public class Issues {

    private final Newsletters newsletters;
    private final Editions editions;
    private final BaseUrl baseUrl;
    private final LinkTokens tokens;
    private final Audit audit;
    private final Clock clock;
    private final Event<IssueWithdrawn> withdrawn;

    Issues(
            Newsletters newsletters,
            Editions editions,
            BaseUrl baseUrl,
            LinkTokens tokens,
            Audit audit,
            Clock clock,
            Event<IssueWithdrawn> withdrawn) {
        this.newsletters = newsletters;
        this.editions = editions;
        this.baseUrl = baseUrl;
        this.tokens = tokens;
        this.audit = audit;
        this.clock = clock;
        this.withdrawn = withdrawn;
    }

    /**
     * Makes the latest revision public; mails nobody. Publishing again is harmless, also after a withdrawal.
     *
     * @param revision what the editor has read, where they say so
     * @throws Problem 409 {@code revision-changed} where that is not the latest; 409 {@code findings-open} where
     *     findings that block publishing are neither mended nor decided
     */
    @Transactional
    public IssueDetails publish(String newsletterSlug, String slug, @Nullable Integer revision) {
        Newsletter newsletter = newsletters.get(newsletterSlug);
        Issue issue = Issue.lock(newsletter.id, slug).orElseThrow(() -> Problem.notFound("issue"));
        if (revision != null && revision != issue.latestRevision) {
            throw new Problem(
                            409,
                            "revision-changed",
                            "Revision " + revision + " is not the latest. Read revision " + issue.latestRevision
                                    + " and publish that.")
                    .with("revision", issue.latestRevision);
        }
        ReviewedFinding.refuse(
                Editions.review(newsletter, revision(issue, null)).stream()
                        .filter(ReviewedFinding::isOpen)
                        .filter(open -> open.finding().blocks() == Finding.Blocks.PUBLISH)
                        .toList(),
                "published");
        if (issue.publish(clock.instant())) {
            audit.record(
                    "issue.publish",
                    newsletter.slug,
                    issue.subject(newsletter),
                    Map.of("revision", issue.latestRevision));
        }
        return details(newsletter, issue);
    }

    /** Takes it off the web; whoever mails it hears of it within the transaction. Again, it changes nothing. */
    @Transactional
    public IssueDetails withdraw(String newsletterSlug, String slug) {
        Newsletter newsletter = newsletters.get(newsletterSlug);
        Issue issue = Issue.lock(newsletter.id, slug).orElseThrow(() -> Problem.notFound("issue"));
        if (issue.withdraw(clock.instant())) {
            withdrawn.fire(new IssueWithdrawn(issue.id));
            audit.record("issue.withdraw", newsletter.slug, issue.subject(newsletter), Map.of());
        }
        return details(newsletter, issue);
    }

    @Transactional
    public IssueDetails get(String newsletter, String slug) {
        return details(newsletters.get(newsletter), issue(newsletter, slug));
    }

    /** All of a newsletter, newest date first. */
    @Transactional
    public List<IssueDetails.Entry> list(String newsletter, @Nullable DateCursor after, int limit) {
        return IssueQueries.list(newsletters.get(newsletter).id, after, limit);
    }

    /** The revisions of an issue, newest first. @param before a number; all where 0 */
    @Transactional
    public List<RevisionDetails> revisions(String newsletter, String slug, long before, int limit) {
        return IssueQueries.revisions(issue(newsletter, slug).id, before, limit);
    }

    /** A revision's content alone, as the web view holds it. @param revision the latest where null */
    @Transactional
    public String content(String newsletter, String slug, @Nullable Integer revision) {
        return revision(issue(newsletter, slug), revision).contentHtml;
    }

    /** A revision's mail, its links to leave acting on nobody. @param revision the latest where null */
    @Transactional
    public RevisionMail preview(String newsletter, String slug, @Nullable Integer revision) {
        String token = tokens.sign(LinkTokens.Purpose.UNSUBSCRIBE, LinkTokens.NOBODY);
        return unfilled(newsletter, slug, revision)
                .filled(baseUrl.link("/unsubscribe/" + token), baseUrl.link("/preferences/" + token));
    }

    /** A revision's mail with its slots, for whoever fills them. @param revision the latest where null */
    @Transactional
    public RevisionMail unfilled(String newsletter, String slug, @Nullable Integer revision) {
        Issue issue = issue(newsletter, slug);
        return new RevisionMail(issue, revision(issue, revision));
    }

    /**
     * Refuses to send a published revision while findings that block sending, or publishing, are undecided.
     *
     * @param accepted ids of findings that the editor stands by with this
     * @throws Problem 409 {@code findings-open}
     */
    @Transactional
    public void requireSendable(Newsletter newsletter, RevisionMail mail, Collection<String> accepted) {
        Revision revision = Revision.findById(mail.revisionId());
        ReviewedFinding.refuse(
                Editions.review(newsletter, revision).stream()
                        .filter(ReviewedFinding::isOpen)
                        .filter(open -> !accepted.contains(open.finding().id()))
                        .toList(),
                "sent");
    }

    /** What an issue's latest revision was made of. */
    @Transactional
    public RevisionSource latestSource(String newsletter, String slug) {
        Issue issue = issue(newsletter, slug);
        return new RevisionSource(issue, revision(issue, null));
    }

    /** The same of a revision by its id. */
    @Transactional
    public RevisionSource source(long revisionId) {
        Revision revision =
                Revision.<Revision>findByIdOptional(revisionId).orElseThrow(() -> Problem.notFound("revision"));
        return new RevisionSource(Issue.findById(revision.issueId), revision);
    }

    /** What a campaign sends: the published revision without what was left out of it since. @throws Problem 404, or 409 {@code not-published} where it is a draft or withdrawn */
    @Transactional
    public RevisionMail publishedRevision(long newsletterId, String slug) {
        Issue issue = Issue.find(newsletterId, slug).orElseThrow(() -> Problem.notFound("issue"));
        if (issue.state != IssueState.PUBLISHED || issue.publishedRevision == null) {
            throw new Problem(409, "not-published", "This issue is not public. Publish it first.");
        }
        return new RevisionMail(issue, revision(issue, issue.publishedRevision));
    }

    /** @throws Problem 404 where there is no such issue */
    @Transactional
    public long id(long newsletterId, String slug) {
        return Issue.find(newsletterId, slug).orElseThrow(() -> Problem.notFound("issue")).id;
    }

    /** The id of the same revision as it is sent by now: with all that was left out of it since. */
    @Transactional
    public long asOfNow(long revisionId) {
        Revision planned = Revision.findById(revisionId);
        return Revision.find(planned.issueId, planned.number).orElse(planned).id;
    }

    /** Which revision an id is, for lists: reads none of its texts. */
    @Transactional
    public RevisionName name(long revisionId) {
        return Revision.getEntityManager()
                .createQuery(
                        "select new dev.broadsheet.issues.RevisionName(i.slug, r.number, i.state)"
                                + " from Revision r join Issue i on i.id = r.issueId where r.id = :id",
                        RevisionName.class)
                .setParameter("id", revisionId)
                .getSingleResult();
    }

    /** A revision by the id that {@link #publishedRevision} gave; {@code issueState} is as of now. */
    @Transactional
    public RevisionMail revision(long revisionId) {
        Revision revision =
                Revision.<Revision>findByIdOptional(revisionId).orElseThrow(() -> Problem.notFound("revision"));
        return new RevisionMail(Issue.findById(revision.issueId), revision);
    }

    /** The archive: what is public of a newsletter, newest date first. */
    @Transactional
    public List<PublishedIssue.Entry> published(long newsletterId, @Nullable DateCursor after, int limit) {
        return IssueQueries.published(newsletterId, after, limit);
    }

    /** One issue for readers; a draft is not there, a withdrawn one is without its content. */
    @Transactional
    public Optional<PublishedIssue> findPublished(long newsletterId, String slug) {
        return IssueQueries.findPublished(newsletterId, slug);
    }

    /** What the newest published issues list in their events sections. */
    @Transactional
    public List<IssueEvents> events(long newsletterId, int issues) {
        return IssueQueries.events(newsletterId, issues);
    }

    /** The sections that the newest few public issues had. */
    @Transactional
    public List<SeenSection> sections(long newsletterId, int issues) {
        return SeenSection.of(IssueQueries.sections(newsletterId, issues));
    }

    /** The newest few that are public, with their texts, newest date first. */
    @Transactional
    public List<PublishedIssue> latest(long newsletterId, int limit) {
        return IssueQueries.latest(newsletterId, limit);
    }

    /** The public issue that follows by date. */
    @Transactional
    public Optional<PublishedIssue.Entry> newer(long newsletterId, DateCursor than) {
        return IssueQueries.newer(newsletterId, than);
    }

    /** When the archive last changed: an issue came, was corrected or was withdrawn. */
    @Transactional
    public Optional<Instant> lastChange(long newsletterId) {
        return IssueQueries.lastChange(newsletterId);
    }

    /** Where readers see it: the newsletter's own pattern, else the page here, else its site; nowhere where it has none. */
    public Optional<String> webUrl(Newsletter newsletter, String slug) {
        return editions.webUrl(newsletter, slug);
    }

    private Issue issue(String newsletter, String slug) {
        return Issue.find(newsletters.get(newsletter).id, slug).orElseThrow(() -> Problem.notFound("issue"));
    }

    private static Revision revision(Issue issue, @Nullable Integer number) {
        return Revision.find(issue.id, number == null ? issue.latestRevision : number)
                .orElseThrow(() -> Problem.notFound("revision"));
    }

    private static IssueDetails details(Newsletter newsletter, Issue issue) {
        return IssueDetails.of(newsletter, issue, revision(issue, null));
    }
}
