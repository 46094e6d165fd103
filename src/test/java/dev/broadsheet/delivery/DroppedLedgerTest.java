package dev.broadsheet.delivery;

import static dev.broadsheet.Api.editor;
import static dev.broadsheet.delivery.Newsroom.awaitState;
import static dev.broadsheet.delivery.Newsroom.campaign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;

import dev.broadsheet.Api;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.TestReaders;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An old issue whose deliveries are given up. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class DroppedLedgerTest {

    @Inject
    DroppedLedgers dropped;

    @Inject
    Ledger ledger;

    @Inject
    TestReaders readers;

    @Inject
    Rows rows;

    @Inject
    AgroalDataSource database;

    private Newsroom newsroom;
    private List<Long> subscriptions;

    @BeforeEach
    void newsroomOfItsOwn() {
        newsroom = new Newsroom();
        subscriptions = readers.active(newsroom.newsletter(), 3);
        newsroom.publish("one");
    }

    @Test
    void droppedLedger_keepsTheTotals_andRefusesWhatNeedsTheRows() {
        long id = awaitDone();
        String table = "delivery_" + issueId();
        readers.active(newsroom.newsletter(), 1); // who would get the issue by another campaign

        drop().statusCode(204);

        assertThat(rows.text("select to_regclass(?)", table)).isNull();
        assertThat(campaign(id).getString("state")).isEqualTo("DONE");
        assertThat(campaign(id).getInt("recipients")).isEqualTo(3);
        assertThat(campaign(id).getInt("counts.sent")).isEqualTo(3);
        editor().get("/api/campaigns/" + id + "/deliveries")
                .then()
                .statusCode(410)
                .contentType("application/problem+json")
                .body("type", equalTo("ledger-dropped"));
        refused("/api/campaigns/" + id + "/retry", "");
        refused("/api/campaigns/" + id + "/settle", "{\"as\": \"RESEND\"}");
        refused("/api/newsletters/" + newsroom.newsletter() + "/issues/one/campaigns", "{}");
        refused("/api/newsletters/" + newsroom.newsletter() + "/issues/one/campaigns?dryRun=true", "{}");
        assertThatThrownBy(() -> ledger.ensurePartition(issueId())).hasMessageContaining("was dropped");
        assertThat(rows.text("select to_regclass(?)", table)).isNull();

        drop().statusCode(204);
        assertThat(rows.texts(
                        "select subject from audit_entry where newsletter = ? and action = 'issue.drop-deliveries'",
                        newsroom.newsletter()))
                .containsExactly("issue/" + newsroom.newsletter() + "/one");
    }

    @Test
    void droppedLedger_leavesOtherIssuesAndErasureAlone() {
        awaitDone();
        newsroom.publish("two");
        long two = newsroom.start("two", "{}");
        awaitState(two, "DONE");

        drop().statusCode(204);
        editor().delete("/api/newsletters/" + newsroom.newsletter() + "/subscribers/" + subscriptions.get(0))
                .then()
                .statusCode(204);

        assertThat(editor().get("/api/campaigns/" + two + "/deliveries")
                        .jsonPath()
                        .getList("items.email"))
                .hasSize(3)
                .containsOnlyOnce((Object) null);
        newsroom.publish("three");
        assertThat(awaitState(newsroom.start("three", "{}"), "DONE").getInt("counts.sent"))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "SCHEDULED, queued = 0",
        "PAUSED,    queued = 0",
        "CANCELLED, in_doubt = 1",
        "DONE,      sending = 1",
    })
    void ledgerInUse_isKept(String state, String count) {
        long id = awaitDone();
        rows.run("update campaign set state = '" + state + "', send_at = '2100-01-01' where id = ?", id);
        rows.run("update lane_count set " + count + " where campaign_id = ? and lane = 0", id);

        drop().statusCode(409).body("type", equalTo("ledger-in-use"), "campaign", equalTo((int) id));

        assertThat(rows.text("select to_regclass(?)", "delivery_" + issueId())).isNotNull();
        assertThat(rows.texts("select 1 from ledger_drop where issue_id = ?", issueId()))
                .isEmpty();
        rows.run("update lane_count set sending = 0, in_doubt = 0 where campaign_id = ?", id);
        rows.run("update campaign set state = 'DONE' where id = ?", id);
    }

    @Test
    void ledgerThatIsBusy_isRefusedAtOnce_andDroppedLater() throws Exception {
        long id = awaitDone();
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("update delivery set updated_at = now() where issue_id = " + issueId());
                drop().statusCode(204);
                assertThat(rows.text("select to_regclass(?)", "delivery_" + issueId()))
                        .isNotNull();
                editor().get("/api/campaigns/" + id + "/deliveries").then().statusCode(410);
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
        dropped.sweep();
        assertThat(rows.text("select to_regclass(?)", "delivery_" + issueId())).isNull();
    }

    @Test
    void campaignsAskedForMeanwhile_eitherKeepTheLedgerOrAreRefused() {
        awaitDone();
        List<CompletableFuture<Integer>> asked = java.util.stream.IntStream.range(0, 6)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> i == 3
                        ? drop().extract().statusCode()
                        : post("/api/newsletters/" + newsroom.newsletter() + "/issues/one/campaigns", "{}")
                                .extract()
                                .statusCode()))
                .toList();
        List<Integer> answers = asked.stream().map(CompletableFuture::join).toList();
        boolean isDropped = answers.get(3) == 204;
        assertThat(answers).allMatch(status -> status == 202 || status == 409 || status == 204);
        assertThat(rows.number(
                        "select count(*) from campaign c where issue_id = ? and state not in ('DONE', 'CANCELLED')"
                                + " and ?",
                        issueId(),
                        isDropped))
                .as("no campaign of a dropped ledger is open")
                .isZero();
        rows.texts("select id from campaign where issue_id = ?", issueId())
                .forEach(c -> awaitState(Long.parseLong(c), "DONE"));
    }

    @Test
    void issueThatIsNotThere_isNotFound() {
        editor().delete("/api/newsletters/" + newsroom.newsletter() + "/issues/nowhere/deliveries")
                .then()
                .statusCode(404);
    }

    private long awaitDone() {
        long id = newsroom.start("one", "{}");
        awaitState(id, "DONE");
        return id;
    }

    private ValidatableResponse drop() {
        return editor().delete("/api/newsletters/" + newsroom.newsletter() + "/issues/one/deliveries")
                .then();
    }

    private static ValidatableResponse post(String path, String body) {
        return editor().contentType("application/json")
                .header("Idempotency-Key", Api.fresh("key"))
                .body(body)
                .post(path)
                .then();
    }

    private static void refused(String path, String body) {
        post(path, body).statusCode(409).body("type", equalTo("ledger-dropped"));
    }

    private long issueId() {
        return rows.number(
                "select i.id from issue i join newsletter n on n.id = i.newsletter_id where n.slug = ? and i.slug = 'one'",
                newsroom.newsletter());
    }
}
