package dev.broadsheet.preflight;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** stub */
public record Earlier(
        String slug,
        LocalDate date,
        @Nullable Integer number,
        @Nullable String category,
        Facts facts) {}
