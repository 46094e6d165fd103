package dev.broadsheet.delivery;

import static dev.broadsheet.Api.editor;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import dev.broadsheet.Api;
import io.restassured.path.json.JsonPath;

/** An editor at work on one newsletter, over HTTP. */
final class Newsroom {

    private final String newsletter = Api.newsletter();

    String newsletter() {
        return newsletter;
    }

    /** Brings the newsletter's settings anew. @param more members of the JSON object, which stand after those that must be there */
    void settings(String more) {
        editor().contentType("application/json")
                .body("{\"title\": \"Weekly " + newsletter + "\", \"fromName\": \"The Editors\","
                        + " \"fromEmail\": \"editors@example.org\", " + more + "}")
                .put("/api/newsletters/" + newsletter)
                .then()
                .statusCode(200);
    }

    void put(String slug) {
        put(slug, "Title: Issue " + slug + "\nDate: 2026-11-18\n\n## News\n\n* [A](https://example.org/a)\n");
    }

    /** An issue with the sections {@code news} (parts {@code news/alpha}, {@code news/beta}) and {@code jobs}. */
    void putSections(String slug) {
        put(slug, """
                Title: Issue
                Date: 2026-11-18

                Hello all.

                ## News

                ### Alpha

                * The alpha item

                ### Beta

                * The beta item

                ## Jobs

                * The job item
                """);
    }

    void put(String slug, String source) {
        editor().contentType("text/markdown")
                .body(source.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .put("/api/newsletters/" + newsletter + "/issues/" + slug)
                .then()
                .statusCode(201);
    }

    /** Publishes an issue, writing one first where there is none. */
    void publish(String slug) {
        if (editor().get("/api/newsletters/" + newsletter + "/issues/" + slug).statusCode() == 404) {
            put(slug);
        }
        editor().post("/api/newsletters/" + newsletter + "/issues/" + slug + "/publish")
                .then()
                .statusCode(200);
    }

    void withdraw(String slug) {
        editor().post("/api/newsletters/" + newsletter + "/issues/" + slug + "/withdraw")
                .then()
                .statusCode(200);
    }

    /** Starts a campaign. @return its id */
    long start(String slug, String body) {
        return editor().contentType("application/json")
                .header("Idempotency-Key", Api.fresh("key"))
                .body(body)
                .post("/api/newsletters/" + newsletter + "/issues/" + slug + "/campaigns")
                .then()
                .statusCode(202)
                .extract()
                .jsonPath()
                .getLong("id");
    }

    /** Has something done to a campaign, such as {@code pause}. */
    static void post(long id, String what) {
        editor().post("/api/campaigns/" + id + "/" + what).then().statusCode(200);
    }

    static JsonPath campaign(long id) {
        return editor().get("/api/campaigns/" + id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    static JsonPath awaitState(long id, String state) {
        await().atMost(60, SECONDS).untilAsserted(() -> org.assertj.core.api.Assertions.assertThat(
                        campaign(id).getString("state"))
                .as(campaign(id).prettify())
                .isEqualTo(state));
        return campaign(id);
    }
}
