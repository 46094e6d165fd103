package dev.broadsheet.events;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An event in the house style until February 2022: {@code * [February 8, 2022 | Place | **Title** |
 * Organiser](https://…)}. Place and organiser may be missing.
 */
final class OldEventLine {

    private static final String STARS = "**";

    private static final Pattern DATE =
            Pattern.compile("([A-Z][a-z]{2})[a-z]*+\\.? {1,3}(\\d{1,2})(?: ?[-–] ?(\\d{1,2}))?(?:,? {0,3}(\\d{4}))?");

    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

    /** Without a year, the day is at most this long past. */
    private static final int DAYS_PAST = 60;

    private OldEventLine() {}

    /** Null, and a note, where it cannot be read. @param issueDate gives the year where none is named */
    static @Nullable ListedEvent read(
            ListLine line, LocalDate issueDate, @Nullable String region, List<EventNote> notes) {
        MarkdownLink link = MarkdownLink.next(line.body(), 0);
        List<String> parts = link == null ? List.of("") : List.of(link.text().split("\\|", -1));
        EventDays.Span days = days(parts.get(0).strip(), issueDate);
        if (link == null || days == null) {
            Slips slips = new Slips();
            slips.add(
                    "event-form",
                    "Write it as: * 2022-02-08 | City, CC | [Organiser](https://…), and below it, indented:"
                            + " * [**Title**](https://…)");
            slips.addTo(notes, line, null);
            return null;
        }
        int titleStart = parts.size() < 4 ? 1 : 2;
        int titleEnd = titleStart + 1;
        for (int i = parts.size() - 1; i > 0; i--) {
            if (parts.get(i).contains(STARS)) {
                titleEnd = titleStart == i ? i + 1 : Math.max(titleEnd, i + 1);
                titleStart = parts.get(i).strip().startsWith(STARS) ? i : titleStart;
            }
        }
        String title = PlainText.of(String.join("|", parts.subList(titleStart, titleEnd)));
        String organiser = PlainText.of(String.join("|", parts.subList(titleEnd, parts.size())));
        return new ListedEvent(
                line.number(),
                days.from(),
                days.to(),
                Place.read(titleStart > 1 ? parts.get(1) : ""),
                organiser.isEmpty() ? List.of() : List.of(new Organiser(organiser, null)),
                title.isEmpty() ? line.body() : title,
                line.number(),
                WebAddress.meant(link.address()),
                List.of(),
                region);
    }

    private static EventDays.@Nullable Span days(String text, LocalDate issueDate) {
        Matcher date = DATE.matcher(text);
        if (!date.matches()) {
            return null;
        }
        int month = MONTHS.indexOf(date.group(1).toLowerCase(Locale.ROOT)) + 1;
        int day = Integer.parseInt(date.group(2));
        try {
            LocalDate from = date.group(4) == null
                    ? near(issueDate, month, day)
                    : LocalDate.of(Integer.parseInt(date.group(4)), month, day);
            LocalDate to = date.group(3) == null ? from : from.withDayOfMonth(Integer.parseInt(date.group(3)));
            return to.isBefore(from) ? null : new EventDays.Span(from, to);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static LocalDate near(LocalDate issueDate, int month, int day) {
        LocalDate thisYear = LocalDate.of(issueDate.getYear(), month, day);
        return thisYear.isBefore(issueDate.minusDays(DAYS_PAST)) ? thisYear.plusYears(1) : thisYear;
    }
}
