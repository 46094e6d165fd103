package dev.broadsheet.accounts;

import static dev.broadsheet.Api.editor;
import static dev.broadsheet.accounts.Tokens.bearer;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.broadsheet.Api;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.platform.Sha256;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ExtractableResponse;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class TokenResourceTest {

    @Inject
    Rows rows;

    @BeforeEach
    void forgetFailures() {
        rows.run("delete from failed_attempt");
    }

    private static ExtractableResponse<Response> created(String name, String scope) {
        return Tokens.create("{\"name\": \"%s\", \"scopes\": [\"%s\"]}".formatted(name, scope))
                .statusCode(201)
                .extract();
    }

    @Test
    void create_answersTheSecretOnce_andKeepsItsDigestAlone() {
        String name = Api.fresh("ci");

        ExtractableResponse<Response> answer = Tokens.create("""
                        {"name": " %s ", "scopes": ["write", "read", "write"], "expiresAt": "2099-01-01T00:00:00+02:00"}
                        """.formatted(name))
                .statusCode(201)
                .header("Cache-Control", "no-store")
                .header("Location", startsWith("/api/tokens/"))
                .body("name", equalTo(name))
                .body("scopes", equalTo(List.of("read", "write")))
                .body("newsletters", nullValue())
                .body("createdBy", equalTo("admin"))
                .body("expiresAt", equalTo("2098-12-31T22:00:00Z"))
                .extract();

        String secret = answer.path("token");
        assertThat(secret).startsWith("bst_").hasSize(47);
        String list = editor().get("/api/tokens?limit=1000")
                .then()
                .statusCode(200)
                .body("items.name", hasItem(name))
                .body("items.prefix", hasItem(secret.substring(0, 10)))
                .body("items[0]", not(hasKey("token")))
                .extract()
                .asString();
        assertThat(list).doesNotContain(secret.substring(10));
        int id = answer.path("id");
        assertThat(rows.text("select t::text from api_token t where id = ?", id))
                .doesNotContain(secret.substring(10));
        assertThat(rows.text("select encode(secret_hash, 'hex') from api_token where id = ?", id))
                .isEqualTo(java.util.HexFormat.of().formatHex(Sha256.of(secret)));
    }

    @Test
    void create_noTwoSecretsAreTheSame() {
        Set<String> secrets = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            secrets.add(Tokens.secret("read"));
        }
        assertThat(secrets).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"name\": \"x\"}",
                "{\"name\": \"x\", \"scopes\": []}",
                "{\"name\": \"x\", \"scopes\": [null]}",
                "{\"name\": \"x\", \"scopes\": [\"root\"]}",
                "{\"name\": \"x\", \"scopes\": [\"READ\"]}",
                "{\"name\": \"x\", \"scopes\": \"read\"}",
                "{\"name\": \"\", \"scopes\": [\"read\"]}",
                "{\"name\": \" \", \"scopes\": [\"read\"]}",
                "{\"scopes\": [\"read\"]}",
                "{\"name\": \"a\\r\\nb\", \"scopes\": [\"read\"]}",
                "{\"name\": \"a\\u0000\", \"scopes\": [\"read\"]}",
                "{\"name\": \"a\\ud800\", \"scopes\": [\"read\"]}",
                "{\"name\": \"x\", \"scopes\": [\"read\"], \"newsletters\": []}",
                "{\"name\": \"x\", \"scopes\": [\"read\"], \"newsletters\": [null]}",
                "{\"name\": \"x\", \"scopes\": [\"read\"], \"newsletters\": [\"no-such-newsletter\"]}",
                "{\"name\": \"x\", \"scopes\": [\"read\"], \"newsletters\": [\"a,b\", \"{}\\u0000\"]}",
                "{\"name\": \"x\", \"scopes\": [\"read\"], \"expiresAt\": \"2020-01-01T00:00:00Z\"}",
                "{\"name\": \"x\", \"scopes\": [\"read\"], \"expiresAt\": \"+999999999-01-01T00:00:00Z\"}",
                "{\"name\": \"x\", \"scopes\": [\"read\"], \"expiresAt\": \"tomorrow\"}",
                "{\"name\": \"x\", \"scopes\": [\"read\"], \"createdBy\": \"somebody else\"}",
                "{\"name\": \"x\", \"scopes\": [\"read\"], \"token\": \"bst_of-my-own\"}",
            })
    void create_whatIsNoToken_isRefusedAndMakesNone(String body) {
        long before = rows.number("select count(*) from api_token");

        Tokens.create(body)
                .statusCode(400)
                .contentType("application/problem+json")
                .body("type", equalTo("invalid"));

        assertThat(rows.number("select count(*) from api_token")).isEqualTo(before);
    }

    @Test
    void create_tooLongName_isRefused() {
        Tokens.create("{\"name\": \"%s\", \"scopes\": [\"read\"]}".formatted("x".repeat(101)))
                .statusCode(400);
    }

    @Test
    void list_isPagedByCursor() {
        created(Api.fresh("ci"), "read");
        created(Api.fresh("ci"), "read");

        String next = editor().get("/api/tokens?limit=1")
                .then()
                .statusCode(200)
                .body("items.size()", equalTo(1))
                .extract()
                .path("next");

        int second = editor().get("/api/tokens?limit=1&after=" + next)
                .then()
                .body("items.size()", equalTo(1))
                .extract()
                .path("items[0].id");
        assertThat(second).isGreaterThan(Integer.parseInt(next));
    }

    @Test
    void token_opensTheApi_underItsOwnName() {
        String newsletter = Api.newsletter();
        ExtractableResponse<Response> token = Tokens.create(
                        "{\"name\": \"from-git\", \"scopes\": [\"read\", \"write\"], \"newsletters\": [\"%s\"]}"
                                .formatted(newsletter))
                .extract();
        String issue = "/api/newsletters/" + newsletter + "/issues/2026-11-25";

        bearer(token.path("token"))
                .contentType("text/markdown")
                .body("Title: One\nDate: 2026-11-25\n\nHello.\n")
                .put(issue)
                .then()
                .statusCode(201);

        bearer(token.path("token"))
                .get(issue + "/revisions")
                .then()
                .statusCode(200)
                .body("items.broughtBy", equalTo(List.of("from-git")));
    }

    @Test
    void lastUse_isWrittenAfterACall_andShown() {
        ExtractableResponse<Response> token = created(Api.fresh("ci"), "admin");
        int id = token.path("id");
        assertThat(rows.texts("select last_used_at from api_token where id = ?", id))
                .containsExactly((String) null);

        bearer(token.path("token")).get("/api/newsletters").then().statusCode(200);

        await().atMost(Duration.ofSeconds(20))
                .until(() -> rows.number(
                                "select count(*) from api_token where id = ? and last_used_at > now() - interval '1 minute'",
                                id)
                        == 1);
        String at = rows.text("select last_used_at from api_token where id = ?", id);
        editor().get("/api/tokens?limit=1&after=" + (id - 1)).then().body("items[0].lastUsedAt", notNullValue());
        bearer(token.path("token")).get("/api/newsletters").then().statusCode(200);
        assertThat(rows.text("select last_used_at from api_token where id = ?", id))
                .isEqualTo(at);
    }

    @Test
    void revoked_opensNothingAtOnce_andStaysInTheList() {
        ExtractableResponse<Response> token = created(Api.fresh("ci"), "read");
        int id = token.path("id");
        bearer(token.path("token")).get("/api/newsletters").then().statusCode(200);

        editor().delete("/api/tokens/" + id).then().statusCode(204).body(equalTo(""));
        String at = rows.text("select revoked_at from api_token where id = ?", id);
        editor().delete("/api/tokens/" + id).then().statusCode(204);

        refused(token.path("token"));
        assertThat(rows.text("select revoked_at from api_token where id = ?", id))
                .isEqualTo(at);
        editor().get("/api/tokens?limit=1&after=" + (id - 1)).then().body("items[0].revokedAt", notNullValue());
    }

    @Test
    void expired_opensNothing() {
        ExtractableResponse<Response> token = created(Api.fresh("ci"), "read");
        int id = token.path("id");
        rows.run("update api_token set expires_at = now() + interval '1 hour' where id = ?", id);
        bearer(token.path("token")).get("/api/newsletters").then().statusCode(200);

        rows.run("update api_token set expires_at = now() - interval '1 second' where id = ?", id);

        refused(token.path("token"));
    }

    @Test
    void revoke_whatIsNotThere_is404() {
        editor().delete("/api/tokens/999999").then().statusCode(404).body("type", equalTo("not-found"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"wrong", "bst_", "bst_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "test-admin-toke"})
    void forged_opensNothing(String secret) {
        refused(secret);
    }

    @Test
    void forged_fromPartsOfAGoodOne_opensNothing() {
        String secret = Tokens.secret("admin");
        refused(secret.substring(0, 46));
        refused(secret + "A");
        refused(secret.substring(0, 10));
        refused(rows.text(
                "select encode(secret_hash, 'hex') from api_token where prefix = ?", secret.substring(0, 10)));
    }

    @Test
    void noToken_isToldWhatIsMissing() {
        given().get("/api/newsletters")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", "Bearer realm=\"broadsheet\"")
                .body("type", equalTo("unauthorized"));
        bearer("").get("/api/newsletters").then().statusCode(401);
        given().header("Authorization", "Basic " + TestDatabase.TOKEN)
                .get("/api/newsletters")
                .then()
                .statusCode(401);
        given().get("/api/newsletters?access_token=" + TestDatabase.TOKEN)
                .then()
                .statusCode(401);
    }

    @Test
    void secrets_areInNoLog() {
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler listening = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getMessage() + Arrays.toString(line.getParameters()) + line.getThrown());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger root = Logger.getLogger("");
        root.addHandler(listening);
        try {
            root.info("listening");
            String secret = Tokens.secret("write");
            bearer(secret).get("/api/newsletters").then().statusCode(403);
            bearer(secret).get("/api/nowhere").then().statusCode(404);
            bearer(secret).contentType("application/json").body("{").post("/api/tokens");
            refused("bst_forged-" + secret);
            Tokens.create("{\"name\": \"x\", \"scopes\": [\"" + secret + "\"]}").statusCode(400);

            assertThat(lines).anyMatch(line -> line.contains("listening")).noneMatch(line -> line.contains("bst_"));
        } finally {
            root.removeHandler(listening);
        }
    }

    @Test
    void manyWrongTokens_holdTheNetworkUp_butNotWhoHasAGoodOne() {
        String good = Tokens.secret("read");
        for (int i = 0; i < FailedAttempts.MOST; i++) {
            refused("bst_wrong-" + i);
        }

        int seconds = Integer.parseInt(bearer("bst_wrong")
                .get("/api/newsletters")
                .then()
                .statusCode(429)
                .contentType("application/problem+json")
                .body("type", equalTo("too-many-attempts"))
                .extract()
                .header("Retry-After"));

        assertThat(seconds).isBetween(1, 60);
        bearer(good).get("/api/newsletters").then().statusCode(200);
        editor().get("/api/newsletters").then().statusCode(200);
        assertThat(rows.texts("select failures from failed_attempt")).containsExactly("" + FailedAttempts.MOST);

        rows.run("update failed_attempt set since = since - interval '1 minute'");
        refused("bst_wrong");
        assertThat(rows.texts("select failures from failed_attempt")).containsExactly("1");
    }

    private static void refused(String secret) {
        bearer(secret)
                .get("/api/newsletters")
                .then()
                .statusCode(401)
                .contentType("application/problem+json")
                .header("WWW-Authenticate", endsWith("error=\"invalid_token\""))
                .body("type", equalTo("unauthorized"))
                .body("detail", not(containsString("bst_")));
    }
}
