package dev.broadsheet.issues;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * An issue as its editors see it: what its latest revision says, and what of it is public.
 *
 * @param number of the issue in its newsletter, where its front matter gives one
 * @param revision number of the latest revision within the issue: 1, 2, …
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
        @Nullable Integer publishedRevision) {

    IssueDetails(Issue issue, Revision latest) {
        this(
                issue.id == null ? 0 : issue.id,
                issue.slug,
                latest.issueNumber,
                latest.title,
                latest.subject,
                latest.issueDate,
                issue.state,
                latest.number,
                issue.publishedRevision);
    }
}
