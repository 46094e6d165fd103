package dev.broadsheet.issues;

import dev.broadsheet.events.ListedEvent;
import dev.broadsheet.preflight.Report;
import dev.broadsheet.rendering.FrontMatter;
import dev.broadsheet.rendering.Rendered;
import java.time.LocalDate;
import java.util.List;
import java.util.SortedSet;

/**
 * A source read, checked and rendered, not yet stored.
 *
 * @param date of the front matter, or what stands for it where there is none
 * @param leftOut line numbers that readers do not get
 * @param events those that are not left out
 */
record Edition(
        FrontMatter frontMatter,
        LocalDate date,
        Report report,
        SortedSet<Integer> leftOut,
        List<ListedEvent> events,
        Rendered rendered) {}
