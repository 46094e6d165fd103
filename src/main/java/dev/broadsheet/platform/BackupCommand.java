package dev.broadsheet.platform;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * {@code backup FILE} and {@code restore FILE}: the way from the embedded database to a real one, and back after a loss.
 * They work on the database that the service would use with the same configuration.
 */
class BackupCommand {

    private final LaunchSettings settings;
    private final Consumer<String> say;

    BackupCommand(LaunchSettings settings, Consumer<String> say) {
        this.settings = settings;
        this.say = say;
    }

    void run(String... arguments) {
        if (arguments.length != 2) {
            throw new StartRefused("Say which file: " + arguments[0] + " FILE");
        }
        Path file = Path.of(arguments[1]).toAbsolutePath();
        if (arguments[0].equals("backup")) {
            backup(file);
        } else {
            restore(file);
        }
    }

    /** Also while the service runs. */
    private void backup(Path file) {
        if (settings.embedded()) {
            DataFolder folder = new DataFolder(settings.dataDir());
            if (!java.nio.file.Files.isDirectory(folder.resolve("postgres"))) {
                throw new StartRefused("There is nothing to back up: " + folder.path()
                        + " holds no database. Set BROADSHEET_DATA_DIR or QUARKUS_DATASOURCE_JDBC_URL.");
            }
            if (folder.tryLock()) {
                try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, EmbeddedDatabase.Durability.DURABLE)) {
                    backup(database.access(), file);
                } finally {
                    folder.unlock();
                }
            } else {
                backup(
                        EmbeddedDatabase.runningIn(folder)
                                .orElseThrow(
                                        () -> new StartRefused("Another Broadsheet is just starting or stopping on "
                                                + folder.path() + ". Try again in a few seconds.")),
                        file);
            }
            say.accept("Beside the backup keep the content of " + folder.resolve("secret")
                    + ": links in mails that were sent stay good only where it is BROADSHEET_SECRET.");
        } else {
            backup(external(), file);
            say.accept(
                    "Beside the backup keep BROADSHEET_SECRET: links in mails that were sent stay good only with it.");
        }
    }

    private void backup(EmbeddedDatabase.Access source, Path file) {
        try (Connection connection = connect(source)) {
            new Backup(connection, Clock.systemUTC(), say).to(file);
        } catch (SQLException e) {
            throw new StartRefused("The database did not let itself be read (" + firstLine(e) + ").", e);
        }
        say.accept("Written: " + file + ". It holds readers' addresses: keep it as safe as the database.");
        say.accept(
                "To go to another database: restore it there with QUARKUS_DATASOURCE_JDBC_URL set, before the service"
                        + " runs on it.");
    }

    private void restore(Path file) {
        try (BackupFile backup = BackupFile.open(file)) {
            say.accept("The backup is of " + backup.manifest().createdAt() + ".");
            if (settings.embedded()) {
                DataFolder folder = new DataFolder(settings.dataDir());
                folder.lock();
                try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, EmbeddedDatabase.Durability.DURABLE)) {
                    new Restore(database.access(), say).from(backup);
                } finally {
                    folder.unlock();
                }
                say.accept("Restored. Next: put the secret of the old installation into " + folder.resolve("secret")
                        + " or BROADSHEET_SECRET, or the links in mails that were sent die; then start the service.");
            } else {
                new Restore(external(), say).from(backup);
                say.accept(
                        "Restored. Next: set BROADSHEET_SECRET to the secret of the old installation (with the embedded"
                                + " database: the content of the file secret in its data folder), or the links in mails that were"
                                + " sent die; stop the old service; then start this one.");
            }
        } catch (IOException e) {
            throw new StartRefused("The file " + file + " cannot be read (" + e.getMessage() + ").", e);
        }
    }

    private EmbeddedDatabase.Access external() {
        return new EmbeddedDatabase.Access(
                settings.jdbcUrl().orElseThrow(),
                settings.username().orElse(""),
                settings.password().orElse(""));
    }

    static Connection connect(EmbeddedDatabase.Access access) throws SQLException {
        Properties properties = new Properties();
        optional(access.username()).ifPresent(user -> properties.setProperty("user", user));
        optional(access.password()).ifPresent(password -> properties.setProperty("password", password));
        properties.setProperty("ApplicationName", "broadsheet backup");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("tcpKeepAlive", "true");
        Connection connection;
        try {
            connection = new Driver().connect(access.jdbcUrl(), properties);
        } catch (SQLException e) {
            throw new StartRefused(
                    "The database " + withoutParameters(access) + " cannot be reached (" + firstLine(e) + ").", e);
        }
        if (connection == null) {
            throw new StartRefused("QUARKUS_DATASOURCE_JDBC_URL must begin with jdbc:postgresql:");
        }
        return connection;
    }

    /** Parameters may hold a password. */
    private static String withoutParameters(EmbeddedDatabase.Access access) {
        return access.jdbcUrl().replaceFirst("\\?.*", "");
    }

    /** What further lines quote may be readers' data. */
    static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
    }

    private static Optional<String> optional(@Nullable String text) {
        return Optional.ofNullable(text).filter(value -> !value.isEmpty());
    }
}
