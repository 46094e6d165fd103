package dev.broadsheet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The program as it is shipped: real processes, real signals. The steps build on each other's data folder. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PackagedProgramIT {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    static Path temporary;

    private final List<Program> started = new ArrayList<>();

    @AfterEach
    void stopAll() throws InterruptedException {
        for (Program program : started) {
            program.stop();
        }
    }

    @Test
    @Order(1)
    void firstStart_printsWhereItIsTheTokenAndWhatToTry() throws Exception {
        Program program = service(Map.of());
        program.awaitReady();

        String said = program.said();
        assertThat(said)
                .contains("Broadsheet is at http://localhost:" + program.port())
                .contains("http://localhost:" + program.port() + "/n/sample")
                .contains("http://localhost:" + program.port() + "/outbox")
                .contains("/api/newsletters/sample/issues/welcome/campaigns")
                .contains("API token: "
                        + Files.readString(data().resolve("admin-token")).strip());
        assertThat(Files.readString(data().resolve("secret")).strip())
                .hasSizeGreaterThanOrEqualTo(43)
                .doesNotContain(",");

        put(program, "kept");
    }

    @Test
    @Order(2)
    void killedService_isStartedAgainOnItsData() throws Exception {
        Program killed = service(Map.of());
        killed.awaitReady();
        put(killed, "before-the-kill");
        killed.process().destroyForcibly().waitFor();

        Program program = service(Map.of());
        program.awaitReady();

        assertThat(newsletters(program)).contains("\"kept\"", "\"before-the-kill\"");
    }

    @Test
    @Order(3)
    void startWithDataPresent_isQuickAndSigtermStopsTheServiceBeforeItsDatabase() throws Exception {
        long begin = System.nanoTime();
        Program program = service(Map.of());
        program.awaitReady();
        // Six seconds on a machine that does nothing else; this one may be busy with other tests.
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        assertThat(newsletters(program)).contains("\"kept\"");

        program.process().destroy();

        assertThat(program.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(program.process().exitValue()).isEqualTo(143);
        assertThat(program.said())
                .contains("broadsheet stopped")
                .doesNotContain("terminating connection", "FATAL", "Connection to 127.0.0.1", "server closed");
        assertThat(data().resolve("postgres").resolve("postmaster.pid")).doesNotExist();
    }

    @Test
    @Order(4)
    void runningService_refusesASecondOneAndIsBackedUpIntoAnotherDataFolder() throws Exception {
        Program service = service(Map.of());
        service.awaitReady();
        service(Map.of()).awaitRefusal("Another Broadsheet is running on the data folder");
        assertThat(newsletters(service)).contains("\"kept\"");
        Path file = temporary.resolve("backup.zip");

        Program backup = start(Map.of("BROADSHEET_DATA_DIR", data().toString()), "backup", file.toString());
        assertThat(backup.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(backup.said()).contains("newsletter: ", "Written: " + file, "BROADSHEET_SECRET");
        assertThat(backup.process().exitValue()).isZero();

        Path other = temporary.resolve("other");
        Program restore = start(Map.of("BROADSHEET_DATA_DIR", other.toString()), "restore", file.toString());
        assertThat(restore.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(restore.said()).contains("Restored. Next:");
        assertThat(restore.process().exitValue()).isZero();

        Program again = start(Map.of("BROADSHEET_DATA_DIR", other.toString()), "restore", file.toString());
        again.awaitRefusal("The database is not empty");

        Files.copy(data().resolve("secret"), other.resolve("secret"));
        Program restored = service(Map.of("BROADSHEET_DATA_DIR", other.toString(), "BROADSHEET_ADMIN_TOKEN", "chosen"));
        restored.awaitReady();
        assertThat(get(restored, "/api/newsletters", "chosen")).contains("\"kept\"");
        assertThat(restored.said()).as("an operator's own token is not printed").doesNotContain("chosen");
    }

    @Test
    @Order(5)
    void productionWithoutWhatOnlyTheOperatorKnows_refusesByOneSentence() throws Exception {
        service(Map.of("BROADSHEET_MAIL_TRANSPORT", "sendgrid")).awaitRefusal("BROADSHEET_BASE_URL is not set");
        service(Map.of("QUARKUS_DATASOURCE_JDBC_URL", "jdbc:postgresql://localhost:1/none"))
                .awaitRefusal("BROADSHEET_MAIL_TRANSPORT is not set");
        start(Map.of(), "restart").awaitRefusal("There is no command restart");
    }

    private static Path data() {
        return temporary.resolve("data");
    }

    private static void put(Program program, String slug) throws Exception {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(program.url() + "/api/newsletters/" + slug))
                        .header(
                                "Authorization",
                                "Bearer "
                                        + Files.readString(data().resolve("admin-token"))
                                                .strip())
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(
                                "{\"title\": \"T\", \"fromName\": \"F\", \"fromEmail\": \"f@example.org\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
    }

    private static String newsletters(Program program) throws Exception {
        return get(
                program,
                "/api/newsletters",
                Files.readString(data().resolve("admin-token")).strip());
    }

    private static String get(Program program, String path, String token) throws Exception {
        return HTTP.send(
                        HttpRequest.newBuilder(URI.create(program.url() + path))
                                .header("Authorization", "Bearer " + token)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private Program service(Map<String, String> environment) throws IOException {
        return start(environment);
    }

    private Program start(Map<String, String> environment, String... arguments) throws IOException {
        Map<String, String> all = new HashMap<>(Map.of("BROADSHEET_DATA_DIR", data().toString()));
        all.putAll(environment);
        Program program = new Program(temporary, all, arguments);
        started.add(program);
        return program;
    }
}
