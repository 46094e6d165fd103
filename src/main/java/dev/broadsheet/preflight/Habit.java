package dev.broadsheet.preflight;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What a newsletter nearly always does: at least three times, and at least four times of five. */
final class Habit {

    static final int MIN = 3;

    private Habit() {}

    static <T> boolean is(List<T> times, Predicate<T> so) {
        return isEnough(times.stream().filter(so).count(), times.size());
    }

    /** What is the same nearly every time. */
    static <T> Optional<T> of(List<T> values) {
        Map<T, Integer> counts = new HashMap<>();
        values.forEach(value -> counts.merge(value, 1, Integer::sum));
        return counts.entrySet().stream()
                .filter(entry -> isEnough(entry.getValue(), values.size()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    static boolean isEnough(long times, int of) {
        return times >= MIN && times * 5 >= of * 4L;
    }
}
