package dev.broadsheet;

import static io.restassured.RestAssured.given;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the ledger is for: the service is killed in the middle of a campaign, and nobody is lost or sent twice. */
class CrashIT {

    private static final int READERS = 600;
    private static final String TOKEN = "token-of-the-crash-test";

    @TempDir
    Path folder;

    private Program program;

    @AfterEach
    void stop() throws InterruptedException {
        program.stop();
    }

    @Test
    void killedHalfWay_restartEndsWithEachReaderSentOnceAndCountsThatAddUp() throws Exception {
        program = new Program(folder, environment());
        program.awaitReady();
        StringBuilder csv = new StringBuilder("email\n");
        for (int i = 0; i < READERS; i++) {
            csv.append("reader").append(i).append("@crash.example\n");
        }
        editor().contentType("text/csv")
                .body(csv.toString())
                .post("/api/newsletters/sample/imports")
                .then()
                .statusCode(202);
        long id = editor().contentType("application/json")
                .header("Idempotency-Key", "k")
                .body("{\"messagesPerSecond\": 100}")
                .post("/api/newsletters/sample/issues/welcome/campaigns")
                .then()
                .statusCode(202)
                .extract()
                .jsonPath()
                .getLong("id");
        await().atMost(60, SECONDS).until(() -> campaign(id).getInt("counts.sent") > READERS / 3);

        int sent = campaign(id).getInt("counts.sent");
        program.kill();
        assertThat(sent).as("killed before the end").isLessThan(READERS);
        // the same port: another one would be another base URL, and pause the campaign
        program = new Program(folder, program.port(), environment());
        program.awaitReady();

        await().atMost(90, SECONDS).until(() -> campaign(id).getString("state").equals("DONE"));
        JsonPath done = campaign(id);
        assertThat(done.getInt("recipients")).isEqualTo(READERS);
        assertThat(done.getInt("counts.sent")).isEqualTo(READERS);
        List<String> recipients = editor().get("/outbox/messages").jsonPath().getList("to");
        assertThat(recipients).hasSize(READERS);
        assertThat(new HashSet<>(recipients)).hasSize(READERS);
    }

    private Map<String, String> environment() {
        return Map.of("BROADSHEET_DATA_DIR", folder.resolve("data").toString(), "BROADSHEET_ADMIN_TOKEN", TOKEN);
    }

    private JsonPath campaign(long id) {
        return editor().get("/api/campaigns/" + id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private RequestSpecification editor() {
        return given().baseUri(program.url()).header("Authorization", "Bearer " + TOKEN);
    }
}
