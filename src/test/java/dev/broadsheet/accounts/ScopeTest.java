package dev.broadsheet.accounts;

import static dev.broadsheet.Api.editor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.broadsheet.Api;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What tokens may do, by scope and by newsletter. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class ScopeTest {

    @Inject
    Rows rows;

    /** A newsletter with something behind each kind of id. */
    private record Household(String slug, int campaign, int importId, int linkCheck) {

        static Household make() {
            String slug = Api.newsletter();
            String issue = "/api/newsletters/" + slug + "/issues/one";
            editor().contentType("text/markdown")
                    .body("Title: One\nDate: 2026-11-25\n\nHello.\n")
                    .put(issue)
                    .then()
                    .statusCode(201);
            editor().post(issue + "/publish").then().statusCode(200);
            int campaign = editor().contentType("application/json")
                    .header("Idempotency-Key", "one")
                    .body("{\"sendAt\": \"2099-01-01T00:00:00Z\"}")
                    .post(issue + "/campaigns")
                    .then()
                    .statusCode(202)
                    .extract()
                    .path("id");
            int importId = editor().contentType("text/csv")
                    .body("email\nnobody\n")
                    .post("/api/newsletters/" + slug + "/imports")
                    .then()
                    .statusCode(202)
                    .extract()
                    .path("id");
            int linkCheck = editor().post(issue + "/link-checks")
                    .then()
                    .statusCode(202)
                    .extract()
                    .path("id");
            return new Household(slug, campaign, importId, linkCheck);
        }

        String filled(String path) {
            return path.replace("{n}", slug)
                    .replace("{campaign}", "" + campaign)
                    .replace("{import}", "" + importId)
                    .replace("{check}", "" + linkCheck);
        }
    }

    private static Response call(RequestSpecification as, String method, String path) {
        RequestSpecification call =
                switch (method) {
                    case "PUT", "PATCH" ->
                        path.contains("/issues/")
                                ? as.contentType("text/markdown")
                                : as.contentType("application/json");
                    case "POST" ->
                        path.endsWith("/imports") ? as.contentType("text/csv") : as.contentType("application/json");
                    default -> as;
                };
        return method.equals("GET") || method.equals("DELETE")
                ? call.request(method, path)
                : call.body("").request(method, path);
    }

    @ParameterizedTest
    @CsvSource({
        "read, GET, /api/newsletters",
        "read, GET, /api/newsletters/{n}",
        "read, GET, /api/newsletters/{n}/issues",
        "read, GET, /api/newsletters/{n}/issues/one/email.eml",
        "read, GET, /api/newsletters/{n}/subscribers",
        "read, GET, /api/campaigns",
        "read, GET, /api/campaigns/{campaign}",
        "read, GET, /api/campaigns/{campaign}/report",
        "read, GET, /api/campaigns/{campaign}/report.csv",
        "read, GET, /api/newsletters/{n}/subscribers.csv",
        "read, GET, /api/newsletters/{n}/imports",
        "read, GET, /api/imports/{import}",
        "read, GET, /api/imports/{import}/refused.csv",
        "read, GET, /api/link-checks/{check}",
        "read, GET, /api/limits",
        "write, PUT, /api/newsletters/{n}/issues/one",
        "write, POST, /api/newsletters/{n}/issues/one/publish",
        "write, POST, /api/newsletters/{n}/issues/one/withdraw",
        "write, POST, /api/newsletters/{n}/issues/one/findings/0/accept",
        "write, POST, /api/newsletters/{n}/issues/one/link-checks",
        "write, POST, /api/newsletters/{n}/imports",
        "write, POST, /api/newsletters/{n}/subscribers",
        "write, POST, /api/newsletters/{n}/subscribers/1/unsubscribe",
        "send, POST, /api/newsletters/{n}/issues/one/test-sends",
        "send, POST, /api/newsletters/{n}/issues/one/campaigns",
        "send, PATCH, /api/campaigns/{campaign}",
        "send, POST, /api/campaigns/{campaign}/pause",
        "send, POST, /api/campaigns/{campaign}/resume",
        "send, POST, /api/campaigns/{campaign}/retry",
        "send, POST, /api/campaigns/{campaign}/settle",
        "send, POST, /api/campaigns/{campaign}/cancel",
        "admin, PUT, /api/newsletters/{n}",
        "admin, DELETE, /api/newsletters/{n}/issues/one/deliveries",
        "admin, GET, /api/tokens",
        "admin, POST, /api/tokens",
        "admin, DELETE, /api/tokens/999999",
        "admin, GET, /api/audit",
        "admin, PATCH, /api/limits",
    })
    void call_needsItsScope_orAdmin(String needed, String method, String path) {
        Household household = Household.make();
        for (String scope : List.of("read", "write", "send", "admin")) {
            Response answer = call(Tokens.with(scope), method, household.filled(path));
            if (scope.equals(needed) || scope.equals("admin")) {
                assertThat(answer.statusCode()).as("with %s", scope).isNotIn(401, 403, 405, 500);
            } else {
                answer.then()
                        .statusCode(403)
                        .contentType("application/problem+json")
                        .body("type", equalTo("scope-missing"))
                        .body("scope", equalTo(needed));
            }
        }
    }

    @Test
    void refusedForItsScope_changesNothing() {
        Household household = Household.make();

        Tokens.with("read")
                .post("/api/campaigns/" + household.campaign + "/cancel")
                .then()
                .statusCode(403);

        assertThat(rows.text("select state from campaign where id = ?", household.campaign))
                .isEqualTo("SCHEDULED");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/newsletters/{n}",
        "PUT, /api/newsletters/{n}",
        "GET, /api/newsletters/{n}/issues",
        "GET, /api/newsletters/{n}/issues/one",
        "GET, /api/newsletters/{n}/issues/one/email.html",
        "PUT, /api/newsletters/{n}/issues/one",
        "POST, /api/newsletters/{n}/issues/one/publish",
        "POST, /api/newsletters/{n}/issues/one/withdraw",
        "POST, /api/newsletters/{n}/issues/one/findings/0/leave-out",
        "POST, /api/newsletters/{n}/issues/one/test-sends",
        "POST, /api/newsletters/{n}/issues/one/campaigns",
        "POST, /api/newsletters/{n}/issues/one/link-checks",
        "DELETE, /api/newsletters/{n}/issues/one/deliveries",
        "GET, /api/newsletters/{n}/subscribers",
        "POST, /api/newsletters/{n}/subscribers",
        "GET, /api/newsletters/{n}/subscribers.csv",
        "GET, /api/newsletters/{n}/imports",
        "POST, /api/newsletters/{n}/imports",
        "GET, /api/campaigns?newsletter={n}",
        "GET, /api/campaigns/{campaign}",
        "PATCH, /api/campaigns/{campaign}",
        "GET, /api/campaigns/{campaign}/deliveries",
        "GET, /api/campaigns/{campaign}/report",
        "GET, /api/campaigns/{campaign}/report.csv",
        "POST, /api/campaigns/{campaign}/pause",
        "POST, /api/campaigns/{campaign}/resume",
        "POST, /api/campaigns/{campaign}/cancel",
        "POST, /api/campaigns/{campaign}/retry",
        "POST, /api/campaigns/{campaign}/settle",
        "GET, /api/imports/{import}",
        "GET, /api/imports/{import}/refused.csv",
        "GET, /api/link-checks/{check}",
        "GET, /api/audit?newsletter={n}",
    })
    void anothersNewsletter_isAnsweredAsIfItWereNotThere(String method, String path) {
        Household other = Household.make();
        String own = Api.newsletter();
        List<String> before = rows.texts("select c.xmin || c.state from campaign c where id = ?", other.campaign);

        ValidatableResponse answer =
                call(Tokens.with("admin", own), method, other.filled(path)).then();

        answer.statusCode(404).contentType("application/problem+json").body("type", equalTo("not-found"));
        String nowhere = path.replace("{n}", "not-there").replaceAll("\\{\\w+}", "999999");
        assertThat(answer.extract().asString())
                .isEqualTo(call(Tokens.with("admin", own), method, nowhere).asString());
        assertThat(rows.texts("select c.xmin || c.state from campaign c where id = ?", other.campaign))
                .isEqualTo(before);
        assertThat(rows.texts(
                        "select state from issue i join newsletter n on n.id = newsletter_id where n.slug = ?",
                        other.slug))
                .containsExactly("PUBLISHED");
    }

    @Test
    void lists_showTheTokensOwnNewslettersAlone() {
        Household own = Household.make();
        Household other = Household.make();
        String secret = Tokens.secret("admin", own.slug);

        Tokens.bearer(secret)
                .get("/api/newsletters?limit=1000")
                .then()
                .body("items.slug", equalTo(List.of(own.slug)))
                .body("next", equalTo(null));
        Tokens.bearer(secret).get("/api/campaigns?limit=1000").then().body("items.id", equalTo(List.of(own.campaign)));
        Tokens.bearer(secret)
                .get("/api/campaigns?newsletter=" + own.slug)
                .then()
                .body("items.id", equalTo(List.of(own.campaign)));
        List<String> audited = Tokens.bearer(secret)
                .get("/api/audit?limit=1000")
                .then()
                .extract()
                .path("items.newsletter");
        assertThat(audited).isNotEmpty().containsOnly(own.slug);
        assertThat(other.slug).isNotEqualTo(own.slug);
    }

    @Test
    void ownNewsletter_isOpen() {
        Household own = Household.make();
        String secret = Tokens.secret("admin", own.slug);

        for (String path : List.of(
                "/api/newsletters/{n}",
                "/api/newsletters/{n}/issues/one",
                "/api/campaigns/{campaign}",
                "/api/campaigns/{campaign}/deliveries",
                "/api/campaigns/{campaign}/report",
                "/api/campaigns/{campaign}/report.csv",
                "/api/imports/{import}",
                "/api/imports/{import}/refused.csv",
                "/api/link-checks/{check}",
                "/api/audit?newsletter={n}")) {
            Tokens.bearer(secret).get(own.filled(path)).then().statusCode(200);
        }
        Tokens.bearer(secret)
                .post("/api/campaigns/" + own.campaign + "/pause")
                .then()
                .statusCode(200)
                .body("state", equalTo("PAUSED"));
    }

    @Test
    void tokenForSomeNewsletters_givesNobodyMoreThanItHas() {
        String own = Api.newsletter();
        String other = Api.newsletter();
        String secret = Tokens.secret("admin", own);
        int everywhere = tokenId(Tokens.secret("read"));
        int foreign = tokenId(Tokens.secret("read", other));
        int both = tokenId(Tokens.secret("read", own, other));

        for (String newsletters : List.of("null", "[\"" + other + "\"]", "[\"%s\", \"%s\"]".formatted(own, other))) {
            Tokens.bearer(secret)
                    .contentType("application/json")
                    .body("{\"name\": \"x\", \"scopes\": [\"read\"], \"newsletters\": " + newsletters + "}")
                    .post("/api/tokens")
                    .then()
                    .statusCode(400)
                    .body("type", equalTo("invalid"));
        }
        int made = Tokens.bearer(secret)
                .contentType("application/json")
                .body("{\"name\": \"x\", \"scopes\": [\"read\"], \"newsletters\": [\"" + own + "\"]}")
                .post("/api/tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("id");

        Tokens.bearer(secret)
                .get("/api/tokens?limit=1000")
                .then()
                .body("items.id", equalTo(List.of(tokenId(secret), made)));
        for (int id : List.of(everywhere, foreign, both)) {
            Tokens.bearer(secret).delete("/api/tokens/" + id).then().statusCode(404);
            assertThat(rows.texts("select revoked_at from api_token where id = ?", id))
                    .containsExactly((String) null);
        }
        Tokens.bearer(secret).delete("/api/tokens/" + made).then().statusCode(204);
    }

    private int tokenId(String secret) {
        return (int) rows.number("select id from api_token where prefix = ?", secret.substring(0, 10));
    }
}
