package dev.broadsheet.issues;

import dev.broadsheet.events.ListedEvent;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.newsletters.Newsletters;
import dev.broadsheet.platform.BaseUrl;
import dev.broadsheet.preflight.Context;
import dev.broadsheet.preflight.Finding;
import dev.broadsheet.preflight.MailSize;
import dev.broadsheet.preflight.Preflight;
import dev.broadsheet.preflight.Report;
import dev.broadsheet.rendering.MailFrame;
import dev.broadsheet.rendering.Manuscript;
import dev.broadsheet.rendering.Rendered;
import dev.broadsheet.rendering.Renderer;
import dev.broadsheet.rendering.Slots;
import dev.broadsheet.rendering.Theme;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.net.URI;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes of a source what readers get: checked against the newsletter's earlier issues, rendered in its frame. */
@ApplicationScoped
class Editions {

    /** How far back habits are learnt from. */
    private static final int EARLIER_ISSUES = 25;

    /** What is dated further back was brought along: it is no new issue that somebody is still working on. */
    private static final int NEW_DAYS = 30;

    private final Newsletters newsletters;
    private final Renderer renderer;
    private final BaseUrl baseUrl;
    private final Clock clock;

    Editions(Newsletters newsletters, Renderer renderer, BaseUrl baseUrl, Clock clock) {
        this.newsletters = newsletters;
        this.renderer = renderer;
        this.baseUrl = baseUrl;
        this.clock = clock;
    }

    /**
     * @param issueId 0 for an issue that is not stored
     * @param number of the revision that it is, or will be
     * @param dateOtherwise where the front matter gives none
     * @param slots of the revision, so that the same text makes the same mail
     */
    @Transactional(Transactional.TxType.MANDATORY)
    Edition make(
            Newsletter newsletter,
            String slug,
            long issueId,
            int number,
            Source source,
            Manuscript manuscript,
            LocalDate dateOtherwise,
            Slots slots) {
        LocalDate date = manuscript.frontMatter().date() == null
                ? dateOtherwise
                : manuscript.frontMatter().date();
        Context context = context(newsletter, slug, issueId, date);
        Set<String> leftOutFindings = FindingDecision.of(issueId).values().stream()
                .filter(decision -> decision.outcome == FindingDecision.Outcome.LEFT_OUT)
                .map(decision -> decision.findingId)
                .collect(Collectors.toSet());
        SortedSet<Integer> leftOut = leftOutFindings.isEmpty()
                ? new TreeSet<>()
                : manuscript.withLinksOf(lines(
                        Stream.concat(
                                Preflight.check(manuscript, context).findings().stream(),
                                FindingReport.of(issueId, number, manuscript).stream()),
                        leftOutFindings));
        Manuscript shown = leftOut.isEmpty() ? manuscript : Manuscript.read(source.text(), leftOut);
        Rendered rendered = renderer.render(shown, frame(newsletter, slug), slots);
        MailSize size = new MailSize(rendered.uncutBytes(), Renderer.CLIP_BYTES, rendered.cutAt());
        Report report = Preflight.check(manuscript, shown, context.with(size));
        List<ListedEvent> events = report.events().stream()
                .filter(event -> !leftOut.contains(event.line()) && !leftOut.contains(event.titleLine()))
                .toList();
        return new Edition(manuscript.frontMatter(), date, report, leftOut, events, rendered);
    }

    /** Where readers see an issue: the newsletter's own pattern, else a page here, else its site, if it has one. */
    Optional<String> webUrl(Newsletter newsletter, String slug) {
        if (newsletter.issueUrl != null) {
            return Optional.of(newsletter.issueUrl.replace("{slug}", slug));
        }
        return newsletter.archive == Newsletter.Archive.OFF
                ? Optional.ofNullable(newsletter.siteUrl)
                : Optional.of(baseUrl.link("/n/" + newsletter.slug + "/issues/" + slug));
    }

    private MailFrame frame(Newsletter newsletter, String slug) {
        @Nullable String webUrl = webUrl(newsletter, slug).orElse(null);
        return new MailFrame(
                newsletter.title,
                newsletter.language,
                webUrl,
                webUrl == null ? baseUrl.link("/n/" + newsletter.slug) : webUrl,
                newsletter.postalAddress,
                Theme.of(newsletter.theme));
    }

    private Context context(Newsletter newsletter, String slug, long issueId, LocalDate date) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneId.of(newsletter.timeZone));
        boolean isNew =
                date.isAfter(today.minusDays(NEW_DAYS)) && IssueQueries.noneDatedAfter(newsletter.id, issueId, date);
        return new Context(
                slug,
                newsletter.title,
                Stream.of(newsletter.siteUrl, newsletter.issueUrl, baseUrl.toString())
                        .flatMap(Stream::ofNullable)
                        .map(url -> URI.create(url.replace("{slug}", "slug")).getHost())
                        .flatMap(Stream::ofNullable)
                        .collect(Collectors.toSet()),
                day -> newsletters.isScheduled(newsletter, day),
                IssueQueries.earlier(newsletter.id, issueId, date, EARLIER_ISSUES),
                isNew,
                null);
    }

    private static SortedSet<Integer> lines(Stream<Finding> findings, Set<String> ids) {
        return findings.filter(finding -> ids.contains(finding.id()))
                .flatMap(finding -> finding.lines().boxed())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** All findings of a stored revision: preflight's, and what else was reported. */
    static Stream<Finding> findings(Revision revision) {
        return Stream.concat(revision.findings.stream(), FindingReport.of(revision).stream());
    }

    /** What stands in the way of something, of a stored revision. */
    static List<ReviewedFinding> review(Newsletter newsletter, Revision revision) {
        Map<String, FindingDecision> decisions = FindingDecision.of(revision.issueId);
        Set<String> off = new HashSet<>(newsletter.rulesOff);
        return ReviewedFinding.review(
                findings(revision)
                        .filter(finding -> !off.contains(finding.rule()))
                        .toList(),
                decisions,
                new HashSet<>(revision.leftOut));
    }
}
