package dev.broadsheet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged program as a process of its own, on a free port. */
final class Program {

    private static final Path JAR =
            Path.of("target", "quarkus-app", "quarkus-run.jar").toAbsolutePath();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final int port;
    private final Path log;
    private final Process process;

    /** @param folder where it runs; its log is kept there too. @param environment besides a clean one */
    Program(Path folder, Map<String, String> environment, String... arguments) throws IOException {
        this(folder, freePort(), environment, arguments);
    }

    Program(Path folder, int port, Map<String, String> environment, String... arguments) throws IOException {
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

    int port() {
        return port;
    }

    Process process() {
        return process;
    }

    String url() {
        return "http://localhost:" + port;
    }

    String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void awaitReady() {
        await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> {
            assertThat(process.isAlive()).as(said()).isTrue();
            assertThat(said()).contains("Broadsheet is at");
        });
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            HttpRequest ready = HttpRequest.newBuilder(URI.create(url() + "/q/health/ready"))
                    .build();
            return HTTP.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        });
    }

    void awaitRefusal(String sentence) throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said().strip().lines()).last().asString().contains(sentence);
        assertThat(said()).as("no stack trace").doesNotContain("\tat ");
        assertThat(process.exitValue()).isEqualTo(1);
    }

    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    void kill() throws InterruptedException {
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
