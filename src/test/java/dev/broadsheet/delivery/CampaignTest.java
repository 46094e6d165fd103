package dev.broadsheet.delivery;

import static dev.broadsheet.Api.editor;
import static dev.broadsheet.delivery.Newsroom.awaitState;
import static dev.broadsheet.delivery.Newsroom.campaign;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.TestReaders;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class CampaignTest {

    @Inject
    TestReaders readers;

    @Inject
    Rows rows;

    private Newsroom newsroom;
    private String newsletter;

    @BeforeEach
    void newsletterOfItsOwn() {
        newsroom = new Newsroom();
        newsletter = newsroom.newsletter();
    }

    @Test
    void campaign_published_reachesEachReaderOnceWithTheirOwnLinks() {
        readers.active(newsletter, 50);
        newsroom.publish("one");

        long id = newsroom.start("one", "{}");
        JsonPath done = awaitState(id, "DONE");

        assertThat(done.getInt("recipients")).isEqualTo(50);
        assertThat(done.getInt("counts.sent")).isEqualTo(50);
        assertThat(done.getString("finishedAt")).isNotNull();
        List<Map<String, Object>> mails = outbox();
        assertThat(mails).hasSize(50);
        assertThat(values(mails, "to")).hasSize(50);
        assertThat(values(mails, "messageId")).hasSize(50);
        String eml = editor().get("/outbox/messages/" + mails.get(0).get("id") + ".eml")
                .then()
                .statusCode(200)
                .extract()
                .asString();
        assertThat(eml)
                .contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
                .contains("List-Id: <" + newsletter + ".news.example.test>")
                .contains("Message-ID: <" + mails.get(0).get("messageId") + ">")
                .contains("multipart/alternative");
        assertThat(eml.lines()
                        .filter(line -> line.startsWith("List-Unsubscribe: <") || line.startsWith("List-Unsubscribe:")))
                .hasSize(1);
    }

    @Test
    void campaign_leavesOutWhatAReaderDoesNotWant_andPassesOverWhomNothingIsLeftFor() {
        List<Long> ids = readers.active(newsletter, 6);
        readers.want(ids.get(1), "jobs");
        readers.want(ids.get(2), "news", "news/beta");
        readers.want(ids.get(3), "news", "gone");
        readers.want(ids.get(4), "gone");
        readers.want(ids.get(5), "jobs");
        newsroom.putSections("one");
        newsroom.publish("one");

        long id = newsroom.start("one", "{}");
        JsonPath done = awaitState(id, "DONE");

        assertThat(done.getInt("counts.sent")).isEqualTo(5);
        assertThat(done.getInt("counts.skipped")).isEqualTo(1);
        assertThat(editor().get("/api/campaigns/" + id + "/deliveries?state=SKIPPED")
                        .jsonPath()
                        .getString("items[0].reason"))
                .contains("sections");
        List<String> texts = outbox().stream()
                .map(mail -> editor().get("/outbox/messages/" + mail.get("id") + ".txt")
                        .asString())
                .map(text -> text.lines()
                        .filter(line -> line.startsWith("* The") || line.startsWith("Hello"))
                        .collect(Collectors.joining("|")))
                .toList();
        assertThat(texts)
                .containsExactlyInAnyOrder(
                        "Hello all.|* The alpha item|* The beta item|* The job item",
                        "Hello all.|* The job item",
                        "Hello all.|* The beta item",
                        "Hello all.|* The alpha item|* The beta item",
                        "Hello all.|* The job item");
        // who gets nothing now may get it by a later campaign
        readers.want(ids.get(4), "news");
        assertThat(awaitState(newsroom.start("one", "{}"), "DONE").getInt("counts.sent"))
                .isEqualTo(1);
    }

    @Test
    void aReadersPause_endsByTheNewslettersDay() {
        long id = readers.active(newsletter, 1).get(0);
        rows.run(
                "update subscription set paused_until = (now() at time zone 'Pacific/Kiritimati')::date where id = ?",
                id);
        String mailable = "select count(*) from mailable_subscription where subscription_id = ?";
        String zone = "update newsletter set time_zone = ? where slug = ?";
        rows.run(zone, "Pacific/Kiritimati", newsletter); // 26 hours before the other
        assertThat(rows.number(mailable, id)).isEqualTo(1);
        rows.run(zone, "Etc/GMT+12", newsletter);
        assertThat(rows.number(mailable, id)).isZero();
    }

    @Test
    void secondCampaign_reachesOnlyNewcomers() {
        readers.active(newsletter, 3);
        newsroom.publish("one");
        awaitState(newsroom.start("one", "{}"), "DONE");
        readers.active(newsletter, 2);

        JsonPath second = awaitState(newsroom.start("one", "{}"), "DONE");

        assertThat(second.getInt("recipients")).isEqualTo(2);
        assertThat(outbox()).hasSize(5);
        JsonPath third = awaitState(newsroom.start("one", "{}"), "DONE");
        assertThat(third.getInt("recipients")).isZero();
    }

    @Test
    void campaign_passesOverThoseWhoLeftBeforeAndMeanwhile() {
        readers.active(newsletter, 10);
        List<Long> gone = readers.active(newsletter, 2);
        newsroom.publish("one");
        readers.unsubscribe(gone.get(0));
        long id = newsroom.start("one", "{\"messagesPerSecond\": 0.5}");
        awaitState(id, "SENDING");
        editor().post("/api/campaigns/" + id + "/pause").then().statusCode(200);
        readers.unsubscribe(gone.get(1));
        editor().contentType("application/json")
                .body("{\"messagesPerSecond\": 1000}")
                .patch("/api/campaigns/" + id)
                .then()
                .statusCode(200);
        editor().post("/api/campaigns/" + id + "/resume").then().statusCode(200);

        JsonPath done = awaitState(id, "DONE");

        assertThat(done.getInt("recipients")).isEqualTo(11);
        // who left meanwhile may have been the one that was sent before the pause
        assertThat(done.getInt("counts.sent") + done.getInt("counts.skipped")).isEqualTo(11);
        assertThat(values(outbox(), "to")).hasSize(done.getInt("counts.sent"));
        assertThat(done.getInt("counts.sent")).isBetween(10, 11);
    }

    @Test
    void pause_stopsSending_andResumeSendsExactlyTheRest() {
        readers.active(newsletter, 60);
        newsroom.publish("one");
        long id = newsroom.start("one", "{\"messagesPerSecond\": 20}");
        await().atMost(20, SECONDS).until(() -> campaign(id).getInt("counts.sent") > 5);

        editor().post("/api/campaigns/" + id + "/pause")
                .then()
                .statusCode(200)
                .body("state", equalTo("PAUSED"))
                .body("reason.code", equalTo("editor"))
                .body("reason.since", notNullValue());
        await().atMost(20, SECONDS).until(() -> campaign(id).getInt("counts.sending") == 0);
        int sent = campaign(id).getInt("counts.sent");
        assertThat(sent).isLessThan(60);
        editor().post("/api/campaigns/" + id + "/resume").then().statusCode(200).body("reason", nullValue());

        awaitState(id, "DONE");
        assertThat(values(outbox(), "to")).hasSize(60);
        assertThat(outbox()).hasSize(60);
    }

    @Test
    void cancel_leavesATrueLedger_andALaterCampaignReachesTheRest() {
        readers.active(newsletter, 40);
        newsroom.publish("one");
        long id = newsroom.start("one", "{\"messagesPerSecond\": 5}");
        await().atMost(20, SECONDS).until(() -> campaign(id).getInt("counts.sent") > 0);

        editor().post("/api/campaigns/" + id + "/cancel").then().statusCode(200).body("state", equalTo("CANCELLED"));
        await().atMost(20, SECONDS)
                .until(() ->
                        campaign(id).getInt("counts.sending") + campaign(id).getInt("counts.queued") == 0);
        JsonPath cancelled = campaign(id);
        assertThat(cancelled.getInt("counts.sent") + cancelled.getInt("counts.cancelled"))
                .isEqualTo(40);
        assertThat(outbox()).hasSize(cancelled.getInt("counts.sent"));

        JsonPath rest = awaitState(newsroom.start("one", "{}"), "DONE");
        assertThat(rest.getInt("recipients")).isEqualTo(cancelled.getInt("counts.cancelled"));
        assertThat(values(outbox(), "to")).hasSize(40);
        editor().post("/api/campaigns/" + id + "/resume").then().statusCode(409);
    }

    @Test
    void slowCampaigns_keepNoOtherWaiting_andAFasterPaceCountsAtOnce() {
        readers.active(newsletter, 30);
        newsroom.publish("slow");
        newsroom.publish("slower");
        newsroom.publish("fast");
        long slow = newsroom.start("slow", "{\"messagesPerSecond\": 0.01}");
        long slower = newsroom.start("slower", "{\"messagesPerSecond\": 0.01}");
        await().atMost(20, SECONDS).until(() -> campaign(slow).getInt("counts.sent") == 1);

        awaitState(newsroom.start("fast", "{}"), "DONE");

        assertThat(campaign(slow).getInt("counts.sent")).isEqualTo(1);
        editor().contentType("application/json")
                .body("{\"messagesPerSecond\": 1000}")
                .patch("/api/campaigns/" + slow)
                .then()
                .statusCode(200);
        awaitState(slow, "DONE");
        editor().post("/api/campaigns/" + slower + "/cancel").then().statusCode(200);
    }

    @Test
    void deliveries_areTheLedger_pagedByCursor() {
        readers.active(newsletter, 5);
        newsroom.publish("one");
        long id = newsroom.start("one", "{}");
        awaitState(id, "DONE");

        JsonPath first = editor().get("/api/campaigns/" + id + "/deliveries?limit=3&state=SENT")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        JsonPath second = editor().get("/api/campaigns/" + id + "/deliveries?limit=3&after=" + first.getString("next"))
                .then()
                .statusCode(200)
                .body("next", nullValue())
                .extract()
                .jsonPath();

        assertThat(first.getList("items")).hasSize(3);
        assertThat(second.getList("items")).hasSize(2);
        List<String> ids = first.getList("items.messageId");
        assertThat(values(outbox(), "messageId")).containsAll(Set.copyOf(ids));
        editor().get("/api/campaigns/" + id + "/deliveries?state=GONE").then().statusCode(400);
    }

    @Test
    void sameKeyAndRequest_isTheSameCampaign_andAnotherRequestIsRefused() {
        readers.active(newsletter, 1);
        newsroom.publish("one");
        String path = "/api/newsletters/" + newsletter + "/issues/one/campaigns";
        String first = editor().contentType("application/json")
                .header("Idempotency-Key", "k")
                .body("{\"messagesPerSecond\": 10}")
                .post(path)
                .then()
                .statusCode(202)
                .extract()
                .asString();
        editor().contentType("application/json")
                .header("Idempotency-Key", "k")
                .body("{ \"messagesPerSecond\" : 10.0 }")
                .post(path)
                .then()
                .statusCode(202)
                .body(equalTo(first));
        editor().contentType("application/json")
                .header("Idempotency-Key", "k")
                .body("{\"messagesPerSecond\": 11}")
                .post(path)
                .then()
                .statusCode(422)
                .body("type", equalTo("idempotency-key-reused"));
        assertThat(editor().get("/api/campaigns?newsletter=" + newsletter)
                        .jsonPath()
                        .getList("items"))
                .hasSize(1);
    }

    @Test
    void campaign_withoutAKeyOrBeforePublication_isRefusedAndNothingIsWritten() {
        newsroom.put("one");
        String path = "/api/newsletters/" + newsletter + "/issues/one/campaigns";
        editor().contentType("application/json")
                .body("{}")
                .post(path)
                .then()
                .statusCode(400)
                .body("type", equalTo("idempotency-key-missing"));
        editor().contentType("application/json")
                .header("Idempotency-Key", "k")
                .body("{}")
                .post(path)
                .then()
                .statusCode(409)
                .body("type", equalTo("not-published"));
        editor().contentType("application/json")
                .header("Idempotency-Key", "k")
                .body("{}")
                .post("/api/newsletters/" + newsletter + "/issues/none/campaigns")
                .then()
                .statusCode(404);
        newsroom.publish("one");
        editor().contentType("application/json")
                .header("Idempotency-Key", "k")
                .body("{\"revision\": 7}")
                .post(path)
                .then()
                .statusCode(409)
                .body("type", equalTo("revision-changed"));
        assertThat(editor().get("/api/campaigns?newsletter=" + newsletter)
                        .jsonPath()
                        .getList("items"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"messagesPerSecond\": 0}",
                "{\"messagesPerSecond\": -1}",
                "{\"messagesPerSecond\": \"fast\"}",
                "{\"sendAt\": \"tomorrow\"}",
                "{\"transport\": \"smtp\"}",
                "[1]"
            })
    void campaign_badRequest_isRefused(String body) {
        newsroom.publish("one");
        editor().contentType("application/json")
                .header("Idempotency-Key", "k")
                .body(body)
                .post("/api/newsletters/" + newsletter + "/issues/one/campaigns")
                .then()
                .statusCode(400)
                .contentType("application/problem+json");
    }

    @Test
    void dryRun_saysWhatWouldHappenAndChangesNothing() {
        readers.active(newsletter, 30);
        newsroom.publish("one");
        editor().contentType("application/json")
                .body("{\"messagesPerSecond\": 10}")
                .post("/api/newsletters/" + newsletter + "/issues/one/campaigns?dryRun=true")
                .then()
                .statusCode(200)
                .body("subject", equalTo("Issue one"))
                .body("recipients", equalTo(30))
                .body("estimatedSeconds", equalTo(3));
        assertThat(editor().get("/api/campaigns?newsletter=" + newsletter)
                        .jsonPath()
                        .getList("items"))
                .isEmpty();
    }

    @Test
    void scheduled_waitsForItsTime_andCanBePutForward() {
        readers.active(newsletter, 2);
        newsroom.publish("one");
        long id = newsroom.start("one", "{\"sendAt\": \"2100-01-01T10:00:00\"}");
        assertThat(campaign(id).getString("state")).isEqualTo("SCHEDULED");
        assertThat(campaign(id).getString("recipients")).isNull();
        editor().contentType("application/json")
                .body("{\"sendAt\": \"2020-01-01T10:00:00Z\"}")
                .patch("/api/campaigns/" + id)
                .then()
                .statusCode(200);
        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(2);
    }

    @Test
    void scheduled_lineLeftOutSince_isNotSent() {
        readers.active(newsletter, 1);
        newsroom.put("one", "Title: One\nDate: 2026-11-18\n\n* First\n* [Discuss](REDDIT_LINK_HERE)\n");
        newsroom.publish("one");
        String issue = "/api/newsletters/" + newsletter + "/issues/one";
        String finding = editor().get(issue).jsonPath().getString("findings.find { it.rule == 'placeholder-link' }.id");
        long id = newsroom.start(
                "one", "{\"sendAt\": \"2100-01-01T10:00:00Z\", \"acceptFindings\": [\"" + finding + "\"]}");
        editor().contentType("application/json")
                .body("{\"reason\": \"no thread\"}")
                .post(issue + "/findings/" + finding + "/leave-out")
                .then()
                .statusCode(200);
        editor().contentType("application/json")
                .body("{\"sendAt\": \"2020-01-01T10:00:00Z\"}")
                .patch("/api/campaigns/" + id)
                .then()
                .statusCode(200);
        awaitState(id, "DONE");
        assertThat(editor().get("/outbox/messages/" + outbox().get(0).get("id") + ".eml")
                        .asString())
                .contains("First")
                .doesNotContain("Discuss");
    }

    @Test
    void withdrawingTheIssue_pausesItsCampaigns_andTheyCannotGoOn() {
        readers.active(newsletter, 2);
        newsroom.publish("one");
        long id = newsroom.start("one", "{\"sendAt\": \"2100-01-01T10:00:00Z\"}");
        editor().post("/api/newsletters/" + newsletter + "/issues/one/withdraw")
                .then()
                .statusCode(200);
        assertThat(campaign(id).getString("state")).isEqualTo("PAUSED");
        assertThat(campaign(id).getString("reason.code")).isEqualTo("issue-withdrawn");
        editor().post("/api/campaigns/" + id + "/resume").then().statusCode(409);
    }

    @Test
    void withdrawingTheIssueOfAPausedCampaign_isItsReasonFromThenOn_andTold() {
        newsroom.publish("one");
        long id = newsroom.start("one", "{\"sendAt\": \"2100-01-01T10:00:00Z\"}");
        editor().post("/api/campaigns/" + id + "/pause").then().statusCode(200);

        newsroom.withdraw("one");
        newsroom.withdraw("one");

        assertThat(campaign(id).getString("reason.code")).isEqualTo("issue-withdrawn");
        assertThat(rows.texts("select kind || ' ' || code from alert where campaign_id = ? order by id", id))
                .containsExactly("PAUSED editor", "PAUSED issue-withdrawn");
        editor().post("/api/campaigns/" + id + "/cancel").then().statusCode(200);
    }

    @Test
    void unknownCampaign_isNotFound() {
        editor().get("/api/campaigns/999999").then().statusCode(404).body("type", equalTo("not-found"));
        editor().get("/api/campaigns/abc").then().statusCode(404);
        editor().post("/api/campaigns/999999/pause").then().statusCode(404);
    }

    private List<Map<String, Object>> outbox() {
        List<Map<String, Object>> all = editor().get("/outbox/messages")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("");
        return all.stream()
                .filter(mail -> ((String) mail.get("to")).endsWith("@" + newsletter + ".example"))
                .toList();
    }

    private static Set<Object> values(List<Map<String, Object>> mails, String field) {
        return mails.stream().map(mail -> mail.get(field)).collect(Collectors.toSet());
    }
}
