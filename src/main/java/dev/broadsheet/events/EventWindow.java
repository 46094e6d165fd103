package dev.broadsheet.events;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The days that a section says it covers: {@code Rusty Events between 2024-10-23 - 2024-11-20 🦀}.
 *
 * @param from null with {@code to} where it cannot be read
 * @param line of the source
 * @param text the line as written
 * @param repair the line as it should be; null where it is, or where its days cannot be read
 */
public record EventWindow(
        @Nullable LocalDate from,
        @Nullable LocalDate to,
        Form form,
        int line,
        String text,
        @Nullable String repair) {

    /** How it is written. */
    public enum Form {
        /** As it should be. */
        ISO,
        /** ISO dates with something else than a hyphen or an en dash between them, or days and months of one digit. */
        DAMAGED,
        /** {@code 1/19/2022 - 2/16/2022}: month, day, year; the house style until February 2022. */
        NOT_ISO,
        UNREADABLE
    }

    /** A window stands at its line's beginning, behind a few words. */
    private static final int MAX_LENGTH = 300;

    private static final String WORDS = "events between";

    private static final Pattern ISO = Pattern.compile("(\\d{4})-(\\d{1,2})-(\\d{1,2})");
    private static final Pattern MONTH_FIRST = Pattern.compile("(\\d{1,2})/(\\d{1,2})/(\\d{4})");

    /** Null where the line is none. */
    static @Nullable EventWindow read(SourceLine line) {
        String text = line.text();
        if (text.length() > MAX_LENGTH) {
            return null;
        }
        EventWindow window = read(line, ISO, 1, 2, 3);
        if (window == null) {
            window = read(line, MONTH_FIRST, 3, 1, 2);
        }
        boolean saysSo = text.toLowerCase(Locale.ROOT).contains(WORDS);
        return window == null && saysSo
                ? new EventWindow(null, null, Form.UNREADABLE, line.number(), text, null)
                : window;
    }

    private static @Nullable EventWindow read(SourceLine line, Pattern date, int year, int month, int day) {
        String text = line.text();
        Matcher matcher = date.matcher(text);
        if (!matcher.find()) {
            return null;
        }
        int start = matcher.start();
        String first = matcher.group();
        LocalDate from = date(matcher, year, month, day);
        int between = matcher.end();
        if (!matcher.find() || matcher.start() - between > 12) {
            return null;
        }
        LocalDate to = date(matcher, year, month, day);
        if (from == null || to == null) {
            return new EventWindow(null, null, Form.UNREADABLE, line.number(), text, null);
        }
        String joining = text.substring(between, matcher.start()).strip();
        boolean whole = from.toString().equals(first)
                && to.toString().equals(matcher.group())
                && (joining.equals("-") || joining.equals("–"));
        Form form = date == MONTH_FIRST ? Form.NOT_ISO : whole ? Form.ISO : Form.DAMAGED;
        String repair = text.substring(0, start) + from + " - " + to + text.substring(matcher.end());
        return new EventWindow(from, to, form, line.number(), text, form == Form.ISO ? null : repair);
    }

    private static @Nullable LocalDate date(Matcher matcher, int year, int month, int day) {
        try {
            return LocalDate.of(
                    Integer.parseInt(matcher.group(year)),
                    Integer.parseInt(matcher.group(month)),
                    Integer.parseInt(matcher.group(day)));
        } catch (DateTimeException e) {
            return null;
        }
    }
}
