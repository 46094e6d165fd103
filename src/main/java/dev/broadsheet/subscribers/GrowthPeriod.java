package dev.broadsheet.subscribers;

import dev.broadsheet.platform.Problem;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** The days that a caller asks for, both ends too: the last 30 where nothing is said. */
record GrowthPeriod(LocalDate from, LocalDate to) {

    /** Ten years. */
    private static final int MOST = 3_660;

    private static final int USUAL = 30;

    /** @throws Problem 400 where a text is no date, they are the wrong way round, or too far apart */
    static GrowthPeriod of(@Nullable String from, @Nullable String to, LocalDate today) {
        LocalDate last = to == null || to.isEmpty() ? today : date("to", to);
        LocalDate first = from == null || from.isEmpty() ? last.minusDays(USUAL - 1) : date("from", from);
        if (first.isAfter(last)) {
            throw Problem.invalid("from (" + first + ") is after to (" + last + ").");
        }
        if (ChronoUnit.DAYS.between(first, last) >= MOST) {
            throw Problem.invalid("from and to are at most " + MOST + " days.");
        }
        return new GrowthPeriod(first, last);
    }

    private static LocalDate date(String name, String text) {
        try {
            LocalDate date = LocalDate.parse(text);
            if (date.getYear() >= 1000 && date.getYear() <= 9999) {
                return date;
            }
        } catch (DateTimeException e) {
            // told below
        }
        throw Problem.invalid(name + " is a date such as 2026-03-01.");
    }
}
