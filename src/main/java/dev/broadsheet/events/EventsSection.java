package dev.broadsheet.events;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events section of a digest, as read.
 *
 * @param window null where no line names one
 * @param regions in order
 * @param events in order; those with slips are there too where their meaning is plain
 * @param malformed {@code event-malformed}: lines that look like events and do not follow the grammar, whether or not
 *     they could be read, by line
 */
public record EventsSection(
        @Nullable EventWindow window, List<Region> regions, List<ListedEvent> events, List<EventNote> malformed) {

    /**
     * Reads a section in linear time. Nothing in it is an error: what is no event is passed over, what looks like one
     * and is not written like one becomes a note.
     *
     * @param lines from the heading "Upcoming Events" to the section's end, without lines in comments and code blocks
     * @param issueDate gives the year where a date has none
     */
    public static EventsSection read(List<SourceLine> lines, LocalDate issueDate) {
        return new SectionReader(lines, issueDate).read();
    }
}
