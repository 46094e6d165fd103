package dev.broadsheet.suppression;

import static dev.broadsheet.Api.editor;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.broadsheet.Api;
import dev.broadsheet.Readers;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class SuppressionResourceTest {

    @Inject
    Readers readers;

    @Inject
    Rows rows;

    private static ValidatableResponse add(String email, String newsletter, String reason) {
        Map<String, String> body = new HashMap<>(Map.of("email", email));
        if (newsletter != null) {
            body.put("newsletter", newsletter);
        }
        if (reason != null) {
            body.put("reason", reason);
        }
        return editor().contentType("application/json")
                .body(body)
                .post("/api/suppressions")
                .then();
    }

    private static JsonPath list(String query) {
        return editor().get("/api/suppressions" + query)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    @Test
    void suppression_ofANewsletter_stopsItsMailAlone_untilItIsLifted() {
        String here = Api.newsletter();
        String there = Api.newsletter();
        String email = Readers.address();
        long mine = readers.active(here, email);
        long other = readers.active(there, email);

        String location = add(email.toUpperCase(), here, null)
                .statusCode(201)
                .body("email", equalTo(email), "newsletter", equalTo(here), "reason", equalTo("REQUESTED"))
                .extract()
                .header("Location");
        assertThat(isMailable(mine)).isFalse();
        assertThat(isMailable(other)).isTrue();
        editor().get(location).then().statusCode(200).body("reason", equalTo("REQUESTED"));

        editor().delete(location).then().statusCode(204);
        assertThat(isMailable(mine)).isTrue();
        editor().delete(location).then().statusCode(404);

        add(email, null, "BOUNCED").statusCode(201).body("newsletter", nullValue());
        assertThat(isMailable(mine)).isFalse();
        assertThat(isMailable(other)).isFalse();
    }

    @Test
    void suppression_ofSomebodyUnknown_keepsNoAddress() {
        String email = Readers.address();
        add(email, null, "COMPLAINED").statusCode(201).body("email", nullValue());
        assertThat(rows.texts("select t::text from suppression t")).noneMatch(row -> row.contains(email));
        assertThat(list("?email=" + email).getList("items.reason")).containsExactly("COMPLAINED");
        assertThat(list("?email=nobody@example.org").getList("items")).isEmpty();
    }

    @Test
    void suppression_again_keepsWhatSaysMore() {
        String email = Readers.address();
        int id = add(email, null, "BOUNCED").statusCode(201).extract().path("id");
        add(email, null, "COMPLAINED").statusCode(201).body("id", equalTo(id), "reason", equalTo("COMPLAINED"));
        add(email, null, "BOUNCED").statusCode(201).body("id", equalTo(id), "reason", equalTo("COMPLAINED"));
        assertThat(list("?email=" + email).getList("items")).hasSize(1);
    }

    @Test
    void list_goesPageByPage() {
        String slug = Api.newsletter();
        List<Integer> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(add(Readers.address(), slug, "REQUESTED").extract().path("id"));
        }
        List<Integer> read = new ArrayList<>();
        String next = "";
        do {
            JsonPath page = list("?newsletter=" + slug + "&limit=2&after=" + next);
            read.addAll(page.getList("items.id"));
            next = page.getString("next");
        } while (next != null);
        assertThat(read).isEqualTo(made);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"email\": \"nobody\"}",
                "{\"email\": \"a@example.org\", \"reason\": \"ERASED\"}",
                "{\"email\": \"a@example.org\", \"reason\": \"because\"}",
                "{\"email\": \"a@example.org\", \"id\": 1}",
                "[]",
                ""
            })
    void suppression_thatCannotBe_isRefused(String body) {
        editor().contentType("application/json")
                .body(body)
                .post("/api/suppressions")
                .then()
                .statusCode(400);
    }

    @Test
    void suppressions_askForAToken_andAKnownNewsletter() {
        given().get("/api/suppressions").then().statusCode(401);
        given().delete("/api/suppressions/1").then().statusCode(401);
        editor().get("/api/suppressions?newsletter=none").then().statusCode(404);
        add(Readers.address(), "none", null).statusCode(404);
        editor().get("/api/suppressions/999999999").then().statusCode(404);
    }

    private boolean isMailable(long subscription) {
        return !rows.texts("select 1 from mailable_subscription where subscription_id = ?", subscription)
                .isEmpty();
    }
}
