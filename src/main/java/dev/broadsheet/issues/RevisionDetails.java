package dev.broadsheet.issues;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * One revision in the list of an issue's.
 *
 * @param sourceCommit where it came from, as the editor's tool said
 * @param broughtBy name of the API token
 * @param diff lines changed since the revision before, as {@code diff -u} writes them; null for the first, and where
 *     the two are too different
 */
public record RevisionDetails(
        int revision,
        String title,
        String subject,
        LocalDate date,
        @Nullable String sourceCommit,
        @Nullable String broughtBy,
        Instant createdAt,
        @Nullable String diff) {

    RevisionDetails(Revision revision, @Nullable Revision before) {
        this(
                revision.number,
                revision.title,
                revision.subject,
                revision.issueDate,
                revision.sourceCommit,
                revision.broughtBy,
                revision.createdAt,
                before == null ? null : LineDiff.of(before.source, revision.source, before.number, revision.number));
    }
}
