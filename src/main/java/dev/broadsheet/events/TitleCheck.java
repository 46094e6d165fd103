package dev.broadsheet.events;

import java.time.LocalDate;
import java.time.Month;
import java.time.YearMonth;
import java.time.format.TextStyle;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks for titles that somebody meant to fill in later, or took over from another month. */
final class TitleCheck {

    private static final Pattern PLACEHOLDER = Pattern.compile(
            "\\b(?:TB[DAC]|tbd|tba|[Tt]o be (?:announced|determined|decided|confirmed)|[Pp]lace ?-?[Hh]older)\\b");

    /** {@code Rust and Tell - Title}. */
    private static final Pattern BARE_TITLE = Pattern.compile("(?:.*[-–—:|] {0,3})?(?:Title|Event Title|Meetup Title)");

    private static final String MONTHS = "(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
            + "|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)";

    /**
     * A month that means the event's own: before a day or a year, or before a word for a meeting. Names alone may be
     * people (April, August) or verbs (March, May).
     */
    private static final Pattern MONTH =
            Pattern.compile("\\b" + MONTHS + "\\b\\.?(?:,? (?:20\\d\\d|[0-3]?\\d(?:st|nd|rd|th)?)\\b"
                    + "|(?: [\\p{L}&]+){0,2} (?:[Mm]eet-?[Uu]p|Meeting|Social|Edition|Night|Talks?|Gathering)\\b)");

    /** {@code Register by 23 April}, {@code since May 2024}: another day than the event's. */
    private static final Pattern OTHER_DAY = Pattern.compile(
            "(?i).*\\b(?:by|until|till|before|after|since|from|deadline|closes?|ends?)(?: \\S{1,12}){0,2} ?");

    /** A meeting of June may be held in the first days of July. */
    private static final int DAYS_OFF = 7;

    private static final int MAX_LENGTH = 300;

    private TitleCheck() {}

    static Optional<EventNote> note(ListedEvent event) {
        String title = event.title();
        if (title.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        Matcher placeholder = PLACEHOLDER.matcher(title);
        if (placeholder.find()) {
            return Optional.of(note(event, "to-be-filled", placeholder.group(), "Is it known by now? Fill it in."));
        } else if (BARE_TITLE.matcher(title).matches()) {
            return Optional.of(note(event, "to-be-filled", "Title", "The event's own title is missing. Fill it in."));
        }
        Matcher month = MONTH.matcher(title);
        if (!month.find()
                || OTHER_DAY.matcher(title.substring(0, month.start())).matches()) {
            return Optional.empty();
        }
        Month named = month(month.group(1));
        if (named == null || isNear(event, named) || month.find()) {
            return Optional.empty();
        }
        return Optional.of(note(
                event,
                "other-month",
                title,
                "The title names " + named.getDisplayName(TextStyle.FULL, Locale.ENGLISH) + ", but the event is on "
                        + event.from() + ". Correct one of them."));
    }

    private static boolean isNear(ListedEvent event, Month month) {
        if (event.to().isAfter(event.from().plusYears(1))) {
            return true;
        }
        for (int year = event.from().getYear() - 1; year <= event.to().getYear() + 1; year++) {
            YearMonth named = YearMonth.of(year, month);
            LocalDate first = named.atDay(1).minusDays(DAYS_OFF);
            LocalDate last = named.atEndOfMonth().plusDays(DAYS_OFF);
            if (!event.to().isBefore(first) && !event.from().isAfter(last)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Month month(String name) {
        for (Month month : Month.values()) {
            if (month.name().startsWith(name.substring(0, 3).toUpperCase(Locale.ROOT))) {
                return month;
            }
        }
        return null;
    }

    private static EventNote note(ListedEvent event, String reason, String excerpt, String message) {
        return new EventNote("event-title-placeholder", reason, event.titleLine(), excerpt, message, null);
    }
}
