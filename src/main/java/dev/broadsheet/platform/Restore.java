package dev.broadsheet.platform;

import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * Fills an empty database from a {@link BackupFile}, all in one transaction. It needs no more rights than the service
 * itself has: rows are loaded in the order of their references instead of with the constraints off.
 */
class Restore {

    static final String REASON_CODE = "restored";

    private static final String REASON_TEXT =
            "Restored from a backup: this campaign may have gone on after the backup was"
                    + " made. Compare its recipients with what your mail provider sent since, then resume or cancel it.";

    /** What PostgreSQL prints of the bound of a list's partition, or of one in time; nothing else from a file becomes SQL. */
    private static final Pattern BOUND = Pattern.compile("FOR VALUES IN \\('?-?[0-9]+'?\\)"
            + "|FOR VALUES FROM \\('[0-9: +-]{10,35}'\\) TO \\('[0-9: +-]{10,35}'\\)");

    private static final Pattern OPTION = Pattern.compile("[a-z_.]+=[A-Za-z0-9.]+");

    private final EmbeddedDatabase.Access target;
    private final Consumer<String> say;

    Restore(EmbeddedDatabase.Access target, Consumer<String> say) {
        this.target = target;
        this.say = say;
    }

    void from(BackupFile backup) {
        String version = backup.manifest().schemaVersion();
        try (Connection connection = BackupCommand.connect(target)) {
            SchemaCatalog catalog = new SchemaCatalog(connection);
            refuseUnlessEmpty(catalog, version);
            migrate(version);
            say.accept("The schema is at version " + version + ".");
            load(connection, backup);
        } catch (SQLException e) {
            throw new StartRefused(
                    "The backup could not be loaded, and nothing of it was (" + BackupCommand.firstLine(e) + ").", e);
        } catch (IOException e) {
            throw new StartRefused(
                    "The backup could not be read to its end, and nothing of it was loaded (" + e.getMessage() + ").",
                    e);
        }
    }

    private static void refuseUnlessEmpty(SchemaCatalog catalog, String version) throws SQLException {
        List<SchemaCatalog.Table> tables = catalog.tables();
        @Nullable String present = catalog.schemaVersion();
        if (present == null && !tables.isEmpty()) {
            throw notEmpty(tables.get(0).name());
        }
        for (SchemaCatalog.Table table : tables) {
            if (isMade(table.partition()) || catalog.hasRows(table.name())) {
                throw notEmpty(table.name());
            }
        }
        if (present != null
                && MigrationVersion.fromVersion(present).compareTo(MigrationVersion.fromVersion(version)) > 0) {
            throw new StartRefused("The tables of this database are newer (version " + present + ") than the backup ("
                    + version + "). Restore into a new, empty database; the service then brings it up to date.");
        }
    }

    private static StartRefused notEmpty(String table) {
        return new StartRefused("The database is not empty (there is something in " + table
                + "), and a restore never mixes two installations. Nothing was changed. Restore into a new, empty database,"
                + " before the service runs on it for the first time.");
    }

    private void migrate(String version) {
        try {
            Flyway flyway = Flyway.configure()
                    .dataSource(target.jdbcUrl(), target.username(), target.password())
                    .locations("classpath:db/migration")
                    .target(MigrationVersion.fromVersion(version))
                    .load();
            boolean known = List.of(flyway.info().all()).stream()
                    .anyMatch(migration -> MigrationVersion.fromVersion(version).equals(migration.getVersion()));
            if (!known) {
                throw new StartRefused("The backup is of a newer Broadsheet (schema version " + version
                        + ", unknown here). Restore it with the Broadsheet that made it.");
            }
            flyway.migrate();
        } catch (FlywayException e) {
            throw new StartRefused("The tables could not be made (" + e.getMessage() + ").", e);
        }
    }

    private void load(Connection connection, BackupFile backup) throws SQLException, IOException {
        connection.setAutoCommit(false);
        execute(
                connection,
                "set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0;"
                        // what triggers count is in the backup
                        + " set local broadsheet.restoring = 'on'");
        SchemaCatalog catalog = new SchemaCatalog(connection);
        Set<String> present = new HashSet<>();
        for (SchemaCatalog.Table table : catalog.tables()) {
            // Keeps out a service, or a second restore, that starts this very moment.
            execute(connection, "lock table " + SchemaCatalog.quoted(table.name()) + " in access exclusive mode");
            if (catalog.hasRows(table.name())) {
                throw notEmpty(table.name());
            }
            present.add(table.name());
        }
        CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
        for (BackupFile.Table table : backup.manifest().tables()) {
            if (table.partition() != null && isMade(table.partition())) {
                create(connection, table.name(), table.partition());
            } else if (!present.contains(table.name())) {
                throw new StartRefused("The backup has a table " + table.name() + " that version "
                        + backup.manifest().schemaVersion() + " of the schema does not have.");
            }
            long rows;
            try (InputStream in = backup.rows(table)) {
                rows = copy.copyIn(
                        "copy " + SchemaCatalog.quoted(table.name()) + Backup.columnList(table.columns())
                                + " from stdin",
                        in);
            }
            if (rows != table.rows()) {
                throw new StartRefused("Of " + table.name() + " the backup should have " + table.rows()
                        + " rows, but has " + rows + ". Nothing was restored.");
            }
            if (table.partition() != null && isMade(table.partition())) {
                attach(connection, table.name(), table.partition());
            }
            say.accept(table.name() + ": " + rows + (rows == 1 ? " row" : " rows"));
        }
        for (BackupFile.Sequence sequence : backup.manifest().sequences()) {
            set(connection, sequence);
        }
        int paused = pauseCampaigns(connection);
        if (present.contains("newsletter_schedule")) { // not in backups of older versions
            // what came by schedule since the backup was sent by then, and is not made up for here
            execute(connection, "update newsletter_schedule set next_run = null where next_run <= now()");
        }
        connection.commit();
        connection.setAutoCommit(true);
        execute(connection, "analyze");
        if (paused > 0) {
            say.accept(paused + (paused == 1 ? " campaign that was" : " campaigns that were")
                    + " being sent, or due by now, paused: compare with what your mail provider sent since the backup of "
                    + backup.manifest().createdAt() + ", then resume or cancel.");
        }
    }

    /** Whether the service made it as it went, as it does all parts but the one for the rest, which the schema has. */
    private static boolean isMade(BackupFile.@Nullable Partition partition) {
        return partition != null && !partition.bound().equals("DEFAULT");
    }

    /** As the ledger makes its partitions: a table of its own first, attached when it is filled. */
    private static void create(Connection connection, String name, BackupFile.Partition partition) throws SQLException {
        if (!BOUND.matcher(partition.bound()).matches()
                || !partition.options().stream()
                        .allMatch(option -> OPTION.matcher(option).matches())) {
            throw new StartRefused(
                    "The backup says of " + name + " what Broadsheet never writes. Nothing was restored.");
        }
        String options = partition.options().isEmpty() ? "" : " with (" + String.join(", ", partition.options()) + ")";
        execute(
                connection,
                "create table " + SchemaCatalog.quoted(name) + " (like " + SchemaCatalog.quoted(partition.parent())
                        + " including all)" + options);
    }

    private static void attach(Connection connection, String name, BackupFile.Partition partition) throws SQLException {
        execute(
                connection,
                "alter table " + SchemaCatalog.quoted(partition.parent()) + " attach partition "
                        + SchemaCatalog.quoted(name) + " " + partition.bound());
    }

    private static void set(Connection connection, BackupFile.Sequence sequence) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select setval(?::regclass, ?, ?)")) {
            statement.setString(1, SchemaCatalog.quoted(sequence.name()));
            statement.setLong(2, sequence.value());
            statement.setBoolean(3, sequence.called());
            statement.execute();
        }
    }

    /**
     * What was sent after the backup is not in it. So whatever could send the same again by itself waits for a person:
     * campaigns that were being sent, and those that were to start before now.
     */
    private static int pauseCampaigns(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                update campaign set state = 'PAUSED', reason_code = ?, reason_text = ?, reason_since = now()
                where state = 'SENDING' or (state = 'SCHEDULED' and send_at <= now())
                """)) {
            statement.setString(1, REASON_CODE);
            statement.setString(2, REASON_TEXT);
            return statement.executeUpdate();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
