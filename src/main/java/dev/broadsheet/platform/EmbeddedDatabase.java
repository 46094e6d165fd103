package dev.broadsheet.platform;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The PostgreSQL of a machine that has none: unpacked, set up and started beside the service, on a free local port, its
 * data kept over restarts. Durable (every commit is on disk before it is answered) and closed (loopback only, one user
 * with a random password, no socket file).
 *
 * <p>PostgreSQL's programs are run directly. The library that brings them starts a server without fsync, lets every
 * local user in, and stops it by a shutdown hook of its own that races with the service's; so only its binaries are
 * used. {@code pg_ctl} puts the server into a session of its own: a Ctrl-C at the terminal reaches the service alone.
 *
 * <p>A server that was left running by a killed service is stopped and started again rather than adopted: stopping it
 * ends the dead service's sessions and whatever they still hold, and there is one way to start instead of two. It costs
 * a second. Two services never meet on one folder, since its {@link DataFolder#lock} is held as long as the server runs.
 */
class EmbeddedDatabase implements AutoCloseable {

    /** Tests that only need SQL may give durability away for speed. */
    enum Durability {
        DURABLE,
        FOR_TESTS
    }

    /** How to reach it. */
    record Access(String jdbcUrl, String username, String password) {}

    private static final String PASSWORD_FILE = "database-password";
    private static final String USERNAME = "postgres";
    private static final Duration KEEP_TRYING = Duration.ofSeconds(15);
    private static final String MAJOR_VERSION = "18";

    private final DataFolder folder;
    private final Durability durability;
    private final Path data;
    private final Path programs;
    private final PostgresUser user;
    private final String password;
    private int port;

    private EmbeddedDatabase(DataFolder folder, Durability durability) {
        this.folder = folder;
        this.durability = durability;
        this.data = folder.resolve("postgres");
        this.programs = PostgresBinaries.unpackedIn(folder.path());
        this.user = PostgresUser.of(folder.path());
        this.password = folder.secret(PASSWORD_FILE);
    }

    /** @param folder locked by the caller */
    static EmbeddedDatabase start(DataFolder folder, Durability durability) {
        EmbeddedDatabase database = new EmbeddedDatabase(folder, durability);
        try {
            database.initialize();
            database.startServer();
        } catch (IOException e) {
            throw new StartRefused(
                    "The embedded PostgreSQL in " + folder.path() + " does not start (" + e.getMessage() + ").", e);
        }
        return database;
    }

    /** The server that another process of Broadsheet runs on this folder right now. */
    static Optional<Access> runningIn(DataFolder folder) {
        PostmasterFile file = PostmasterFile.of(folder.resolve("postgres"));
        return file.isReady()
                ? folder.read(PASSWORD_FILE).map(password -> access(file.port(), password))
                : Optional.empty();
    }

    Access access() {
        return access(port, password);
    }

    private static Access access(int port, String password) {
        return new Access("jdbc:postgresql://127.0.0.1:" + port + "/postgres", USERNAME, password);
    }

    /** Ends all sessions, writes everything to disk and returns when the server is gone. */
    @Override
    public void close() {
        try {
            stopServer();
        } catch (IOException e) {
            System.err.println("The embedded PostgreSQL did not stop: " + e.getMessage());
        }
    }

    private void initialize() throws IOException {
        if (!Files.exists(data)) {
            Path fresh =
                    folder.resolve("postgres.new-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
            Files.createDirectory(fresh);
            DataFolder.permissions(fresh, PosixFilePermissions.fromString("rwx------"));
            Path passwordFile = Files.writeString(folder.resolve("postgres.new-password"), password + "\n");
            DataFolder.permissions(passwordFile, PosixFilePermissions.fromString("rw-------"));
            user.own(fresh);
            user.own(passwordFile);
            // Rules for text that come with PostgreSQL: those of the operating system change with its updates, and
            // indexes made under the old ones then lie.
            run(
                    "initdb",
                    "--pgdata=" + fresh,
                    "--username=" + USERNAME,
                    "--pwfile=" + passwordFile,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C",
                    durability == Durability.DURABLE ? "--sync-method=fsync" : "--no-sync");
            Files.delete(passwordFile);
            Files.move(fresh, data);
        }
        removeHalfMade();
        String version = Files.readString(data.resolve("PG_VERSION")).strip();
        if (!version.equals(MAJOR_VERSION)) {
            throw new StartRefused(
                    "The data in " + data + " are of PostgreSQL " + version + ", and this Broadsheet brings "
                            + MAJOR_VERSION
                            + ". Make a backup with the Broadsheet that wrote them, and restore it into an empty"
                            + " data folder.");
        }
    }

    private void removeHalfMade() throws IOException {
        try (Stream<Path> files = Files.list(folder.path())) {
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith("postgres.new-"))
                    .toList()) {
                PostgresBinaries.remove(file);
            }
        }
    }

    private void startServer() throws IOException {
        writeSettings();
        long deadline = System.nanoTime() + KEEP_TRYING.toNanos();
        while (true) {
            stopLeftOver();
            port = freePort();
            Path log = data.resolve("start.log");
            Files.deleteIfExists(log);
            try {
                run(
                        "pg_ctl",
                        "start",
                        "-w",
                        "-t",
                        "600",
                        "-D",
                        data.toString(),
                        "-l",
                        log.toString(),
                        "-o",
                        "-p " + port);
                return;
            } catch (IOException e) {
                String said = Files.exists(log) ? Files.readString(log) : "";
                // For some seconds after the server was killed its children still hold the memory they shared; and
                // somebody else may have taken the port since we found it free.
                boolean passing = said.contains("shared memory block")
                        || said.contains("lock file")
                        || said.contains("Address already in use");
                if (!passing || System.nanoTime() - deadline > 0) {
                    throw new StartRefused(
                            "The embedded PostgreSQL does not start. " + lastLine(said, e) + " Its logs are in "
                                    + data.resolve("log") + ".",
                            e);
                }
                pause();
            }
        }
    }

    /** What a killed service left behind: its server, or only the file that says that there is one. */
    private void stopLeftOver() throws IOException {
        PostmasterFile file = PostmasterFile.of(data);
        if (file.isOursAndAlive()) {
            stopServer();
        } else {
            file.removeIfStale();
        }
    }

    private void stopServer() throws IOException {
        if (!PostmasterFile.of(data).isOursAndAlive()) {
            return;
        }
        try {
            run("pg_ctl", "stop", "-w", "-t", "60", "-m", "fast", "-D", data.toString());
        } catch (IOException e) {
            // It recovers at the next start, which is better than two of them.
            run("pg_ctl", "stop", "-w", "-t", "30", "-m", "immediate", "-D", data.toString());
        }
    }

    /** Written at each start, so that a new version's settings reach an old installation. */
    private void writeSettings() throws IOException {
        String off = durability == Durability.DURABLE ? "on" : "off";
        Files.writeString(data.resolve("postgresql.conf"), """
                # Written by Broadsheet at each start. For settings of your own use ALTER SYSTEM.
                fsync = %1$s
                synchronous_commit = %1$s
                full_page_writes = %1$s
                listen_addresses = '127.0.0.1'
                unix_socket_directories = ''
                password_encryption = 'scram-sha-256'
                max_connections = 100
                shared_buffers = '128MB'
                max_wal_size = '1GB'
                logging_collector = on
                log_directory = 'log'
                log_filename = 'postgresql-%%a.log'
                log_rotation_age = '1d'
                log_rotation_size = 0
                log_truncate_on_rotation = on
                log_line_prefix = '%%m [%%p] %%a '
                log_timezone = 'UTC'
                timezone = 'UTC'
                datestyle = 'iso, mdy'
                lc_messages = 'C'
                default_text_search_config = 'pg_catalog.simple'
                """.formatted(off));
        Files.writeString(data.resolve("pg_hba.conf"), """
                # Written by Broadsheet at each start: this machine only, and only with the password.
                local all all scram-sha-256
                host all all 127.0.0.1/32 scram-sha-256
                host all all ::1/128 scram-sha-256
                """);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(programs.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(user.command(command)).redirectErrorStream(true);
        builder.directory(folder.path().toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(program + ": " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(program + " was interrupted", e);
        }
    }

    private static String lastLine(String said, IOException otherwise) {
        return said.lines()
                .filter(line -> line.contains("FATAL") || line.contains("ERROR"))
                .reduce((first, second) -> second)
                .orElse(String.valueOf(otherwise.getMessage()));
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(300);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
