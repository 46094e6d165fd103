package dev.broadsheet.issues;

import dev.broadsheet.newsletters.Newsletter;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An issue as its editors see it: what its latest revision says, what preflight says of it, and what of it is public.
 *
 * @param number of the issue in its newsletter, where its front matter gives one
 * @param revision number of the latest revision within the issue: 1, 2, …
 * @param findings worst first
 */
public record IssueDetails(
        long id,
        String slug,
        @Nullable Integer number,
        String title,
        String subject,
        LocalDate date,
        IssueState state,
        int revision,
        @Nullable Integer publishedRevision,
        List<ReviewedFinding> findings) {

    static IssueDetails of(Newsletter newsletter, Issue issue, Revision latest) {
        return new IssueDetails(
                issue.id == null ? 0 : issue.id,
                issue.slug,
                latest.issueNumber,
                latest.title,
                latest.subject,
                latest.issueDate,
                issue.state,
                latest.number,
                issue.publishedRevision,
                Editions.review(newsletter, latest));
    }

    /** One line of the list of issues, without findings. */
    public record Entry(
            long id,
            String slug,
            @Nullable Integer number,
            String title,
            String subject,
            LocalDate date,
            IssueState state,
            int revision,
            @Nullable Integer publishedRevision) {}
}
