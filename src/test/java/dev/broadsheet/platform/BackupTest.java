package dev.broadsheet.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.broadsheet.TestDatabase;
import dev.broadsheet.platform.EmbeddedDatabase.Access;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {

    /** A restore pauses campaigns: what it writes there is looked at by itself. */
    private static final String ROWS = "select (to_jsonb(t) - case when %2$s then"
            + " '{state,reason_code,reason_text,reason_since}'::text[] else '{}' end)::text from %1$s t order by 1";

    @TempDir
    Path temporary;

    private final List<String> said = new ArrayList<>();

    @Test
    void filledInstallation_movesRowForRow() throws Exception {
        Access from = filled();
        Access to = access();
        Path file = backup(from);

        restore(file, to);

        Map<String, List<String>> before = contents(from);
        assertThat(contents(to)).isEqualTo(before);
        assertThat(before).containsKeys("delivery_1", "delivery_2").allSatisfy((table, rows) -> assertThat(rows)
                .as("Give table %s a row in src/test/resources/backup/installation.sql", table)
                .isNotEmpty());
        assertThat(before.get("delivery_1")).hasSize(50);
        assertThat(indexes(to)).isEqualTo(indexes(from));
        assertThat(sequences(to)).isEqualTo(sequences(from));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void restoredInstallation_goesOnWithFreshIdsAndAWorkingLedger() throws Exception {
        Access to = access();
        restore(backup(filled()), to);

        assertThat(value(
                        to,
                        "insert into newsletter (slug, title, from_name, from_email, created_at)"
                                + " values ('third', 't', 'f', 'f@example.org', now()) returning id"))
                .isEqualTo("3");
        assertThat(value(
                        to,
                        "insert into delivery (issue_id, campaign_id, lane, state, updated_at)"
                                + " values (1, 1, 0, 'SENT', now()) returning tableoid::regclass::text || ' ' || id"))
                .isEqualTo("delivery_1 101");
        assertThatThrownBy(() -> value(
                        to,
                        "insert into delivery (issue_id, campaign_id, subscription_id, lane, state,"
                                + " updated_at) values (1, 3, 1, 0, 'SENT', now()) returning id"))
                .hasMessageContaining("delivery_1_issue_id_subscription_id_idx");
        assertThat(value(to, "select reloptions::text from pg_class where relname = 'delivery_1'"))
                .isEqualTo("{fillfactor=50}");
        Flyway.configure()
                .dataSource(to.jdbcUrl(), to.username(), to.password())
                .load()
                .validate();
    }

    @Test
    void campaignsThatWereBeingSentOrDue_arePausedSoThatNobodyGetsAnIssueTwice() throws Exception {
        Access to = access();
        restore(backup(filled()), to);

        assertThat(value(
                        to,
                        "select string_agg(state || coalesce(' ' || reason_code, ''), ', ' order by id) from campaign"))
                .isEqualTo("DONE, PAUSED restored, PAUSED restored, SCHEDULED");
        assertThat(said).anySatisfy(line -> assertThat(line).startsWith("2 campaigns"));
    }

    @Test
    void scheduleThatCameMeanwhile_goesOnFromTheRestore() throws Exception {
        Access from = filled();
        execute(from, "update newsletter_schedule set next_run = now() - interval '1 day'");
        Access to = access();

        restore(backup(from), to);

        assertThat(values(to, "select next_run from newsletter_schedule")).containsExactly("null");
    }

    @Test
    void databaseThatIsNotEmpty_isRefusedAndNothingIsWritten() throws Exception {
        Path file = backup(filled());
        Access to = filled();
        execute(to, "update newsletter set title = 'Mine'");
        Map<String, List<String>> before = contents(to);

        assertThatThrownBy(() -> restore(file, to))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("The database is not empty");

        assertThat(contents(to)).isEqualTo(before);
    }

    @Test
    void databaseOfAnotherProgram_isRefusedAndGetsNoTables() throws Exception {
        Path file = backup(filled());
        Access to = access();
        execute(to, "create table somebody_elses (n int)");

        assertThatThrownBy(() -> restore(file, to)).hasMessageContaining("somebody_elses");

        assertThat(contents(to)).containsOnlyKeys("somebody_elses");
    }

    @Test
    void damagedFile_loadsNothingAndTheRestoreCanBeTriedAgain() throws Exception {
        Path file = backup(filled());
        Path damaged = temporary.resolve("damaged.zip");
        byte[] bytes = Files.readAllBytes(file);
        for (int i = bytes.length / 4; i < bytes.length / 4 + 64; i++) {
            bytes[i] ^= 0x55;
        }
        Files.write(damaged, bytes);
        Access to = access();

        assertThatThrownBy(() -> restore(damaged, to)).isInstanceOf(StartRefused.class);
        assertThat(contents(to)).allSatisfy((table, rows) -> assertThat(rows).isEmpty());

        restore(file, to);
        assertThat(contents(to).get("subscriber")).hasSize(50);
    }

    @Test
    void fileThatIsCutOffOrSomethingElse_isRefusedByASentence() throws Exception {
        Path file = backup(filled());
        byte[] bytes = Files.readAllBytes(file);
        Path cut = Files.write(temporary.resolve("cut.zip"), java.util.Arrays.copyOf(bytes, bytes.length / 2));
        Path text = Files.writeString(temporary.resolve("text.zip"), "no zip");

        for (Path bad : List.of(cut, text)) {
            assertThatThrownBy(() -> BackupFile.open(bad)).hasMessageContaining("is not a whole backup");
        }
        assertThatThrownBy(() -> BackupFile.open(temporary.resolve("missing.zip")))
                .hasMessageContaining("There is no file");
    }

    @Test
    void backupOfADatabaseWhereBroadsheetNeverRan_isRefusedAndLeavesNoFile() throws Exception {
        Path file = temporary.resolve("none.zip");
        try (Connection connection = BackupCommand.connect(access())) {
            assertThatThrownBy(() -> new Backup(connection, Clock.systemUTC(), said::add).to(file))
                    .hasMessageContaining("nothing to back up");
        }
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void fileThatIsThereAlready_isNotOverwritten() throws Exception {
        Path file = Files.writeString(temporary.resolve("old.zip"), "precious");
        try (Connection connection = BackupCommand.connect(filled())) {
            assertThatThrownBy(() -> new Backup(connection, Clock.systemUTC(), said::add).to(file))
                    .hasMessageContaining("is there already");
        }
        assertThat(file).hasContent("precious");
    }

    private Path backup(Access source) throws SQLException {
        Path file = temporary.resolve("backup.zip");
        try (Connection connection = BackupCommand.connect(source)) {
            new Backup(connection, Clock.systemUTC(), said::add).to(file);
        }
        return file;
    }

    private void restore(Path file, Access target) throws IOException {
        try (BackupFile backup = BackupFile.open(file)) {
            new Restore(target, said::add).from(backup);
        }
    }

    private static Access access() {
        return new Access(TestDatabase.fresh(), "postgres", "postgres");
    }

    private static Access filled() throws SQLException, IOException {
        Access access = access();
        Flyway.configure()
                .dataSource(access.jdbcUrl(), access.username(), access.password())
                .load()
                .migrate();
        try (InputStream sql = BackupTest.class.getResourceAsStream("/backup/installation.sql")) {
            execute(access, new String(sql.readAllBytes(), StandardCharsets.UTF_8));
        }
        return access;
    }

    /** Every row of every table that there is, whatever the tables are. */
    private static Map<String, List<String>> contents(Access access) throws SQLException {
        Map<String, List<String>> contents = new TreeMap<>();
        for (String table : values(
                access,
                "select relname from pg_class where relkind = 'r' and relnamespace ="
                        + " 'public'::regnamespace and relname not in ('flyway_schema_history', 'qrtz_locks',"
                        + " 'qrtz_scheduler_state')")) {
            contents.put(table, values(access, ROWS.formatted(table, table.equals("campaign"))));
        }
        return contents;
    }

    private static List<String> indexes(Access access) throws SQLException {
        return values(access, "select indexdef from pg_indexes where schemaname = 'public' order by 1");
    }

    private static List<String> sequences(Access access) throws SQLException {
        return values(access, "select sequencename || ' ' || coalesce(last_value, 0) from pg_sequences order by 1");
    }

    private static String value(Access access, String sql) throws SQLException {
        return values(access, sql).get(0);
    }

    private static List<String> values(Access access, String sql) throws SQLException {
        try (Connection connection = BackupCommand.connect(access);
                var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (row.next()) {
                values.add(String.valueOf(row.getString(1)));
            }
            return values;
        }
    }

    private static void execute(Access access, String sql) throws SQLException {
        try (Connection connection = BackupCommand.connect(access);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
