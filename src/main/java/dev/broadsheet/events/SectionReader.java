package dev.broadsheet.events;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Walks down the lines of an events section, once. */
final class SectionReader {

    /** Longer lines are no events; real ones have 400 characters at most. */
    private static final int MAX_LENGTH = 4_000;

    /** Real events have three at most. */
    private static final int MAX_TITLES = 20;

    /** The paragraph about how to add an event; what follows it are no events. */
    private static final String OUTRO = "If you are running";

    private static final Pattern HEADING = Pattern.compile(" {0,3}#{1,6}(?:[ \\t]++(.*))?");

    private final List<SourceLine> lines;
    private final LocalDate issueDate;
    private final boolean followsGrammar;

    private final List<Region> regions = new ArrayList<>();
    private final List<ListedEvent> events = new ArrayList<>();
    private final List<EventNote> notes = new ArrayList<>();
    private final List<TitleLine> titles = new ArrayList<>();
    private @Nullable EventWindow window;
    private @Nullable String region;
    private @Nullable ListLine eventSource;
    private @Nullable EventLine event;
    private boolean ended;

    SectionReader(List<SourceLine> lines, LocalDate issueDate) {
        this.lines = lines;
        this.issueDate = issueDate;
        this.followsGrammar = followsGrammar(lines);
    }

    EventsSection read() {
        for (int i = 0; i < lines.size(); i++) {
            Matcher heading = HEADING.matcher(lines.get(i).text());
            if (!heading.matches()) {
                read(lines.get(i));
            } else if (i > 0) {
                closeEvent();
                startRegion(lines.get(i).number(), heading.group(1));
            }
        }
        closeEvent();
        notes.sort(Comparator.comparingInt(EventNote::line));
        return new EventsSection(window, List.copyOf(regions), List.copyOf(events), List.copyOf(notes));
    }

    /** Sections of before 2018 do not: nothing is said about their lines. */
    private static boolean followsGrammar(List<SourceLine> lines) {
        int items = 0;
        int events = 0;
        for (SourceLine source : lines) {
            ListLine line = ListLine.of(source);
            if (line.hasBullet() && line.indent() == 0) {
                items++;
                events += line.beginsWithDate() || line.isOldForm() ? 1 : 0;
            }
        }
        return events > 0 && events * 2 >= items;
    }

    private void startRegion(int line, @Nullable String heading) {
        String name = PlainText.of(heading == null ? "" : heading);
        int end = name.length();
        while (end > 0 && "#: ".indexOf(name.charAt(end - 1)) >= 0) {
            end--;
        }
        region = name.substring(0, end);
        regions.add(new Region(region, line));
    }

    private void read(SourceLine source) {
        ListLine line = ListLine.of(source);
        if (line.body().isEmpty()) {
            return;
        } else if (line.text().length() > MAX_LENGTH) {
            closeEvent();
            if (followsGrammar && line.hasLinkOrPipe()) {
                note(line, "line-too-long", "This line is too long for an event. Put each event on lines of its own.");
            }
        } else if (line.beginsWithDate() && (followsGrammar || line.body().indexOf('|') > 0)) {
            closeEvent();
            eventSource = line;
            event = EventLine.read(line, notes);
        } else if (line.isOldForm()) {
            closeEvent();
            ListedEvent old = OldEventLine.read(line, issueDate, region, followsGrammar ? notes : new ArrayList<>());
            if (old != null) {
                events.add(old);
            }
        } else if (line.text().startsWith(OUTRO)) {
            closeEvent();
            ended = true;
        } else if (!line.hasBullet() && window == null && region == null && event == null) {
            window = EventWindow.read(source);
        } else if (!ended) {
            readBelow(line);
        }
    }

    /** What is no event's first line: its title, a remark, or something lost. */
    private void readBelow(ListLine line) {
        boolean linked = MarkdownLink.next(line.body(), 0) != null;
        boolean item = line.hasBullet() || line.body().startsWith("[**");
        boolean below = line.indent() > 0 || titles.isEmpty();
        boolean otherEvent = line.indent() == 0 && !line.body().startsWith("[");
        if (event != null && item && below && !otherEvent) {
            if ((linked && titles.size() < MAX_TITLES) || (titles.isEmpty() && line.hasBullet())) {
                titles.add(TitleLine.read(line, notes));
            }
        } else if (followsGrammar && line.hasBullet() && line.hasLinkOrPipe()) {
            if (line.body().startsWith("[")) {
                note(
                        line,
                        "title-without-event",
                        "The line with date, place and organiser is missing above this title:"
                                + " * 2024-10-23 | City, CC | [Organiser](https://…)");
            } else {
                note(
                        line,
                        "date-missing",
                        "An event begins with its date: * 2024-10-23 | City, CC | [Organiser](https://…)");
            }
        }
    }

    private void closeEvent() {
        if (event != null && eventSource != null) {
            if (titles.isEmpty()) {
                note(
                        eventSource,
                        "title-missing",
                        "The event has no title. Put it below, indented: * [**Title**](https://…)");
            }
            for (EventDays.Span days : event.spans()) {
                addEvents(event, days);
            }
        }
        event = null;
        eventSource = null;
        titles.clear();
    }

    /** A second title is a second event; a second link that is no title is another page of the first. */
    private void addEvents(EventLine line, EventDays.Span days) {
        int first = events.size();
        for (TitleLine title : titles) {
            if (events.size() > first && !title.bold()) {
                addMirror(title);
            } else {
                String text = title.title().isEmpty() ? nameOf(line, days) : title.title();
                events.add(listed(line, days, text, title.line(), title.url(), title.mirrors()));
            }
        }
        if (titles.isEmpty()) {
            events.add(listed(line, days, nameOf(line, days), line.line(), null, List.of()));
        }
    }

    private void addMirror(TitleLine title) {
        if (title.url() == null) {
            return;
        }
        ListedEvent last = events.remove(events.size() - 1);
        List<Mirror> mirrors = new ArrayList<>(last.mirrors());
        mirrors.add(new Mirror(title.title(), title.url()));
        events.add(new ListedEvent(
                last.line(),
                last.from(),
                last.to(),
                last.place(),
                last.organisers(),
                last.title(),
                last.titleLine(),
                last.url(),
                mirrors,
                last.region()));
    }

    private ListedEvent listed(
            EventLine line,
            EventDays.Span days,
            String title,
            int titleLine,
            @Nullable String url,
            List<Mirror> mirrors) {
        return new ListedEvent(
                line.line(),
                days.from(),
                days.to(),
                line.place(),
                line.organisers(),
                title,
                titleLine,
                url,
                mirrors,
                region);
    }

    private static String nameOf(EventLine line, EventDays.Span days) {
        String names = String.join(
                " + ", line.organisers().stream().map(Organiser::name).toList());
        String place = line.place().text();
        return !names.isBlank() ? names : place.isBlank() ? days.from().toString() : place;
    }

    private void note(ListLine line, String reason, String message) {
        Slips slips = new Slips();
        slips.add(reason, message);
        slips.addTo(notes, line, null);
    }
}
