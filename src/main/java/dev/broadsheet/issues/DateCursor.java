package dev.broadsheet.issues;

import dev.broadsheet.platform.Problem;
import java.time.DateTimeException;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** A place in a list of issues by date, newest first: behind this date and id. */
public record DateCursor(LocalDate date, long id) {

    /** @return null where none is given. @throws Problem 400 where it is not one of ours */
    public static @Nullable DateCursor parse(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            int at = text.indexOf('.');
            return new DateCursor(
                    LocalDate.parse(text.substring(0, Math.max(at, 0))), Long.parseLong(text.substring(at + 1)));
        } catch (DateTimeException | NumberFormatException e) {
            throw Problem.invalid("after is the next of an earlier answer.");
        }
    }

    @Override
    public String toString() {
        return date + "." + id;
    }
}
