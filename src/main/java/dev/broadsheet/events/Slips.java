package dev.broadsheet.events;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was found wrong with one line; becomes one note. */
final class Slips {

    static final String RULE = "event-malformed";

    /** A longer excerpt would be a page of its own. */
    private static final int MAX_EXCERPT = 500;

    private record Slip(String reason, String message) {}

    private final List<Slip> slips = new ArrayList<>();

    void add(String reason, String message) {
        slips.add(new Slip(reason, message));
    }

    boolean isEmpty() {
        return slips.isEmpty();
    }

    /** @param repair the whole line as it should be, kept only where nothing is cut from the line as it is */
    void addTo(List<EventNote> notes, ListLine line, @Nullable String repair) {
        if (slips.isEmpty()) {
            return;
        }
        boolean whole = line.text().length() <= MAX_EXCERPT;
        notes.add(new EventNote(
                RULE,
                slips.get(0).reason(),
                line.number(),
                whole ? line.text() : line.text().substring(0, MAX_EXCERPT),
                String.join(" ", slips.stream().map(Slip::message).toList()),
                whole ? repair : null));
    }
}
