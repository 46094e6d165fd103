package dev.broadsheet.site;

import dev.broadsheet.issues.DateCursor;
import dev.broadsheet.issues.Issues;
import dev.broadsheet.issues.PublishedIssue;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.Paging;
import dev.broadsheet.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Published issues as pages list them. */
@ApplicationScoped
class IssueLinks {

    /** The pages' own language is English. */
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("d MMMM yyyy", Locale.ENGLISH);

    /** @param url on this installation, or where the newsletter has its web view */
    record IssueLink(String title, LocalDate day, String date, String url) {}

    private final Issues issues;

    IssueLinks(Issues issues) {
        this.issues = issues;
    }

    /** Newest first. */
    Paging.Page<IssueLink> published(Newsletter newsletter, @Nullable DateCursor after, int most) {
        List<PublishedIssue.Entry> found = issues.published(newsletter.id, after, most + 1);
        return Paging.page(
                found,
                most,
                entry -> new DateCursor(entry.date(), entry.id()).toString(),
                entry -> new IssueLink(
                        entry.title(), entry.date(), written(entry.date()), url(newsletter, entry.slug())));
    }

    /** The latest few, none where the newsletter keeps its issues off the web. */
    List<IssueLink> latest(Newsletter newsletter) {
        return newsletter.archive == Newsletter.Archive.OFF
                ? List.of()
                : published(newsletter, null, 5).items();
    }

    /** @throws Problem 404 where readers have never seen such an issue */
    PublishedIssue find(Newsletter newsletter, String slug) {
        return issues.findPublished(newsletter.id, slug).orElseThrow(() -> Problem.notFound("issue"));
    }

    String url(Newsletter newsletter, String slug) {
        return issues.webUrl(newsletter, slug).orElse("/n/" + newsletter.slug);
    }

    static String written(LocalDate date) {
        return DATE.format(date);
    }
}
