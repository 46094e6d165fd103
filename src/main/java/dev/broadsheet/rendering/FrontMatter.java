package dev.broadsheet.rendering;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What stands above the text of an issue: Pelican's {@code Title: …} lines or a YAML block between {@code ---} fences.
 *
 * @param title one line, never blank
 * @param date null where none is given
 * @param subject of the mail: {@code Subject}, else the title
 */
public record FrontMatter(
        String title,
        @Nullable LocalDate date,
        @Nullable Integer number,
        @Nullable String category,
        String subject,
        @Nullable String preheader) {}
