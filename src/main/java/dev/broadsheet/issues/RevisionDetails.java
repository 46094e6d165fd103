package dev.broadsheet.issues;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * One revision in the list of an issue's.
 *
 * @param sourceCommit where it came from, as the editor's tool said
 * @param broughtBy name of the API token
 */
public record RevisionDetails(
        int revision,
        String title,
        String subject,
        LocalDate date,
        @Nullable String sourceCommit,
        @Nullable String broughtBy,
        Instant createdAt) {}
