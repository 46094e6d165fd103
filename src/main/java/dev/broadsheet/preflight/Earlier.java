package dev.broadsheet.preflight;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** An earlier issue of the same newsletter, as far as later ones are compared with it. */
public record Earlier(
        String slug,
        LocalDate date,
        @Nullable Integer number,
        @Nullable String category,
        Facts facts) {}
