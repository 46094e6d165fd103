package dev.broadsheet.issues;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * An issue as readers see it: its published revision.
 *
 * @param contentHtml safe HTML without a page around it; empty where the issue was withdrawn
 * @param preheader the editor's own, where there is one
 * @param publishedAt when it was first published
 * @param revisedAt when a correction last gave readers another text; {@code publishedAt} where none did
 */
public record PublishedIssue(
        long id,
        String slug,
        @Nullable Integer number,
        String title,
        LocalDate date,
        IssueState state,
        @Nullable String preheader,
        String contentHtml,
        Instant publishedAt,
        Instant revisedAt) {

    /** One line of the archive. */
    public record Entry(long id, String slug, @Nullable Integer number, String title, LocalDate date) {}
}
