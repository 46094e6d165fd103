package dev.broadsheet.linkcheck;

import static dev.broadsheet.Api.editor;
import static io.restassured.RestAssured.given;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.in;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.broadsheet.Api;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
@TestProfile(LinkCheckTest.Intranet.class)
class LinkCheckTest {

    public static class Intranet implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("broadsheet.link-check.allow-private", "true");
        }
    }

    private static final String HEAD = "Title: Five\nDate: 2026-03-25\n\n";

    @Inject
    LinkCheckRun run;

    @Inject
    Rows rows;

    private final TestSite site = new TestSite();
    private String newsletter;
    private String issue;

    @BeforeEach
    void newIssue() {
        newsletter = Api.newsletter();
        issue = "/api/newsletters/" + newsletter + "/issues/five";
        site.status("/ok", 200);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private void put(String body) {
        editor().contentType("text/markdown")
                .body((HEAD + body).getBytes(StandardCharsets.UTF_8))
                .put(issue)
                .then()
                .statusCode(in(List.of(200, 201)));
    }

    private ValidatableResponse post() {
        return editor().post(issue + "/link-checks").then();
    }

    private static JsonPath check(int id) {
        return editor().get("/api/link-checks/" + id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static JsonPath awaitEnd(int id) {
        await().atMost(30, SECONDS).until(() -> !check(id).getString("state").equals("RUNNING"));
        return check(id);
    }

    private JsonPath checked() {
        JsonPath done = awaitEnd(post().statusCode(202).extract().path("id"));
        assertThat(done.getString("state")).isEqualTo("DONE");
        return done;
    }

    private ValidatableResponse decide(String what) {
        String id = editor().get(issue).then().extract().path("findings.find { it.rule == 'link-dead' }.id");
        return editor().contentType("application/json")
                .body("{\"reason\": \"the page has gone\"}")
                .post(issue + "/findings/" + id + "/" + what)
                .then();
    }

    private String mail() {
        return editor().get(issue + "/email.txt").asString();
    }

    @Test
    void check_tellsItsProgress_andItsFindingsStandInTheIssue() {
        CountDownLatch slow = new CountDownLatch(1);
        site.page("/slow", exchange -> {
            slow.await();
            exchange.sendResponseHeaders(200, -1);
        });
        put("One [a](" + site.url("/ok") + ").\n\nTwo [b](" + site.url("/gone") + ").\n\n[c](" + site.url("/slow")
                + ")\n");

        ValidatableResponse started = post();
        int id = started.extract().path("id");
        started.statusCode(202)
                .header("Location", equalTo("/api/link-checks/" + id))
                .body("newsletter", equalTo(newsletter))
                .body("issue", equalTo("five"))
                .body("revision", equalTo(1))
                .body("state", equalTo("RUNNING"))
                .body("total", equalTo(3))
                .body("startedAt", notNullValue())
                .body("finishedAt", nullValue());
        await().atMost(30, SECONDS).until(() -> check(id).getInt("checked") == 2);
        assertThat(check(id).getString("state")).isEqualTo("RUNNING");
        assertThat(check(id).getInt("dead")).isEqualTo(1);
        post().statusCode(202).body("id", equalTo(id));
        editor().get(issue).then().body("findings", empty());
        slow.countDown();

        JsonPath done = awaitEnd(id);

        assertThat(done.getString("state")).isEqualTo("DONE");
        assertThat(done.getInt("checked")).isEqualTo(3);
        assertThat(done.getInt("dead")).isEqualTo(1);
        assertThat(done.getString("finishedAt")).isNotNull();
        editor().get(issue)
                .then()
                .body("revision", equalTo(1))
                .body("findings.rule", contains("link-dead"))
                .body("findings[0].severity", equalTo("WARNING"))
                .body("findings[0].blocks", nullValue())
                .body("findings[0].line", equalTo(6))
                .body("findings[0].column", equalTo(5))
                .body("findings[0].message", startsWith(site.url("/gone") + " answers 404 Not Found."))
                .body("findings[0].accepted", equalTo(false));
        assertThat(site.requests).containsExactly("HEAD /ok", "HEAD /gone", "GET /gone", "HEAD /slow");
        assertThat(site.userAgents).containsOnly("Broadsheet link check (+https://news.example.test)");
    }

    @Test
    void finding_thatIsAccepted_staysSoAfterAnotherCheck() {
        put("[b](" + site.url("/gone") + ")\n");
        checked();

        decide("accept").statusCode(200).body("findings[0].accepted", equalTo(true));
        put("More.\n\nText, [b](" + site.url("/gone") + ")\n");
        editor().get(issue).then().body("findings", empty());
        checked();

        editor().get(issue)
                .then()
                .body("findings", hasSize(1))
                .body("findings[0].line", equalTo(6))
                .body("findings[0].accepted", equalTo(true));
    }

    @Test
    void line_leftOutForADeadLink_staysOut_untilTheEditorTakesItBack() {
        String line = "Go [there](" + site.url("/gone") + ").\n";
        put("One.\n\n" + line);
        checked();
        assertThat(mail()).contains("there");

        decide("leave-out").statusCode(200);
        assertThat(mail()).contains("One.").doesNotContain("there");

        put("One.\n\nTwo.\n\n" + line);
        assertThat(mail()).contains("Two.").doesNotContain("there");
        editor().get(issue)
                .then()
                .body("revision", equalTo(2))
                .body("findings[0].line", equalTo(8))
                .body("findings[0].decision.outcome", equalTo("LEFT_OUT"));

        site.status("/gone", 200);
        assertThat(checked().getInt("dead")).isZero();
        put("One.\n\nTwo.\n\n" + line);
        assertThat(mail()).doesNotContain("there");

        decide("accept").statusCode(200);
        assertThat(mail()).contains("there");
        checked();
        editor().get(issue).then().body("findings", empty());
    }

    @Test
    void finding_ofAMendedLink_isGone() {
        put("[b](" + site.url("/gone") + ")\n");
        checked();

        put("[b](" + site.url("/ok") + ")\n");

        editor().get(issue).then().body("revision", equalTo(2)).body("findings", empty());
    }

    @Test
    void rule_thatIsSwitchedOff_findsNothing() {
        put("[b](" + site.url("/gone") + ")\n");
        checked();
        editor().contentType("application/json")
                .body("""
                        {"title": "T", "fromName": "E", "fromEmail": "editors@example.org", "rulesOff": ["link-dead"]}
                        """)
                .put("/api/newsletters/" + newsletter)
                .then()
                .statusCode(200);

        editor().get(issue).then().body("findings", empty());
    }

    @Test
    void check_ofAnIssueWithoutLinks_isDone() {
        put("No link.\n");

        assertThat(checked().getInt("total")).isZero();
    }

    @Test
    void check_ofWhatIsNotThere_orByNobody_isRefused() {
        put("One.\n");

        editor().post("/api/newsletters/" + newsletter + "/issues/none/link-checks")
                .then()
                .statusCode(404);
        editor().get("/api/link-checks/999999").then().statusCode(404);
        given().post(issue + "/link-checks").then().statusCode(401);
        given().get("/api/link-checks/1").then().statusCode(401);
    }

    @Test
    void check_whoseJobIsLost_isBegunAgain() {
        put("[b](" + site.url("/gone") + ")\n");
        int id = lostSince("1 minute");

        run.lookAfter();

        assertThat(awaitEnd(id).getString("state")).isEqualTo("DONE");
        editor().get(issue).then().body("findings.rule", contains("link-dead"));
    }

    @Test
    void check_thatNeverEnds_isGivenUp_andAnotherCanBeStarted() {
        put("[b](" + site.url("/gone") + ")\n");
        int id = lostSince("3 hours");

        run.lookAfter();

        assertThat(check(id).getString("state")).isEqualTo("FAILED");
        assertThat(check(id).getString("failure")).isNotNull();
        assertThat(checked().getInt("id")).isNotEqualTo(id);
    }

    private int lostSince(String interval) {
        return Integer.parseInt(rows.text("""
                insert into link_check (newsletter_id, issue_id, revision_id, state, total, checked, started_at)
                select i.newsletter_id, i.id, r.id, 'RUNNING', 1, 1, now() - ?::interval
                from issue i join newsletter n on n.id = i.newsletter_id join revision r on r.issue_id = i.id
                where n.slug = ? returning id
                """, interval, newsletter));
    }
}
