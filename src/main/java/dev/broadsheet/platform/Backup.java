package dev.broadsheet.platform;

import dev.broadsheet.platform.BackupFile.Manifest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * Writes everything that an installation knows into one file, as it was at one moment, while the service goes on. Streams
 * it: a ledger of millions needs no more memory than an empty one.
 */
class Backup {

    private final Connection connection;
    private final Clock clock;
    private final Consumer<String> say;

    /** @param connection nobody else uses it */
    Backup(Connection connection, Clock clock, Consumer<String> say) {
        this.connection = connection;
        this.clock = clock;
        this.say = say;
    }

    /** The file is there whole or not at all. */
    void to(Path file) {
        if (Files.exists(file)) {
            throw new StartRefused("The file " + file + " is there already. Name another one.");
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.deleteIfExists(part);
            Files.createFile(part);
            DataFolder.permissions(part, PosixFilePermissions.fromString("rw-------"));
            try {
                write(part);
                try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new StartRefused("The backup " + file + " cannot be written (" + e.getMessage() + ").", e);
        } catch (SQLException e) {
            throw new StartRefused("The database did not let itself be read (" + BackupCommand.firstLine(e) + ").", e);
        }
    }

    private void write(Path part) throws IOException, SQLException {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setReadOnly(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0");
        }
        SchemaCatalog catalog = new SchemaCatalog(connection);
        String version = catalog.schemaVersion();
        if (version == null) {
            throw new StartRefused("There is nothing to back up: Broadsheet never ran on this database.");
        }
        List<SchemaCatalog.Table> tables = catalog.tables();
        lock(tables);
        CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
        List<BackupFile.Table> written = new ArrayList<>();
        try (ZipOutputStream zip =
                new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(part), 1 << 16))) {
            for (SchemaCatalog.Table table : tables) {
                BackupFile.Table entry = new BackupFile.Table(table.name(), table.partition(), table.columns(), 0);
                zip.putNextEntry(new ZipEntry(entry.entry()));
                long rows = copy.copyOut(
                        "copy " + SchemaCatalog.quoted(table.name()) + columnList(table.columns()) + " to stdout",
                        (OutputStream) zip);
                zip.closeEntry();
                written.add(new BackupFile.Table(table.name(), table.partition(), table.columns(), rows));
                say.accept(table.name() + ": " + rows + (rows == 1 ? " row" : " rows"));
            }
            zip.putNextEntry(new ZipEntry(BackupFile.MANIFEST));
            zip.write(BackupFile.JSON
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsBytes(new Manifest(
                            BackupFile.FORMAT, version, clock.instant().toString(), written, catalog.sequences())));
            zip.closeEntry();
        }
        connection.rollback();
    }

    /** Old partitions of the ledger may be dropped at any time; not while they are read. */
    private void lock(List<SchemaCatalog.Table> tables) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (SchemaCatalog.Table table : tables) {
                statement.execute("lock table " + SchemaCatalog.quoted(table.name()) + " in access share mode");
            }
        }
    }

    static String columnList(List<String> columns) {
        return columns.stream()
                .map(SchemaCatalog::quoted)
                .collect(java.util.stream.Collectors.joining(", ", " (", ")"));
    }
}
