package dev.broadsheet.issues;

import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.newsletters.Newsletters;
import dev.broadsheet.platform.BaseUrl;
import dev.broadsheet.platform.LinkTokens;
import dev.broadsheet.platform.Problem;
import dev.broadsheet.rendering.FrontMatter;
import dev.broadsheet.rendering.MailFrame;
import dev.broadsheet.rendering.Manuscript;
import dev.broadsheet.rendering.Rendered;
import dev.broadsheet.rendering.Renderer;
import dev.broadsheet.rendering.Slots;
import dev.broadsheet.rendering.Theme;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The issues of the newsletters: what editors bring, publish and withdraw, and what of it others may read. */
@ApplicationScoped
public class Issues {

    private static final Pattern SLUG = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");
    private static final Pattern COMMIT = Pattern.compile("[\\x21-\\x7e]{1,200}");

    /** @param created whether the issue was not there before */
    public record Saved(IssueDetails issue, boolean created) {}

    private final Newsletters newsletters;
    private final Renderer renderer;
    private final BaseUrl baseUrl;
    private final LinkTokens tokens;
    private final SecureRandom random;
    private final Clock clock;
    private final Event<IssueWithdrawn> withdrawn;

    Issues(
            Newsletters newsletters,
            Renderer renderer,
            BaseUrl baseUrl,
            LinkTokens tokens,
            SecureRandom random,
            Clock clock,
            Event<IssueWithdrawn> withdrawn) {
        this.newsletters = newsletters;
        this.renderer = renderer;
        this.baseUrl = baseUrl;
        this.tokens = tokens;
        this.random = random;
        this.clock = clock;
        this.withdrawn = withdrawn;
    }

    /**
     * Brings an issue's source: a new revision, unless the latest is of the same bytes. It is rendered before any
     * transaction begins.
     *
     * @param bytes Markdown with front matter, UTF-8
     * @param ifMatch what the latest revision must be for this to be no lost update; anything where null
     * @param commit where the source came from, as the editor's tool says
     * @param dryRun answers the same and stores nothing
     * @throws Problem 400, 412 {@code precondition-failed} or 413; nothing is stored then
     */
    public Saved put(
            String newsletterSlug,
            String slug,
            byte[] bytes,
            @Nullable IfMatch ifMatch,
            @Nullable String commit,
            boolean dryRun) {
        if (!SLUG.matcher(slug).matches()) {
            throw Problem.invalid("An issue's name in addresses begins with a letter or digit and has at most 200"
                    + " letters, digits, dots, hyphens and underscores.");
        }
        if (commit != null && !COMMIT.matcher(commit).matches()) {
            throw Problem.invalid("X-Source-Commit is one word of at most 200 characters.");
        }
        Newsletter newsletter = newsletters.get(newsletterSlug);
        Source source = Source.of(bytes);
        String webUrl = webUrl(newsletter, slug);
        Manuscript manuscript = Manuscript.read(source.text());
        Rendered rendered = renderer.render(
                manuscript,
                new MailFrame(
                        newsletter.title,
                        newsletter.language,
                        webUrl,
                        webUrl,
                        newsletter.postalAddress,
                        Theme.of(newsletter.theme)),
                Slots.random(random));
        return QuarkusTransaction.joiningExisting()
                .call(() ->
                        store(newsletter, slug, source, manuscript.frontMatter(), rendered, ifMatch, commit, dryRun));
    }

    private Saved store(
            Newsletter newsletter,
            String slug,
            Source source,
            FrontMatter front,
            Rendered rendered,
            @Nullable IfMatch ifMatch,
            @Nullable String commit,
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
        if (latest.isPresent() && latest.get().isOf(source)) {
            return new Saved(new IssueDetails(issue, latest.get()), false);
        }
        LocalDate dateOtherwise =
                latest.map(r -> r.issueDate).orElseGet(() -> LocalDate.ofInstant(now, ZoneId.of(newsletter.timeZone)));
        Revision revision = new Revision(issue.latestRevision + 1, source, front, rendered, dateOtherwise, commit, now);
        if (!dryRun) {
            revision.issueId = issue.id;
            revision.persist();
            issue.latestRevision = revision.number;
        }
        return new Saved(new IssueDetails(issue, revision), dryRun ? known.isEmpty() : created);
    }

    /**
     * Makes the latest revision public; mails nobody. Publishing again is harmless, also after a withdrawal.
     *
     * @param revision what the editor has read, where they say so
     * @throws Problem 409 {@code revision-changed} where that is not the latest
     */
    @Transactional
    public IssueDetails publish(String newsletter, String slug, @Nullable Integer revision) {
        Issue issue = Issue.lock(newsletters.get(newsletter).id, slug).orElseThrow(() -> Problem.notFound("issue"));
        if (revision != null && revision != issue.latestRevision) {
            throw new Problem(
                            409,
                            "revision-changed",
                            "Revision " + revision + " is not the latest. Read revision " + issue.latestRevision
                                    + " and publish that.")
                    .with("revision", issue.latestRevision);
        }
        issue.publish(clock.instant());
        return details(issue);
    }

    /** Takes it off the web; whoever mails it hears of it within the transaction. Again, it changes nothing. */
    @Transactional
    public IssueDetails withdraw(String newsletter, String slug) {
        Issue issue = Issue.lock(newsletters.get(newsletter).id, slug).orElseThrow(() -> Problem.notFound("issue"));
        if (issue.withdraw(clock.instant())) {
            withdrawn.fire(new IssueWithdrawn(issue.id));
        }
        return details(issue);
    }

    @Transactional
    public IssueDetails get(String newsletter, String slug) {
        return details(issue(newsletter, slug));
    }

    /** All of a newsletter, newest date first. */
    @Transactional
    public List<IssueDetails> list(String newsletter, @Nullable DateCursor after, int limit) {
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
        return unfilled(newsletter, slug, revision)
                .filled(baseUrl.link("/unsubscribe/" + tokens.sign(LinkTokens.Purpose.UNSUBSCRIBE, LinkTokens.NOBODY)));
    }

    /** A revision's mail with its slots, for whoever fills them. @param revision the latest where null */
    @Transactional
    public RevisionMail unfilled(String newsletter, String slug, @Nullable Integer revision) {
        Issue issue = issue(newsletter, slug);
        return new RevisionMail(issue, revision(issue, revision));
    }

    /** What a campaign sends. @throws Problem 404, or 409 {@code not-published} where it is a draft or withdrawn */
    @Transactional
    public RevisionMail publishedRevision(long newsletterId, String slug) {
        Issue issue = Issue.find(newsletterId, slug).orElseThrow(() -> Problem.notFound("issue"));
        if (issue.state != IssueState.PUBLISHED || issue.publishedRevision == null) {
            throw new Problem(409, "not-published", "This issue is not public. Publish it first.");
        }
        return new RevisionMail(issue, revision(issue, issue.publishedRevision));
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

    /** Where readers see it: the newsletter's own pattern, else the page of this installation. */
    public String webUrl(Newsletter newsletter, String slug) {
        return newsletter.issueUrl == null
                ? baseUrl.link("/n/" + newsletter.slug + "/issues/" + slug)
                : newsletter.issueUrl.replace("{slug}", slug);
    }

    private Issue issue(String newsletter, String slug) {
        return Issue.find(newsletters.get(newsletter).id, slug).orElseThrow(() -> Problem.notFound("issue"));
    }

    private static Revision revision(Issue issue, @Nullable Integer number) {
        return Revision.find(issue.id, number == null ? issue.latestRevision : number)
                .orElseThrow(() -> Problem.notFound("revision"));
    }

    private static IssueDetails details(Issue issue) {
        return new IssueDetails(issue, revision(issue, null));
    }
}
