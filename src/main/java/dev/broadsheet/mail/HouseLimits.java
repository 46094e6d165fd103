package dev.broadsheet.mail;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What holds over all campaigns and nodes: what was set while running, and otherwise what the environment says; see
 * {@link LimitConfig} for what each means.
 *
 * @param perHour null for no such limit
 * @param perDay likewise
 * @param warmUp the first day (UTC) of a warm-up; null for none
 */
public record HouseLimits(
        double messagesPerSecond,
        @Nullable Long perHour,
        @Nullable Long perDay,
        @Nullable LocalDate warmUp) {

    /** Whether an hour or a day has a share that can be used up. */
    boolean haveQuotas() {
        return perHour != null || perDay != null || warmUp != null;
    }
}
