package dev.broadsheet.platform;

import dev.broadsheet.platform.BackupFile.Partition;
import dev.broadsheet.platform.BackupFile.Sequence;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is in a database, as the database itself tells it: so a backup needs no list that somebody forgets to extend. */
class SchemaCatalog {

    /**
     * Not moved, since they speak of processes, not of the installation: the schema's history is written anew by the
     * migration, nodes sign in again, and locks are made when first taken. All other tables of Quartz come along. The
     * fired triggers must: Quartz finds no node for them, and so sets free again (or fires again, where the job asks for
     * recovery) what was being fired. Without them such triggers would stand still for ever.
     */
    static final Set<String> NOT_MOVED = Set.of("flyway_schema_history", "qrtz_scheduler_state", "qrtz_locks");

    /** @param partition null where it is not a part of another */
    record Table(String name, @Nullable Partition partition, List<String> columns) {}

    private final Connection connection;

    SchemaCatalog(Connection connection) {
        this.connection = connection;
    }

    /** Every table that holds rows of its own, those it refers to before it. */
    List<Table> tables() throws SQLException {
        Map<String, Table> tables = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        select c.relname, p.relname, pg_get_expr(c.relpartbound, c.oid), coalesce(c.reloptions, '{}'),
                          (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
                           where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '')
                        from pg_class c
                        left join pg_inherits i on i.inhrelid = c.oid
                        left join pg_class p on p.oid = i.inhparent
                        where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
                          and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
                        order by c.relname
                        """)) {
            while (row.next()) {
                String parent = row.getString(2);
                Partition partition = parent == null
                        ? null
                        : new Partition(parent, String.valueOf(row.getString(3)), texts(row.getArray(4)));
                tables.put(row.getString(1), new Table(row.getString(1), partition, texts(row.getArray(5))));
            }
        }
        tables.keySet().removeAll(NOT_MOVED);
        Map<String, Set<String>> references = references();
        Set<String> ordered = new LinkedHashSet<>();
        for (String table : tables.keySet()) {
            append(table, references, ordered, new LinkedHashSet<>());
        }
        ordered.retainAll(tables.keySet());
        return ordered.stream().map(tables::get).toList();
    }

    private static void append(
            String table, Map<String, Set<String>> references, Set<String> ordered, Set<String> onTheWay) {
        if (ordered.contains(table)) {
            return;
        }
        if (!onTheWay.add(table)) {
            throw new IllegalStateException("Tables refer to each other in a circle: " + onTheWay);
        }
        for (String referred : references.getOrDefault(table, Set.of())) {
            append(referred, references, ordered, onTheWay);
        }
        onTheWay.remove(table);
        ordered.add(table);
    }

    private Map<String, Set<String>> references() throws SQLException {
        Map<String, Set<String>> references = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        select c.relname, r.relname from pg_constraint f
                        join pg_class c on c.oid = f.conrelid
                        join pg_class r on r.oid = f.confrelid
                        where f.contype = 'f' and c.oid <> r.oid and c.relnamespace = current_schema()::regnamespace
                        order by 1, 2
                        """)) {
            while (row.next()) {
                references
                        .computeIfAbsent(row.getString(1), table -> new LinkedHashSet<>())
                        .add(row.getString(2));
            }
        }
        return references;
    }

    /** With the numbers they have given out; sequences know no transactions, so read them after the rows. */
    List<Sequence> sequences() throws SQLException {
        List<Sequence> sequences = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            List<String> names = new ArrayList<>();
            try (ResultSet row = statement.executeQuery("""
                    select c.relname from pg_class c
                    where c.relkind = 'S' and c.relnamespace = current_schema()::regnamespace
                      and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
                    order by 1
                    """)) {
                while (row.next()) {
                    names.add(row.getString(1));
                }
            }
            for (String name : names) {
                try (ResultSet row = statement.executeQuery("select last_value, is_called from " + quoted(name))) {
                    row.next();
                    sequences.add(new Sequence(name, row.getLong(1), row.getBoolean(2)));
                }
            }
        }
        return sequences;
    }

    boolean has(String relation) throws SQLException {
        try (var statement = connection.prepareStatement(
                "select 1 from pg_class where relname = ? and relnamespace = current_schema()::regnamespace")) {
            statement.setString(1, relation);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    boolean hasRows(String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select exists (select 1 from " + quoted(table) + ")")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** The version that Flyway brought the schema to; null where it never did. */
    @Nullable
    String schemaVersion() throws SQLException {
        if (!has("flyway_schema_history")) {
            return null;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        select version from flyway_schema_history
                        where success and version is not null order by installed_rank desc limit 1
                        """)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }
}
