package dev.broadsheet.accounts;

import static dev.broadsheet.Api.editor;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.broadsheet.Api;
import dev.broadsheet.Readers;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.TestReaders;
import dev.broadsheet.platform.AddressHashes;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import jakarta.transaction.TransactionalException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class AuditTest {

    @Inject
    Rows rows;

    @Inject
    TestReaders readers;

    @Inject
    Readers people;

    @Inject
    AddressHashes hashes;

    @Inject
    Audit audit;

    private static void post(String path, String body) {
        assertThat(editor().contentType("application/json")
                        .body(body)
                        .post(path)
                        .statusCode())
                .as(path)
                .isBetween(200, 299);
    }

    private static JsonPath trail(String newsletter) {
        return editor().get("/api/audit?limit=1000&newsletter=" + newsletter)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    /** Oldest first. */
    private static List<String> actions(String newsletter) {
        List<String> actions = new ArrayList<>(trail(newsletter).getList("items.action"));
        Collections.reverse(actions);
        return actions;
    }

    @Test
    void everyChangeByAnEditor_isThereOnce_withoutAnAddress() {
        String newsletter = Api.newsletter();
        String root = "/api/newsletters/" + newsletter;
        String issue = root + "/issues/one";
        String settings = """
                {"title": "%s", "fromName": "The Editors", "fromEmail": "another@secret.example"}
                """;
        for (String title : List.of("Other", "Other")) {
            editor().contentType("application/json")
                    .body(settings.formatted(title))
                    .put(root)
                    .then()
                    .statusCode(200);
        }
        for (int i = 0; i < 2; i++) {
            editor().contentType("text/markdown")
                    .body("Title: One\nDate: 2026-11-25\n\n[Talk](DISCUSSION_LINK_HERE)\n\nLast.\n")
                    .put(issue);
        }
        editor().contentType("text/markdown").body("Title: Two\n").put(issue + "?dryRun=true");
        String finding = editor().get(issue).path("findings.find {it.rule == 'placeholder-link'}.id");
        post(issue + "/findings/" + finding + "/leave-out", "{\"reason\": \"asked by ada@secret.example\"}");
        post(issue + "/findings/" + finding + "/accept", "{\"reason\": \"asked by ada@secret.example\"}");
        post(issue + "/publish", "");
        post(issue + "/publish", "");
        post(issue + "/link-checks", "");
        post(issue + "/test-sends", "{\"to\": [\"ada@secret.example\"]}");
        int campaign = editor().contentType("application/json")
                .header("Idempotency-Key", "one")
                .body("{\"sendAt\": \"2099-01-01T00:00:00Z\"}")
                .post(issue + "/campaigns")
                .path("id");
        editor().contentType("application/json")
                .header("Idempotency-Key", "one")
                .body("{\"sendAt\": \"2099-01-01T00:00:00Z\"}")
                .post(issue + "/campaigns");
        editor().contentType("application/json")
                .body("{\"messagesPerSecond\": 2}")
                .patch("/api/campaigns/" + campaign)
                .then()
                .statusCode(200);
        for (String act : List.of("pause", "pause", "resume", "resume", "cancel", "cancel", "pause")) {
            editor().post("/api/campaigns/" + campaign + "/" + act);
        }
        post(issue + "/withdraw", "");
        post(issue + "/withdraw", "");
        post(root + "/subscribers", "{\"email\": \"Ada@Secret.example\"}");
        long subscription = readers.active(newsletter, 1).get(0);
        post(root + "/subscribers/" + subscription + "/unsubscribe", "");
        post(root + "/subscribers/" + subscription + "/unsubscribe", "");
        editor().contentType("text/csv").body("email\nbo@secret.example\n").post(root + "/imports?dryRun=true");
        editor().contentType("text/csv").body("email\nbo@secret.example\n").post(root + "/imports");

        assertThat(actions(newsletter))
                .containsExactly(
                        "newsletter.create",
                        "newsletter.change",
                        "issue.put",
                        "finding.leave-out",
                        // its line is back, or gone: another row of the same revision, no change of its own
                        "finding.accept",
                        "issue.publish",
                        "link-check.start",
                        "issue.test-send",
                        "campaign.create",
                        "campaign.change",
                        "campaign.pause",
                        "campaign.resume",
                        "campaign.cancel",
                        "issue.withdraw",
                        "subscriber.add",
                        "subscriber.unsubscribe",
                        "import.start");
        JsonPath trail = trail(newsletter);
        assertThat(trail.getList("items.who")).containsOnly("admin");
        assertThat(trail.getList("items.ip")).containsOnly("127.0.0.1");
        assertThat(trail.getList("items.newsletter")).containsOnly(newsletter);
        assertThat(trail.getString("items.find {it.action == 'newsletter.change'}.details"))
                .isEqualTo("[changed:[fromEmail, postalAddress, title]]");
        assertThat(trail.getString("items.find {it.action == 'issue.put'}.subject"))
                .isEqualTo("issue/" + newsletter + "/one");
        assertThat(trail.getString("items.find {it.action == 'campaign.create'}.subject"))
                .isEqualTo("campaign/" + campaign);
        assertThat(trail.getString("items.find {it.action == 'subscriber.unsubscribe'}.subject"))
                .isEqualTo("subscription/" + subscription);
        assertThat(trail.getString("items.find {it.action == 'subscriber.add'}.subject"))
                .isEqualTo("address/" + HexFormat.of().formatHex(hashes.hash("ada@secret.example")));
        assertThat(rows.texts("select lower(t::text) from audit_entry t"))
                .isNotEmpty()
                .noneMatch(row -> row.contains("secret.example"));
    }

    @Test
    void tokens_leaveTheirNameAndId_neverTheirSecret() {
        String name = Api.fresh("ci");
        JsonPath token = Tokens.create("{\"name\": \"%s\", \"scopes\": [\"admin\"]}".formatted(name))
                .extract()
                .jsonPath();
        String newsletter = Api.fresh("weekly");
        Tokens.bearer(token.getString("token"))
                .contentType("application/json")
                .body("{\"title\": \"T\", \"fromName\": \"E\", \"fromEmail\": \"e@example.org\"}")
                .put("/api/newsletters/" + newsletter)
                .then()
                .statusCode(201);
        editor().delete("/api/tokens/" + token.getInt("id"));
        editor().delete("/api/tokens/" + token.getInt("id"));

        editor().get("/api/audit?newsletter=" + newsletter)
                .then()
                .body("items.action", equalTo(List.of("newsletter.create")))
                .body("items[0].who", equalTo(name))
                .body("items[0].token", equalTo(token.getInt("id")));
        List<Map<String, Object>> all = editor().get("/api/audit?limit=1000").path("items");
        assertThat(all)
                .filteredOn(entry -> entry.get("subject").equals("token/" + token.getInt("id")))
                .extracting(entry -> entry.get("action"))
                .containsExactly("token.revoke", "token.create");
        assertThat(rows.texts("select t::text from audit_entry t"))
                .noneMatch(row -> row.contains(token.getString("token").substring(10)));
    }

    @Test
    void whatReadersDo_isNotInIt() {
        String newsletter = Api.newsletter();
        people.subscribe(newsletter, Readers.address()).statusCode(303);
        people.awaitSignUps(newsletter);

        assertThat(actions(newsletter)).containsExactly("newsletter.create");
    }

    @Test
    void whatIsRefused_leavesNothing() {
        String newsletter = Api.newsletter();

        editor().contentType("application/json")
                .body("{\"title\": \"T\", \"fromName\": \"E\", \"fromEmail\": \"none\"}")
                .put("/api/newsletters/" + newsletter)
                .then()
                .statusCode(400);

        assertThat(actions(newsletter)).containsExactly("newsletter.create");
    }

    @Test
    void list_isPagedNewestFirst() {
        String newsletter = Api.newsletter();
        for (int i = 1; i <= 3; i++) {
            editor().contentType("text/markdown")
                    .body("Title: One\nDate: 2026-11-25\n\n" + i + "\n")
                    .put("/api/newsletters/" + newsletter + "/issues/one");
        }

        JsonPath first =
                editor().get("/api/audit?limit=2&newsletter=" + newsletter).jsonPath();
        assertThat(first.getList("items.details.revision")).containsExactly(3, 2);
        editor().get("/api/audit?limit=2&newsletter=" + newsletter + "&after=" + first.getString("next"))
                .then()
                .body("items.action", equalTo(List.of("issue.put", "newsletter.create")))
                .body("next", nullValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=1001", "after=x", "limit=x"})
    void list_whatIsNoPage_isRefused(String query) {
        assertThat(editor().get("/api/audit?" + query).statusCode()).isIn(400, 404);
    }

    @Test
    void list_withoutAToken_isRefused() {
        given().get("/api/audit").then().statusCode(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update audit_entry set who = 'nobody'",
                "delete from audit_entry",
                "truncate audit_entry",
                "truncate audit_entry cascade"
            })
    void changedBySql_isRefusedByTheDatabase(String sql) {
        Api.newsletter();
        List<String> before = rows.texts("select t::text from audit_entry t order by id");

        assertThatThrownBy(() -> rows.run(sql)).hasMessageContaining("append-only");

        assertThat(before).isNotEmpty();
        assertThat(rows.texts("select t::text from audit_entry t order by id")).isEqualTo(before);
    }

    @Test
    void record_outsideOfAChangesTransaction_isRefused() {
        assertThatThrownBy(() -> audit.record("issue.put", "weekly", "issue/weekly/one", Map.of()))
                .isInstanceOf(TransactionalException.class);
    }
}
