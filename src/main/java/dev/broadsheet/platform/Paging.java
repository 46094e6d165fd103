package dev.broadsheet.platform;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lists by cursor: {@code after} and {@code limit} in, {@code items} and {@code next} out. */
public final class Paging {

    /** Most items of one page. */
    public static final int MOST = 1000;

    private static final int USUAL = 100;

    private Paging() {}

    /** @param next what to give as {@code after} for the items behind these; null at the end */
    public record Page<T>(List<T> items, @Nullable String next) {}

    /** @throws Problem 400 where it is not between 1 and 1,000 */
    public static int limit(@Nullable Integer asked) {
        if (asked == null) {
            return USUAL;
        }
        if (asked < 1 || asked > MOST) {
            throw Problem.invalid("limit is between 1 and 1,000.");
        }
        return asked;
    }

    /** A cursor that is a number, 0 where none is given. @throws Problem 400 where it is not one of ours */
    public static long after(@Nullable String cursor) {
        try {
            return cursor == null || cursor.isEmpty() ? 0 : Long.parseLong(cursor);
        } catch (NumberFormatException e) {
            throw Problem.invalid("after is the next of an earlier answer.");
        }
    }

    /** @param found up to one more than the limit: the one more says that there is a next page */
    public static <E, V> Page<V> page(
            List<E> found, int limit, Function<E, String> cursor, Function<? super E, ? extends V> view) {
        List<E> shown = found.size() > limit ? found.subList(0, limit) : found;
        String next = found.size() > limit ? cursor.apply(shown.get(shown.size() - 1)) : null;
        return new Page<>(shown.stream().<V>map(view).toList(), next);
    }
}
