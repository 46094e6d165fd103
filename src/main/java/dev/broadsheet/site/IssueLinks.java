package dev.broadsheet.site;

import dev.broadsheet.issues.DateCursor;
import dev.broadsheet.issues.Issues;
import dev.broadsheet.issues.PublishedIssue;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.newsletters.Newsletters;
import dev.broadsheet.platform.Paging;
import dev.broadsheet.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Published issues as pages list them. */
@ApplicationScoped
class IssueLinks {

    /** @param url on this installation, or where the newsletter has its web view */
    record IssueLink(String title, LocalDate day, String date, String url) {}

    private final Newsletters newsletters;
    private final Issues issues;

    IssueLinks(Newsletters newsletters, Issues issues) {
        this.newsletters = newsletters;
        this.issues = issues;
    }

    /** @throws Problem 404 also where the newsletter keeps its issues off the web */
    Newsletter open(String slug) {
        Newsletter newsletter = newsletters.get(slug);
        if (newsletter.archive == Newsletter.Archive.OFF) {
            throw Problem.notFound("issue");
        }
        return newsletter;
    }

    /** When an issue of it last came, was corrected or went, or the newsletter itself was changed. */
    Instant lastChange(Newsletter newsletter) {
        return issues.lastChange(newsletter.id)
                .filter(newsletter.changedAt::isBefore)
                .orElse(newsletter.changedAt);
    }

    /** Newest first. */
    Paging.Page<IssueLink> published(Newsletter newsletter, @Nullable DateCursor after, int most) {
        List<PublishedIssue.Entry> found = issues.published(newsletter.id, after, most + 1);
        return Paging.page(
                found,
                most,
                entry -> new DateCursor(entry.date(), entry.id()).toString(),
                entry -> link(newsletter, entry));
    }

    /** The latest few, none where the newsletter keeps its issues off the web. */
    List<IssueLink> latest(Newsletter newsletter) {
        return newsletter.archive == Newsletter.Archive.OFF
                ? List.of()
                : published(newsletter, null, 5).items();
    }

    Optional<IssueLink> older(Newsletter newsletter, PublishedIssue than) {
        return issues.published(newsletter.id, new DateCursor(than.date(), than.id()), 1).stream()
                .findFirst()
                .map(entry -> link(newsletter, entry));
    }

    Optional<IssueLink> newer(Newsletter newsletter, PublishedIssue than) {
        return issues.newer(newsletter.id, new DateCursor(than.date(), than.id()))
                .map(entry -> link(newsletter, entry));
    }

    /** @throws Problem 404 where readers have never seen such an issue */
    PublishedIssue find(Newsletter newsletter, String slug) {
        return issues.findPublished(newsletter.id, slug).orElseThrow(() -> Problem.notFound("issue"));
    }

    /** Of a newsletter that is {@link #open}: there each issue has an address. */
    String url(Newsletter newsletter, String slug) {
        return issues.webUrl(newsletter, slug).orElseThrow();
    }

    /** The date as the newsletter's readers write it, and as its mails have it. */
    static String written(Newsletter newsletter, LocalDate date) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                .withLocale(Locale.forLanguageTag(newsletter.language))
                .format(date);
    }

    private IssueLink link(Newsletter newsletter, PublishedIssue.Entry entry) {
        return new IssueLink(
                entry.title(), entry.date(), written(newsletter, entry.date()), url(newsletter, entry.slug()));
    }
}
