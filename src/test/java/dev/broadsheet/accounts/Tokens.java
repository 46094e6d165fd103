package dev.broadsheet.accounts;

import static io.restassured.RestAssured.given;

import dev.broadsheet.Api;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Tokens for tests of what they may do. */
public final class Tokens {

    private Tokens() {}

    /** A call with a new token of one scope for some newsletters, for all where none is named. */
    public static RequestSpecification with(String scope, String... newsletters) {
        return bearer(secret(scope, newsletters));
    }

    public static RequestSpecification bearer(String secret) {
        return given().header("Authorization", "Bearer " + secret);
    }

    public static String secret(String scope, String... newsletters) {
        String only = newsletters.length == 0
                ? "null"
                : Arrays.stream(newsletters).map(slug -> '"' + slug + '"').collect(Collectors.joining(",", "[", "]"));
        return create("{\"name\": \"%s\", \"scopes\": [\"%s\"], \"newsletters\": %s}"
                        .formatted(Api.fresh("token"), scope, only))
                .statusCode(201)
                .extract()
                .path("token");
    }

    static ValidatableResponse create(String body) {
        return Api.editor()
                .contentType("application/json")
                .body(body)
                .post("/api/tokens")
                .then();
    }
}
