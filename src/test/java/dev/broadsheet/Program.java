package dev.broadsheet;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged program as a process of its own, on a free port. The fault suite uses it too, without any test library. */
public final class Program {

    private static final Path JAR =
            Path.of("target", "quarkus-app", "quarkus-run.jar").toAbsolutePath();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final int port;
    private final Path log;
    private final Process process;

    /** @param folder where it runs; its log is kept there too. @param environment besides a clean one */
    public Program(Path folder, Map<String, String> environment, String... arguments) throws IOException {
        this(folder, freePort(), environment, arguments);
    }

    public Program(Path folder, int port, Map<String, String> environment, String... arguments) throws IOException {
        this.port = port;
        log = Files.createTempFile(folder, "program", ".log");
        List<String> command = new ArrayList<>(
                List.of(ProcessHandle.current().info().command().orElse("java"), "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("BROADSHEET_") || name.startsWith("QUARKUS_"));
        builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
        builder.environment().putAll(environment);
        process = builder.start();
    }

    public int port() {
        return port;
    }

    public Process process() {
        return process;
    }

    public String url() {
        return "http://localhost:" + port;
    }

    public String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public void awaitReady() throws InterruptedException {
        HttpRequest ready =
                HttpRequest.newBuilder(URI.create(url() + "/q/health/ready")).build();
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120); System.nanoTime() < end; ) {
            if (!process.isAlive()) {
                throw new AssertionError("It ended: " + said());
            }
            try {
                if (said().contains("Broadsheet is at")
                        && HTTP.send(ready, HttpResponse.BodyHandlers.discarding())
                                        .statusCode()
                                == 200) {
                    return;
                }
            } catch (IOException notYet) {
                // it does not listen yet
            }
            Thread.sleep(50);
        }
        throw new AssertionError("Not ready: " + said());
    }

    void awaitRefusal(String sentence) throws InterruptedException {
        check(process.waitFor(60, TimeUnit.SECONDS), "it ends");
        List<String> lines = said().strip().lines().toList();
        check(lines.get(lines.size() - 1).contains(sentence), sentence);
        check(!said().contains("\tat "), "no stack trace");
        check(process.exitValue() == 1, "exit value 1");
    }

    private void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("Not so: " + what + ". It said: " + said());
        }
    }

    public void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
