package dev.broadsheet.preflight;

import dev.broadsheet.events.EventChecks;
import dev.broadsheet.events.EventNote;
import dev.broadsheet.events.EventWindow;
import dev.broadsheet.events.EventsSection;
import dev.broadsheet.events.ListedEvent;
import dev.broadsheet.events.SourceLine;
import dev.broadsheet.rendering.Manuscript;
import dev.broadsheet.rendering.Section;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the events of a digest show, told as findings; and the days they cover, by the newsletter's habit. */
final class EventRules {

    private static final String HEADING = "upcoming events";

    private static final int MAX_REPAIRED = 20_000;

    private final Manuscript manuscript;
    private final Context context;
    private final Findings findings;
    private final @Nullable Section heading;
    private final EventsSection events;

    EventRules(Manuscript manuscript, Context context, Findings findings) {
        this.manuscript = manuscript;
        this.context = context;
        this.findings = findings;
        this.heading = manuscript.sections().stream()
                .filter(section -> section.title().toLowerCase(Locale.ROOT).contains(HEADING))
                .findFirst()
                .orElse(null);
        this.events = heading == null ? new EventsSection(null, List.of(), List.of(), List.of()) : read(lines(heading));
    }

    /** Two dates in a line are the section's window only where the line says so: a conference has two as well. */
    private EventsSection read(List<SourceLine> lines) {
        EventsSection read = EventsSection.read(lines, issueDate());
        EventWindow window = read.window();
        String text = window == null ? "" : window.text().toLowerCase(Locale.ROOT);
        boolean saysSo = text.contains("event") || text.contains("between");
        return saysSo ? read : new EventsSection(null, read.regions(), read.events(), read.malformed());
    }

    List<ListedEvent> listed() {
        return events.events();
    }

    void check() {
        if (heading == null) {
            return;
        }
        checkWindow(heading);
        if (followsGrammar()) {
            events.malformed().forEach(this::add);
        }
        EventChecks.duplicates(events).forEach(this::add);
        EventChecks.outOfOrder(events).forEach(this::add);
        EventChecks.outsideWindow(events).forEach(this::add);
        EventChecks.titles(events).forEach(this::add);
        List<EventNote> places = EventChecks.places(events);
        places.forEach(this::add);
        checkPlaces(places);
    }

    @Nullable
    EventWindow window() {
        return events.window();
    }

    /** As {@link Facts#places}: state and country of each city that has both, and the same in all its events. */
    Map<String, String> places() {
        Map<String, String> places = new HashMap<>();
        Set<String> several = new HashSet<>();
        for (ListedEvent event : events.events()) {
            String city = event.place().city();
            String rest = rest(event);
            if (city != null && rest != null && places.size() < 300) {
                String before = places.putIfAbsent(city, rest);
                if (before != null && !before.equals(rest)) {
                    several.add(city);
                }
            }
        }
        places.keySet().removeAll(several);
        return places;
    }

    private static @Nullable String rest(ListedEvent event) {
        String state = event.place().state();
        String country = event.place().country();
        return state == null || country == null ? null : state + ", " + country;
    }

    /** Without comments and code: what is in them is no event. */
    private List<SourceLine> lines(Section section) {
        List<SourceLine> lines = new ArrayList<>();
        for (int line = section.line(); line <= section.endLine(); line++) {
            boolean shown = !manuscript.prose(line).isBlank();
            lines.add(new SourceLine(line, shown ? manuscript.line(line) : ""));
        }
        return lines;
    }

    /** It gives the year to dates without one, so the one before is near enough. */
    private LocalDate issueDate() {
        LocalDate date = manuscript.frontMatter().date();
        if (date != null) {
            return date;
        }
        return context.earlier().isEmpty()
                ? LocalDate.EPOCH
                : context.earlier().get(0).date();
    }

    /** A newsletter that lists its events otherwise is left alone. */
    private boolean followsGrammar() {
        Set<Integer> malformed = new HashSet<>();
        events.malformed().forEach(note -> malformed.add(note.line()));
        return events.events().stream().anyMatch(event -> !malformed.contains(event.line()));
    }

    private void add(EventNote note) {
        Rule rule = Rule.of(note.rule()).orElseThrow();
        String line = manuscript.line(note.line());
        int at = line.length() > MAX_REPAIRED ? -1 : line.indexOf(note.excerpt());
        int column = rule == Rule.EVENT_PLACE && at >= 0 ? at + 1 : 1;
        findings.add(
                rule,
                Place.of(note.line(), column).to(lastLine(note.line())),
                note.message(),
                () -> at < 0 || note.repair() == null
                        ? null
                        : line.substring(0, at)
                                + note.repair()
                                + line.substring(at + note.excerpt().length()));
    }

    /** An event's own lines: its titles, and what is indented below it up to the next event. */
    private int lastLine(int line) {
        if (manuscript.line(line).isEmpty()
                || Character.isWhitespace(manuscript.line(line).charAt(0))) {
            return line;
        }
        int last = line;
        Set<Integer> others = new HashSet<>();
        for (ListedEvent event : events.events()) {
            if (event.line() == line) {
                last = Math.max(last, event.titleLine());
            } else {
                others.add(event.line());
            }
        }
        while (last < manuscript.lines().size()
                && !manuscript.line(last + 1).isBlank()
                && !others.contains(last + 1)
                && Character.isWhitespace(manuscript.line(last + 1).charAt(0))) {
            last++;
        }
        return last;
    }

    private void checkWindow(Section section) {
        EventWindow window = events.window();
        if (window == null) {
            if (Habit.is(context.earlier(), issue -> issue.facts().windowFrom() != null)) {
                habit(Place.of(section.line()), "Earlier issues say which days their events cover. Say it here, too.");
            }
            return;
        }
        Place place = Place.of(window.line());
        LocalDate from = window.from();
        LocalDate to = window.to();
        if (window.form() != EventWindow.Form.ISO) {
            findings.add(
                    Rule.EVENTS_WINDOW,
                    place,
                    "The days that the events cover cannot be read. Write them as 2024-10-23 - 2024-11-20.",
                    window::repair);
        } else if (from != null && to != null && to.isBefore(from)) {
            findings.add(Rule.EVENTS_WINDOW, place, "The events end before they begin. Correct the two days.");
        } else if (from != null && to != null) {
            checkHabits(place, from, to);
        }
    }

    private void checkHabits(Place place, LocalDate from, LocalDate to) {
        LocalDate date = manuscript.frontMatter().date();
        List<Long> starts = new ArrayList<>();
        List<Long> lengths = new ArrayList<>();
        for (Earlier issue : context.earlier()) {
            LocalDate first = issue.facts().windowFrom();
            LocalDate last = issue.facts().windowTo();
            if (first != null && last != null) {
                starts.add(ChronoUnit.DAYS.between(issue.date(), first));
                lengths.add(ChronoUnit.DAYS.between(first, last));
            }
        }
        Long start = Habit.of(starts).orElse(null);
        Long length = Habit.of(lengths).orElse(null);
        if (date != null && start != null && !date.plusDays(start).equals(from)) {
            habit(place, "The events usually begin with " + date.plusDays(start) + ". Look at the first day.");
        } else if (length != null && !from.plusDays(length).equals(to)) {
            habit(
                    place,
                    "The events usually cover " + length + " days, to " + from.plusDays(length)
                            + ". Look at the last day.");
        }
    }

    private void habit(Place place, String message) {
        findings.add(
                Rule.EVENTS_WINDOW, context.isNew() ? Finding.Severity.ERROR : Finding.Severity.INFO, place, message);
    }

    /** A city that nearly always was in another state of the same country. */
    private void checkPlaces(List<EventNote> noted) {
        Set<Integer> seen = new HashSet<>();
        noted.forEach(note -> seen.add(note.line()));
        for (ListedEvent event : events.events()) {
            String city = event.place().city();
            String rest = rest(event);
            if (city == null || rest == null || !seen.add(event.line())) {
                continue;
            }
            List<String> before = context.earlier().stream()
                    .map(issue -> issue.facts().places().get(city))
                    .filter(Objects::nonNull)
                    .toList();
            String usual = Habit.of(before).orElse(rest);
            if (!usual.equals(rest) && country(usual).equals(country(rest))) {
                String line = manuscript.line(event.line());
                findings.add(
                        Rule.EVENT_PLACE,
                        Place.of(event.line()).to(lastLine(event.line())),
                        "In earlier issues " + city + " is in " + usual + ". Look at it.",
                        () -> line.replace(city + ", " + rest, city + ", " + usual));
            }
        }
    }

    private static String country(String rest) {
        return rest.substring(rest.lastIndexOf(' ') + 1);
    }
}
