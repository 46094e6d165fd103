package dev.broadsheet.events;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a careful editor sees in a section that could be read. Each check says nothing where it cannot tell. */
public final class EventChecks {

    /** So many are named one by one. */
    private static final int MAX_LINES = 50;

    private EventChecks() {}

    /**
     * {@code event-duplicate}: the same address, the same day and organiser, or the same days and title, within one
     * region. Across regions it is custom: a hybrid event is listed under Virtual and under its own region.
     */
    public static List<EventNote> duplicates(EventsSection section) {
        List<EventNote> notes = new ArrayList<>();
        Map<DuplicateKey, ListedEvent> known = new HashMap<>();
        Set<Integer> noted = new HashSet<>();
        for (ListedEvent event : section.events()) {
            for (DuplicateKey key : DuplicateKey.of(event)) {
                ListedEvent first = known.putIfAbsent(key, event);
                if (first != null && key.isTwice(first, event) && noted.add(event.line())) {
                    notes.add(new EventNote(
                            "event-duplicate",
                            key.same().reason,
                            event.line(),
                            event.title(),
                            "Line " + first.line() + " lists an event with " + key.same().words
                                    + " in this region. Remove one of them, or correct the one that is wrong.",
                            null));
                }
            }
        }
        return notes;
    }

    /**
     * {@code event-order}: begins before the event above it in its region. Events outside the window are passed over:
     * one of a wrong year must not make its neighbours look out of order.
     */
    public static List<EventNote> outOfOrder(EventsSection section) {
        List<EventNote> notes = new ArrayList<>();
        ListedEvent above = null;
        for (ListedEvent event : section.events()) {
            if (isOutside(event, section.window()) || (above != null && above.line() == event.line())) {
                continue;
            }
            if (above != null
                    && Objects.equals(above.region(), event.region())
                    && event.from().isBefore(above.from())) {
                notes.add(new EventNote(
                        "event-order",
                        "order",
                        event.line(),
                        event.from().toString(),
                        "This event is on " + event.from() + ", the one above it on " + above.from()
                                + ". Move it up to its day.",
                        null));
            }
            above = event;
        }
        return notes;
    }

    /**
     * {@code event-outside-window}: over before the window begins, or begins after its end. The first of several names
     * the lines of all, so that they can be removed together.
     */
    public static List<EventNote> outsideWindow(EventsSection section) {
        List<EventNote> notes = new ArrayList<>();
        Set<Integer> noted = new HashSet<>();
        EventWindow window = section.window();
        for (ListedEvent event : section.events()) {
            if (window != null && isOutside(event, window) && noted.add(event.line())) {
                boolean past = window.from() != null && event.to().isBefore(window.from());
                notes.add(new EventNote(
                        "event-outside-window",
                        past ? "before" : "after",
                        event.line(),
                        event.from().toString(),
                        "The section lists events between " + window.from() + " and " + window.to() + "; this one is "
                                + (past ? "over before that" : "later")
                                + ". Remove it, or correct its date.",
                        null));
            }
        }
        if (notes.size() > 1) {
            EventNote first = notes.get(0);
            notes.set(0, first.withMessage(first.message() + " " + all(notes)));
        }
        return notes;
    }

    private static String all(List<EventNote> notes) {
        String lines = notes.stream()
                .limit(MAX_LINES)
                .map(note -> Integer.toString(note.line()))
                .collect(Collectors.joining(", "));
        return "Or remove all " + notes.size() + " that lie outside, of the lines " + lines
                + (notes.size() > MAX_LINES ? " and so on." : ".");
    }

    private static boolean isOutside(ListedEvent event, @Nullable EventWindow window) {
        LocalDate from = window == null ? null : window.from();
        LocalDate to = window == null ? null : window.to();
        return (from != null && event.to().isBefore(from))
                || (to != null && event.from().isAfter(to));
    }

    /** {@code event-place}: slips in codes, brackets and commas, and countries in place of cities. */
    public static List<EventNote> places(EventsSection section) {
        List<EventNote> notes = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        for (ListedEvent event : section.events()) {
            if (seen.add(event.line())) {
                PlaceCheck.note(event.line(), event.place()).ifPresent(notes::add);
            }
        }
        return notes;
    }

    /** {@code event-title-placeholder}: TBD, "Place Holder", "- Title", or the month of another event. */
    public static List<EventNote> titles(EventsSection section) {
        List<EventNote> notes = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        for (ListedEvent event : section.events()) {
            if (seen.add(event.titleLine())) {
                TitleCheck.note(event).ifPresent(notes::add);
            }
        }
        return notes;
    }
}
