package dev.broadsheet.platform;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL of its own for nodes of the packaged program, from the binaries that the program carries: durable, on
 * loopback, on one port over restarts; to be stopped and killed.
 */
public final class PostgresServer implements AutoCloseable {

    private final Path folder;
    private final Path data;
    private final Path programs;
    private final PostgresUser user;
    private final int port;

    /** @param folder empty, and the server's alone */
    public PostgresServer(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        this.folder = folder;
        this.data = Files.createDirectory(folder.resolve("data"));
        this.programs = PostgresBinaries.unpackedIn(folder);
        this.user = PostgresUser.of(folder);
        user.own(data);
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        run("initdb", "--pgdata=" + data, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C");
        Files.writeString(data.resolve("postgresql.conf"), """
                listen_addresses = '127.0.0.1'
                port = %d
                unix_socket_directories = ''
                max_connections = 200
                timezone = 'UTC'
                """.formatted(port));
        start();
    }

    /** @param name of who connects, as pg_stat_activity shows it */
    public String url(String name) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?ApplicationName=" + name;
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url("suite"), "postgres", "");
    }

    public void start() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                run(
                        "pg_ctl",
                        "start",
                        "-w",
                        "-t",
                        "300",
                        "-D",
                        data.toString(),
                        "-l",
                        data.resolve("log").toString());
                return;
            } catch (IOException e) {
                if (attempt == 30) {
                    throw e;
                }
                pause(); // what was killed may still hold the memory that it shared
            }
        }
    }

    /** Sessions end, what is committed stays. */
    public void stop() throws IOException {
        run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", data.toString());
    }

    /** {@code kill -9} for the server and each of its processes. */
    public void kill() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        ProcessHandle server = ProcessHandle.of(pid).orElseThrow();
        List<ProcessHandle> children = server.descendants().toList();
        server.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() throws IOException {
        try {
            stop();
        } catch (IOException e) {
            // it is down already
        }
    }

    private void run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(programs.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        Path said = folder.resolve(program + ".log");
        Process process = new ProcessBuilder(user.command(command))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile()) // not a pipe: the server would hold it open
                .start();
        try {
            if (!process.waitFor(300, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(program + ": " + Files.readString(said));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
