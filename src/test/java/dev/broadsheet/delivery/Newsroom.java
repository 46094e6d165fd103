package dev.broadsheet.delivery;

import static dev.broadsheet.Api.editor;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import dev.broadsheet.Api;
import io.restassured.path.json.JsonPath;

/** An editor at work on one newsletter, over HTTP. */
public final class Newsroom {

    private final String newsletter = Api.newsletter();

    public String newsletter() {
        return newsletter;
    }

    /** Brings the newsletter's settings anew. @param more members of the JSON object, which stand after those that must be there */
    public void settings(String more) {
        editor().contentType("application/json")
                .body("{\"title\": \"Weekly " + newsletter + "\", \"fromName\": \"The Editors\","
                        + " \"fromEmail\": \"editors@example.org\", " + more + "}")
                .put("/api/newsletters/" + newsletter)
                .then()
                .statusCode(200);
    }

    public void put(String slug) {
        put(slug, "Title: Issue " + slug + "\nDate: 2026-11-18\n\n## News\n\n* [A](https://example.org/a)\n");
    }

    /** An issue with the sections {@code news} (parts {@code news/alpha}, {@code news/beta}) and {@code jobs}. */
    public void putSections(String slug) {
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

    public void put(String slug, String source) {
        editor().contentType("text/markdown")
                .body(source.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .put("/api/newsletters/" + newsletter + "/issues/" + slug)
                .then()
                .statusCode(201);
    }

    /** Publishes an issue, writing one first where there is none. */
    public void publish(String slug) {
        if (editor().get("/api/newsletters/" + newsletter + "/issues/" + slug).statusCode() == 404) {
            put(slug);
        }
        editor().post("/api/newsletters/" + newsletter + "/issues/" + slug + "/publish")
                .then()
                .statusCode(200);
    }

    public void withdraw(String slug) {
        editor().post("/api/newsletters/" + newsletter + "/issues/" + slug + "/withdraw")
                .then()
                .statusCode(200);
    }

    /** Starts a campaign. @return its id */
    public long start(String slug, String body) {
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
    public static void post(long id, String what) {
        editor().post("/api/campaigns/" + id + "/" + what).then().statusCode(200);
    }

    public static JsonPath campaign(long id) {
        return editor().get("/api/campaigns/" + id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    public static JsonPath awaitState(long id, String state) {
        await().atMost(60, SECONDS).untilAsserted(() -> org.assertj.core.api.Assertions.assertThat(
                        campaign(id).getString("state"))
                .as(campaign(id).prettify())
                .isEqualTo(state));
        return campaign(id);
    }
}
