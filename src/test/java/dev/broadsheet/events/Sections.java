package dev.broadsheet.events;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** Sections made in tests: a heading, a window and a region on lines 1 to 3, then the lines given. */
final class Sections {

    static final LocalDate ISSUE_DATE = LocalDate.of(2024, 10, 23);

    private Sections() {}

    static EventsSection of(String... lines) {
        List<String> all = new ArrayList<>(List.of(
                "## Upcoming Events", "Rusty Events between 2024-10-23 - 2024-11-20 \uD83E\uDD80", "### Europe"));
        all.addAll(List.of(lines));
        return read(all.toArray(String[]::new));
    }

    static EventsSection read(String... lines) {
        List<SourceLine> source = new ArrayList<>();
        for (String line : lines) {
            source.add(new SourceLine(source.size() + 1, line));
        }
        return EventsSection.read(source, ISSUE_DATE);
    }

    /** Two lines of an event as they should be. */
    static String[] event(String days, String place, String title, String url) {
        return new String[] {
            "* " + days + " | " + place + " | [Rust Group](https://example.org/group/" + place.hashCode() + ")",
            "    * [**" + title + "**](" + url + ")"
        };
    }

    static EventsSection of(String[]... events) {
        List<String> lines = new ArrayList<>();
        for (String[] event : events) {
            lines.addAll(List.of(event));
        }
        return of(lines.toArray(String[]::new));
    }
}
