package dev.broadsheet.mail;

import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operator set while running; null: as the environment says. It is in the database, so that it holds on every node
 * and after a restart.
 *
 * @param messagesPerSecond 0.001 to 1,000,000
 * @param perHour 1 or more
 * @param perDay 1 or more
 * @param warmUp the first day (UTC)
 */
public record LimitSettings(
        @Nullable Double messagesPerSecond,
        @Nullable Long perHour,
        @Nullable Long perDay,
        @Nullable LocalDate warmUp) {

    static final LimitSettings NONE = new LimitSettings(null, null, null, null);

    HouseLimits over(HouseLimits environment) {
        return new HouseLimits(
                messagesPerSecond == null ? environment.messagesPerSecond() : messagesPerSecond,
                perHour == null ? environment.perHour() : perHour,
                perDay == null ? environment.perDay() : perDay,
                warmUp == null ? environment.warmUp() : warmUp);
    }

    /** Those that are set, by the names that callers know. */
    public Map<String, Object> byName() {
        Map<String, Object> set = new LinkedHashMap<>();
        put(set, "messagesPerSecond", messagesPerSecond);
        put(set, "perHour", perHour);
        put(set, "perDay", perDay);
        put(set, "warmUp", warmUp == null ? null : warmUp.toString());
        return set;
    }

    private static void put(Map<String, Object> set, String name, @Nullable Object value) {
        if (value != null) {
            set.put(name, value);
        }
    }
}
