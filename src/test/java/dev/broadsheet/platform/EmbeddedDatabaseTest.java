package dev.broadsheet.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.broadsheet.platform.EmbeddedDatabase.Access;
import dev.broadsheet.platform.EmbeddedDatabase.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One data folder for all: its first start unpacks PostgreSQL, the others are quick. */
class EmbeddedDatabaseTest {

    @TempDir
    static Path temporary;

    private DataFolder folder;

    @BeforeEach
    void lock() {
        folder = new DataFolder(temporary.resolve("data"));
        folder.lock();
    }

    @AfterEach
    void unlock() {
        folder.unlock();
    }

    @Test
    void everyCommitIsOnDiskBeforeItIsAnswered() throws SQLException {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, Durability.DURABLE);
                Connection connection = BackupCommand.connect(database.access())) {
            assertThat(value(connection, "show fsync")).isEqualTo("on");
            assertThat(value(connection, "show synchronous_commit")).isEqualTo("on");
            assertThat(value(connection, "show full_page_writes")).isEqualTo("on");
            assertThat(value(connection, "show server_version")).startsWith("18.");
        }
    }

    @Test
    void nobodyGetsInWithoutThePassword() throws SQLException, IOException {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, Durability.FOR_TESTS);
                Connection connection = BackupCommand.connect(database.access())) {
            Access right = database.access();
            for (String wrong : new String[] {"", "postgres"}) {
                assertThatThrownBy(() -> BackupCommand.connect(new Access(right.jdbcUrl(), right.username(), wrong)))
                        .isInstanceOf(StartRefused.class)
                        .hasMessageContaining("password");
            }
            assertThat(value(connection, "show listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(value(connection, "show unix_socket_directories")).isEmpty();
            assertThat(value(
                            connection,
                            "select string_agg(distinct auth_method, ',') from pg_hba_file_rules where error is null"))
                    .isEqualTo("scram-sha-256");
        }
        assertThat(permissions("data")).isEqualTo("rwx------");
        assertThat(permissions("data/postgres")).isEqualTo("rwx------");
        assertThat(permissions("data/database-password")).isEqualTo("rw-------");
    }

    @Test
    void dataAreKeptOverARestart() throws SQLException {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, Durability.FOR_TESTS)) {
            execute(database, "create table kept_over_restart as select 42 as n");
        }
        assertThat(EmbeddedDatabase.runningIn(folder)).isEmpty();
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, Durability.FOR_TESTS);
                Connection connection = BackupCommand.connect(database.access())) {
            assertThat(value(connection, "select n from kept_over_restart")).isEqualTo("42");
        }
    }

    @Test
    void serverLeftByAKilledService_isStoppedWithItsSessionsAndStartedAgain() throws SQLException {
        EmbeddedDatabase left = EmbeddedDatabase.start(folder, Durability.DURABLE);
        long leftPid = postmaster();
        execute(left, "create table kept_over_kill as select 42 as n");
        try (Connection ofTheKilledService = BackupCommand.connect(left.access())) {
            ofTheKilledService.setAutoCommit(false);
            value(ofTheKilledService, "select n from kept_over_kill for update");
            try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, Durability.DURABLE);
                    Connection connection = BackupCommand.connect(database.access())) {
                assertThat(ofTheKilledService.isValid(5)).isFalse();
                assertThat(postmaster()).isNotEqualTo(leftPid);
                assertThat(value(connection, "select n from kept_over_kill for update nowait"))
                        .isEqualTo("42");
            }
        }
    }

    @Test
    void killedServer_startsAgainWithWhatWasCommitted() throws Exception {
        EmbeddedDatabase killed = EmbeddedDatabase.start(folder, Durability.DURABLE);
        execute(killed, "create table kept_over_crash as select 42 as n");
        // a session in the middle of something holds on to the shared memory for a while
        try (Connection connection = BackupCommand.connect(killed.access())) {
            value(connection, "select 1");
            ProcessHandle server = ProcessHandle.of(postmaster()).orElseThrow();
            server.destroyForcibly();
            server.onExit().get(10, TimeUnit.SECONDS);
        }
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, Durability.DURABLE);
                Connection connection = BackupCommand.connect(database.access())) {
            assertThat(value(connection, "select n from kept_over_crash")).isEqualTo("42");
        }
    }

    @Test
    void processNumberThatIsSomebodyElsesByNow_doesNotStandInTheWay() throws Exception {
        EmbeddedDatabase.start(folder, Durability.DURABLE).close();
        Files.writeString(
                folder.resolve("postgres").resolve("postmaster.pid"),
                ProcessHandle.current().pid() + "\n" + folder.resolve("postgres")
                        + "\n1\n5432\n\n127.0.0.1\n\nready\n");

        assertThat(EmbeddedDatabase.runningIn(folder)).isEmpty();
        EmbeddedDatabase.start(folder, Durability.DURABLE).close();
    }

    @Test
    void secondServiceOnTheSameFolder_isRefused() {
        assertThatThrownBy(() -> new DataFolder(folder.path()).lock())
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("Another Broadsheet is running on the data folder");
    }

    @Test
    void dataOfAnotherMajorVersion_areRefusedAndLeftAlone() throws Exception {
        EmbeddedDatabase.start(folder, Durability.FOR_TESTS).close();
        Path version = folder.resolve("postgres").resolve("PG_VERSION");
        Files.writeString(version, "17\n");
        try {
            assertThatThrownBy(() -> EmbeddedDatabase.start(folder, Durability.FOR_TESTS))
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining("are of PostgreSQL 17");
        } finally {
            Files.writeString(version, "18\n");
        }
    }

    private long postmaster() {
        return PostmasterFile.of(folder.resolve("postgres")).pid();
    }

    private static String permissions(String file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(temporary.resolve(file)));
    }

    private static void execute(EmbeddedDatabase database, String sql) throws SQLException {
        try (Connection connection = BackupCommand.connect(database.access());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String value(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
