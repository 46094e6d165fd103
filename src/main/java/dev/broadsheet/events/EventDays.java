package dev.broadsheet.events;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The days that an event's line begins with: one, a range, or several; also when written in other ways than the
 * grammar asks.
 *
 * @param spans empty where a day is not in the calendar
 * @param end behind them in the text
 * @param slip what is wrong with them, the worst of it; null where nothing is
 * @param repair one day or range as the grammar asks; null where they are none
 */
record EventDays(
        List<Span> spans,
        int end,
        @Nullable Slip slip,
        @Nullable String repair) {

    /** First and last day. */
    record Span(LocalDate from, LocalDate to) {}

    enum Slip {
        FORM,
        NO_SUCH_DAY,
        BACKWARDS,
        SEVERAL
    }

    private static final Pattern FIRST = Pattern.compile("(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})(?!\\d)");

    /** Year and month are those of the day before where they are left out. */
    private static final Pattern NEXT = Pattern.compile("\\s{0,3}([-–—*~,&+/;]|to|until|bis|and|und)\\s{0,3}"
            + "(?:(?:(\\d{4})[-/.])?(\\d{1,2})[-/.])?(\\d{1,2})(?![\\p{L}\\d])");

    private static final Pattern REGULAR = Pattern.compile("\\d{4}-\\d{2}-\\d{2}(?: ?[-–] ?\\d{4}-\\d{2}-\\d{2})?");

    private static final Pattern SEVERAL = Pattern.compile("[,&+/;]|and|und");

    /** What follows further days is not read as days. */
    private static final int MAX_SPANS = 31;

    static boolean isAtStart(String text) {
        return FIRST.matcher(text).lookingAt();
    }

    /** Null where the text begins with no date. */
    static @Nullable EventDays read(String text) {
        Matcher first = FIRST.matcher(text);
        if (!first.lookingAt()) {
            return null;
        }
        int end = first.end();
        LocalDate last = day(number(first, 1), number(first, 2), number(first, 3));
        List<Span> spans = new ArrayList<>();
        boolean backwards = false;
        boolean missing = last == null;
        if (last != null) {
            spans.add(new Span(last, last));
        }
        Matcher next = NEXT.matcher(text);
        while (last != null
                && spans.size() < MAX_SPANS
                && next.region(end, text.length()).lookingAt()) {
            LocalDate day = day(
                    next.group(2) == null ? last.getYear() : number(next, 2),
                    next.group(3) == null ? last.getMonthValue() : number(next, 3),
                    number(next, 4));
            end = next.end();
            if (day == null) {
                missing = true;
                break;
            } else if (SEVERAL.matcher(next.group(1)).matches()) {
                spans.add(new Span(day, day));
            } else {
                LocalDate from = spans.remove(spans.size() - 1).from();
                backwards |= day.isBefore(from);
                spans.add(new Span(from, day.isBefore(from) ? from : day));
            }
            last = day;
        }
        List<Span> distinct = missing ? List.of() : List.copyOf(new LinkedHashSet<>(spans));
        Slip slip = null;
        if (missing) {
            slip = Slip.NO_SUCH_DAY;
        } else if (backwards) {
            slip = Slip.BACKWARDS;
        } else if (distinct.size() > 1) {
            slip = Slip.SEVERAL;
        } else if (!REGULAR.matcher(text.substring(0, end)).matches()) {
            slip = Slip.FORM;
        }
        return new EventDays(distinct, end, slip, backwards ? null : repair(distinct));
    }

    private static @Nullable String repair(List<Span> spans) {
        for (int i = 1; i < spans.size(); i++) {
            if (!spans.get(i).from().equals(spans.get(i - 1).to().plusDays(1))) {
                return null;
            }
        }
        if (spans.isEmpty()) {
            return null;
        }
        LocalDate from = spans.get(0).from();
        LocalDate to = spans.get(spans.size() - 1).to();
        return from.equals(to) ? from.toString() : from + " - " + to;
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }

    private static @Nullable LocalDate day(int year, int month, int day) {
        try {
            return LocalDate.of(year, month, day);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
