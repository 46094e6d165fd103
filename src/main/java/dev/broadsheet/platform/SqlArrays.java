package dev.broadsheet.platform;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.stream.Stream;

/** Arrays as parameters of statements, for {@code unnest}. */
public final class SqlArrays {

    private SqlArrays() {}

    /**
     * Sets one. Of moments the driver would keep the local time without its offset, and so take one hour a year for
     * another: they go as text.
     *
     * @param type of an element, as PostgreSQL calls it
     * @param values texts, numbers, booleans, {@code Instant}s, null
     */
    public static void set(PreparedStatement statement, int place, String type, Stream<?> values) throws SQLException {
        Object[] elements = values.map(value -> value instanceof Instant at ? at.toString() : value)
                .toArray(size -> ofType(type, size));
        statement.setArray(place, statement.getConnection().createArrayOf(type, elements));
    }

    /** Of these types the driver sends arrays as they are, not as text. */
    private static Object[] ofType(String type, int size) {
        return switch (type) {
            case "bigint" -> new Long[size];
            case "text" -> new String[size];
            case "boolean" -> new Boolean[size];
            default -> new Object[size];
        };
    }
}
