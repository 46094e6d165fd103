package dev.broadsheet.newsletters;

import static dev.broadsheet.Api.editor;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.broadsheet.Api;
import dev.broadsheet.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class NewsletterResourceTest {

    @Test
    void put_new_createsWithDefaults_andAgainChanges() {
        String slug = Api.fresh("put");
        String body = "{\"title\": \"%s\", \"fromName\": \"Ada\", \"fromEmail\": \"ada@example.org\"}";
        editor().contentType("application/json")
                .body(body.formatted("One"))
                .put("/api/newsletters/" + slug)
                .then()
                .statusCode(201)
                .body("slug", equalTo(slug))
                .body("language", equalTo("en"))
                .body("timeZone", equalTo("UTC"))
                .body("archive", equalTo("PUBLIC"))
                .body("schedule", nullValue());
        editor().contentType("application/json")
                .body(body.formatted("Two"))
                .put("/api/newsletters/" + slug)
                .then()
                .statusCode(200)
                .body("title", equalTo("Two"));
        editor().get("/api/newsletters/" + slug).then().statusCode(200).body("title", equalTo("Two"));
        editor().get("/api/newsletters?limit=1000").then().statusCode(200).body("items.slug", hasItem(slug));
    }

    @Test
    void put_schedule_showsTheNextThreeTimes() {
        editor().contentType("application/json")
                .body("""
                        {"title": "S", "fromName": "Ada", "fromEmail": "ada@example.org",
                         "schedule": "0 18 * * 3", "timeZone": "Europe/Berlin"}
                        """)
                .put("/api/newsletters/" + Api.fresh("scheduled"))
                .then()
                .statusCode(201)
                .body("nextTimes", hasSize(3));
    }

    @Test
    void get_unknown_isNotFoundAsAProblem() {
        editor().get("/api/newsletters/nobody")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("type", equalTo("not-found"))
                .body("status", equalTo(404));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"title\": \"T\", \"fromName\": \"A\"}",
                "{\"title\": \"T\", \"fromName\": \"A\", \"fromEmail\": \"not an address\"}",
                "{\"title\": \"T\\r\\nBcc: x@example.org\", \"fromName\": \"A\", \"fromEmail\": \"a@example.org\"}",
                "{\"title\": \"T\", \"fromName\": \"A\\nBcc: x@y.z\", \"fromEmail\": \"a@example.org\"}",
                "{\"title\": \"T\", \"fromName\": \"A\", \"fromEmail\": \"a@example.org\\r\\nBcc: b@example.org\"}",
                "{\"title\": \"T\", \"fromName\": \"A\", \"fromEmail\": \"a@example.org\", \"timeZone\": \"Mars\"}",
                "{\"title\": \"T\", \"fromName\": \"A\", \"fromEmail\": \"a@example.org\", \"schedule\": \"often\"}",
                "{\"title\": \"T\", \"fromName\": \"A\", \"fromEmail\": \"a@example.org\", \"issueUrl\": \"ftp://x/{slug}\"}",
                "{\"title\": \"T\", \"fromName\": \"A\", \"fromEmail\": \"a@example.org\", \"id\": 7}",
                "{\"title\": \"T\", \"fromName\": \"A\", \"fromEmail\": \"a@example.org\", \"theme\": {\"a\": \"\\u0000\"}}",
                "{\"title\": \"T\", \"fromName\": \"A\", \"fromEmail\": \"a@example.org\", \"theme\": {\"a\": [{\"\\u0000\": 1}]}}",
                "{\"title\": \"T\", \"fromName\": \"A\", \"fromEmail\": \"a@example.org\", \"theme\": {\"a\": \"\\ud800\"}}",
                "{\"title\": \"T\", \"fromName\": \"A\", \"fromEmail\": \"a@example.org\", \"alertEmails\": [null]}",
                "{\"title\": \"T\", \"fromName\": \"A\", \"fromEmail\": \"a@example.org\", \"alertEmails\": [\"h(x)@example.org\"]}",
                "{\"title\": ",
                ""
            })
    void put_badSettings_isRefusedAndNothingIsWritten(String body) {
        String slug = Api.fresh("bad");
        editor().contentType("application/json")
                .body(body)
                .put("/api/newsletters/" + slug)
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("type", equalTo("invalid"));
        editor().get("/api/newsletters/" + slug).then().statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer wrong", "Basic dGVzdA==", "Bearer "})
    void anyCall_withoutAGoodToken_isUnauthorized(String authorization) {
        given().header("Authorization", authorization)
                .get("/api/newsletters")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", containsString("Bearer"))
                .contentType("application/problem+json");
    }

    @Test
    void list_limit_isPagedByCursor() {
        String first = Api.newsletter();
        Api.newsletter();
        String next = editor().get("/api/newsletters?limit=1&after=" + before(first))
                .then()
                .statusCode(200)
                .body("items.slug", contains(first))
                .extract()
                .path("next");
        org.assertj.core.api.Assertions.assertThat(next).isEqualTo(first);
        editor().get("/api/newsletters?limit=1001").then().statusCode(400);
    }

    /** A cursor right before a slug: the slug without its last character sorts before it. */
    private static String before(String slug) {
        return slug.substring(0, slug.length() - 1) + (char) (slug.charAt(slug.length() - 1) - 1) + "~";
    }
}
