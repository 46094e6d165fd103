package dev.broadsheet.delivery;

import static dev.broadsheet.Api.editor;
import static dev.broadsheet.delivery.Newsroom.awaitState;
import static dev.broadsheet.delivery.Newsroom.campaign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.broadsheet.Api;
import dev.broadsheet.Rows;
import dev.broadsheet.TestReaders;
import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first few before the others, and what stops a campaign by itself. */
@QuarkusTest
class CanaryTest {

    @Inject
    TestReaders readers;

    @Inject
    CampaignWatch watch;

    @Inject
    CampaignStart start;

    @Inject
    Campaigns campaigns;

    @Inject
    IdleCampaigns idle;

    @Inject
    Rows rows;

    @Inject
    Claims claims;

    @Inject
    LedgerReview review;

    @Inject
    AgroalDataSource database;

    private Newsroom newsroom;

    @BeforeEach
    void newsroomOfItsOwn() {
        newsroom = new Newsroom();
        newsroom.publish("one");
    }

    @Test
    void canaryOfASize_waitsForApproval_andResumeSendsToExactlyTheRest() {
        readers.active(newsroom.newsletter(), 20);

        long id = newsroom.start("one", "{\"canary\": {\"size\": 3}}");
        JsonPath waiting = awaitState(id, "PAUSED");

        assertThat(waiting.getString("reason.code")).isEqualTo("CANARY");
        assertThat(waiting.getInt("counts.sent")).isEqualTo(3);
        assertThat(waiting.getInt("counts.queued")).isEqualTo(17);
        assertThat(waiting.getInt("canary.size")).isEqualTo(3);
        assertThat(waiting.getString("canary.then")).isEqualTo("APPROVAL");
        assertThat(waiting.getString("canary.state")).isEqualTo("WAITING");
        Newsroom.post(id, "resume");
        JsonPath done = awaitState(id, "DONE");
        assertThat(done.getInt("counts.sent")).isEqualTo(20);
        assertThat(done.getString("canary.state")).isEqualTo("OVER");
        assertThat(recipientsInTheOutbox()).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void canaryOfACampaignThatReachesNobody_isOver() {
        long id = newsroom.start("one", "{\"canary\": {\"size\": 3}}");

        JsonPath done = awaitState(id, "DONE");
        assertThat(done.getInt("recipients")).isZero();
        assertThat(done.getString("canary.state")).isEqualTo("OVER");
    }

    @Test
    void canaryOfNamedReaders_isThoseAlone_andOthersAreRefused() {
        readers.active(newsroom.newsletter(), 10);
        String one = email(4);
        String other = email(7);
        String request = "{\"canary\": {\"emails\": [\"" + one + "\", \"" + other.toUpperCase(java.util.Locale.ROOT)
                + "\"], \"then\": \"APPROVAL\"}}";

        long id = newsroom.start("one", request);
        awaitState(id, "PAUSED");

        assertThat(recipientsInTheOutbox()).containsExactlyInAnyOrder(one, other);
        editor().contentType("application/json")
                .body("{\"canary\": {\"emails\": [\"" + one + "\", \"stranger@example.org\"]}}")
                .header("Idempotency-Key", Api.fresh("key"))
                .post("/api/newsletters/" + newsroom.newsletter() + "/issues/one/campaigns")
                .then()
                .statusCode(422)
                .body("type", equalTo("canary-not-mailable"))
                .body("emails", equalTo(List.of("stranger@example.org")));
        Newsroom.post(id, "cancel");
        assertThat(campaign(id).getInt("counts.cancelled")).isEqualTo(8);
    }

    @Test
    void canaryThatIsPausedAndResumedWhileItRuns_staysACanary() {
        readers.active(newsroom.newsletter(), 6);
        long id = newsroom.start("one", "{\"canary\": {\"size\": 4}, \"messagesPerSecond\": 0.5}");
        awaitState(id, "SENDING");
        Newsroom.post(id, "pause");
        Newsroom.post(id, "resume");
        editor().contentType("application/json")
                .body("{\"messagesPerSecond\": 1000}")
                .patch("/api/campaigns/" + id)
                .then()
                .statusCode(200);

        JsonPath waiting = awaitState(id, "PAUSED");

        assertThat(waiting.getString("reason.code")).isEqualTo("CANARY");
        assertThat(waiting.getInt("counts.sent")).isEqualTo(4);
        Newsroom.post(id, "resume");
        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(6);
    }

    @Test
    void canaryWhoAllLeftBeforeTheStart_leavesTheOthersToAnEditor() {
        readers.active(newsroom.newsletter(), 5);
        long id = newsroom.start(
                "one",
                "{\"sendAt\": \"2090-01-01T10:00:00Z\", \"canary\": {\"emails\": [\"" + email(2)
                        + "\"], \"then\": \"CLEAN_FOR\"}}");
        sql("update subscription set state = 'UNSUBSCRIBED', unsubscribed_at = now() where id ="
                + " (select canary_named[1] from campaign where id = " + id + ")");
        sql("update campaign set send_at = now() where id = " + id);

        start.start(id);

        assertThat(campaign(id).getString("state")).isEqualTo("PAUSED");
        assertThat(campaign(id).getString("reason.code")).isEqualTo("CANARY");
        watch.look();
        assertThat(campaign(id).getString("state")).isEqualTo("PAUSED");
        Newsroom.post(id, "resume");
        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(4);
    }

    @Test
    void canaryWhoseMailIsAllPutOff_isNotClean_andIsWaitedForAWhile() {
        readers.active(newsroom.newsletter(), 6);
        long id = newsroom.start(
                "one",
                "{\"messagesPerSecond\": 0.001, \"canary\": {\"size\": 2, \"then\": \"CLEAN_FOR\", \"cleanFor\": \"PT1M\"}}");
        awaitState(id, "SENDING");
        Newsroom.post(id, "pause");
        sql("update delivery set due_at = now() + interval '10 minutes' where lane = -1 and state = 'QUEUED'"
                + " and campaign_id = " + id);
        Newsroom.post(id, "resume");

        watch.look();
        assertThat(campaign(id).getString("state")).isEqualTo("SENDING");
        sql(
                "update delivery set state = 'QUEUED', due_at = now() + interval '2 hours' where lane = -1 and campaign_id = "
                        + id);
        sql("update lane_count set queued = 2, sent = 0 where lane = -1 and campaign_id = " + id);
        watch.look();

        assertThat(campaign(id).getString("reason.code")).isEqualTo("canary-not-clean");
        assertThat(campaign(id).getString("reason.text")).contains("nobody has it");
        Newsroom.post(id, "cancel");
        assertThat(campaign(id).getInt("counts.cancelled")).isEqualTo(6);
    }

    @Test
    void canaryOfEverybody_isDoneWithoutAWait() {
        readers.active(newsroom.newsletter(), 3);

        long id = newsroom.start("one", "{\"canary\": {\"size\": 50}}");

        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(3);
    }

    @Test
    void cleanCanary_goesOnByItselfWhenItsTimeIsOver() {
        readers.active(newsroom.newsletter(), 5);
        long id =
                newsroom.start("one", "{\"canary\": {\"size\": 2, \"then\": \"CLEAN_FOR\", \"cleanFor\": \"PT10M\"}}");
        awaitState(id, "PAUSED");

        watch.look();
        assertThat(campaign(id).getString("state")).isEqualTo("PAUSED");
        sql("update campaign set reason_since = now() - interval '11 minutes' where id = " + id);
        watch.look();

        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(5);
    }

    @Test
    void cleanCanaryThatAnEditorPauses_doesNotGoOnByItself() {
        long id = cleanCanaryOfTwoOfFive();

        Newsroom.post(id, "pause");

        assertThat(campaign(id).getString("reason.code")).isEqualTo("editor");
        assertThat(campaign(id).getString("canary.state")).isEqualTo("WAITING");
        afterItsTime_itHasGoneToTheCanaryAlone(id);
        Newsroom.post(id, "resume");
        JsonPath done = awaitState(id, "DONE");
        assertThat(done.getInt("counts.sent")).isEqualTo(5);
        assertThat(done.getString("canary.state")).isEqualTo("OVER");
    }

    @Test
    void cleanCanaryWhoseIssueIsWithdrawn_doesNotGoOnByItselfWhenACorrectionIsPublished() {
        long id = cleanCanaryOfTwoOfFive();

        newsroom.withdraw("one");
        newsroom.publish("one");

        assertThat(campaign(id).getString("reason.code")).isEqualTo("issue-withdrawn");
        afterItsTime_itHasGoneToTheCanaryAlone(id);
        Newsroom.post(id, "cancel");
    }

    @Test
    void cleanCanaryUnderAnotherTransport_doesNotGoOnByItself() {
        long id = cleanCanaryOfTwoOfFive();

        sql("update campaign set transport = 'smtp' where id = " + id);

        afterItsTime_itHasGoneToTheCanaryAlone(id);
        assertThat(campaign(id).getString("reason.code")).isEqualTo("transport-changed");
        Newsroom.post(id, "cancel");
    }

    private long cleanCanaryOfTwoOfFive() {
        readers.active(newsroom.newsletter(), 5);
        long id =
                newsroom.start("one", "{\"canary\": {\"size\": 2, \"then\": \"CLEAN_FOR\", \"cleanFor\": \"PT10M\"}}");
        assertThat(awaitState(id, "PAUSED").getString("reason.code")).isEqualTo("CANARY");
        return id;
    }

    private void afterItsTime_itHasGoneToTheCanaryAlone(long id) {
        sql("update campaign set reason_since = now() - interval '11 minutes' where id = " + id);
        watch.look();
        assertThat(campaign(id).getString("state")).isEqualTo("PAUSED");
        assertThat(campaign(id).getInt("counts.sent")).isEqualTo(2);
    }

    @Test
    void canaryThatIsNotClean_waitsForAnEditor() {
        readers.active(newsroom.newsletter(), 5);
        long id = newsroom.start("one", "{\"canary\": {\"size\": 2, \"then\": \"CLEAN_FOR\"}}");
        awaitState(id, "PAUSED");
        sql("update delivery set state = 'BOUNCED' where id = (select min(id) from delivery where campaign_id = " + id
                + " and state = 'SENT')");
        sql("update lane_count l set sent = n.sent, bounced = n.bounced from (select lane,"
                + " count(*) filter (where state = 'SENT') as sent, count(*) filter (where state = 'BOUNCED') as bounced"
                + " from delivery where campaign_id = " + id
                + " group by lane) n where l.lane = n.lane and l.campaign_id = "
                + id);

        watch.look();

        assertThat(campaign(id).getString("state")).isEqualTo("PAUSED");
        assertThat(campaign(id).getString("reason.code")).isEqualTo("canary-not-clean");
        Newsroom.post(id, "resume");
        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"size\": 0}",
                "{\"size\": -1}",
                "{\"emails\": []}",
                "{\"size\": 1, \"emails\": [\"a@example.org\"]}",
                "{\"size\": 1, \"then\": \"SOMETIME\"}",
                "{\"size\": 1, \"cleanFor\": \"PT30M\"}",
                "{\"size\": 1, \"then\": \"CLEAN_FOR\", \"cleanFor\": \"PT30S\"}",
                "{\"size\": 1, \"then\": \"CLEAN_FOR\", \"cleanFor\": \"P8D\"}",
                "{\"size\": 1, \"then\": \"CLEAN_FOR\", \"cleanFor\": \"soon\"}",
                "{\"size\": \"many\"}",
                "{\"share\": 5}"
            })
    void canaryThatIsNone_is400_alsoInADryRun(String canary) {
        for (String dryRun : List.of("", "?dryRun=true")) {
            editor().contentType("application/json")
                    .body("{\"canary\": " + canary + "}")
                    .header("Idempotency-Key", Api.fresh("key"))
                    .post("/api/newsletters/" + newsroom.newsletter() + "/issues/one/campaigns" + dryRun)
                    .then()
                    .statusCode(400);
        }
    }

    @Test
    void refusalsInARow_pauseTheCampaign_andAnEditorWhoResumesItGetsThrough() {
        readers.active(newsroom.newsletter(), 8);
        long id = newsroom.start("one", "{\"messagesPerSecond\": 0.01}");
        awaitState(id, "SENDING");
        sql("update lane_count set refused_in_a_row = 60 where campaign_id = " + id);

        watch.look();

        assertThat(campaign(id).getString("state")).isEqualTo("PAUSED");
        assertThat(campaign(id).getString("reason.code")).isEqualTo("refusals-in-a-row");
        Newsroom.post(id, "resume");
        watch.look();
        assertThat(campaign(id).getString("state")).isEqualTo("SENDING");
        Newsroom.post(id, "cancel");
    }

    @Test
    void retry_countsRefusalsAfresh() {
        readers.active(newsroom.newsletter(), 4);
        long id = newsroom.start("one", "{}");
        awaitState(id, "DONE");
        sql("update delivery set state = 'FAILED' where campaign_id = " + id);
        sql("update lane_count set failed = sent, sent = 0, refused_in_a_row = 60 where campaign_id = " + id);
        sql("update campaign set messages_per_second = 0.001 where id = " + id);

        Newsroom.post(id, "retry");
        watch.look();

        assertThat(campaign(id).getString("state")).isEqualTo("SENDING");
        Newsroom.post(id, "cancel");
    }

    @Test
    void refusalsOfTheLastOnes_pauseTheCampaignBeforeItIsDone_andResumedItIsDone() {
        readers.active(newsroom.newsletter(), 4);
        long id = newsroom.start("one", "{\"sendAt\": \"2090-01-01T10:00:00Z\"}");
        QuarkusTransaction.requiringNew().run(() -> {
            idle.started(id);
            rows.run("update delivery set state = 'FAILED' where campaign_id = ?", id);
            idle.recount(id);
            rows.run("update lane_count set refused_in_a_row = 60 where campaign_id = ?", id);
        });

        campaigns.finish(id);

        assertThat(campaign(id).getString("reason.code")).isEqualTo("refusals-in-a-row");
        Newsroom.post(id, "resume");
        assertThat(campaign(id).getString("state")).isEqualTo("DONE");
    }

    @Test
    void manyDeadAddresses_pauseTheCampaign_andOnlyNewOnesCountAfterwards() {
        readers.active(newsroom.newsletter(), 8);
        long id = newsroom.start("one", "{\"messagesPerSecond\": 0.01}");
        awaitState(id, "SENDING");
        sql("update lane_count set sent = sent + 189, bounced = 11 where lane = 0 and campaign_id = " + id);

        watch.look();

        assertThat(campaign(id).getString("reason.code")).isEqualTo("hard-bounces");
        Newsroom.post(id, "resume");
        watch.look();
        assertThat(campaign(id).getString("state")).isEqualTo("SENDING");
        Newsroom.post(id, "cancel");
    }

    @Test
    void refusals_areCountedFromTheLastThatWasTaken_overSeveralClaims() {
        readers.active(newsroom.newsletter(), 8);
        long id = newsroom.start("one", "{\"messagesPerSecond\": 0.001}");
        awaitState(id, "SENDING");
        Campaign campaign = QuarkusTransaction.requiringNew().call(() -> Campaign.findById(id));

        assertThat(afterRefusals(campaign, "FAILED", "BOUNCED")).isEqualTo(2);
        assertThat(afterRefusals(campaign, "FAILED")).isEqualTo(3);
        assertThat(afterRefusals(campaign, "FAILED", "SENT", "FAILED")).isEqualTo(1);
        assertThat(afterRefusals(campaign, "SENT")).isZero();
        Newsroom.post(id, "cancel");
    }

    /** @return how many in a row, after a record with these outcomes in lane 0 */
    private int afterRefusals(Campaign campaign, String... states) {
        List<Claims.Result> results = IntStream.range(0, states.length)
                .mapToObj(i -> new Claims.Result(-1 - i, DeliveryState.valueOf(states[i]), null, null, null, true))
                .toList();
        Claim claim = new Claim(
                -1,
                campaign.id,
                campaign.issueId,
                0,
                List.of(),
                0,
                java.time.Instant.now().plus(Duration.ofHours(1)),
                0);
        return QuarkusTransaction.requiringNew().call(() -> {
            claims.record(claim, results);
            return review.refusedInARow(campaign.id);
        });
    }

    @Test
    void progress_tellsEachChangeUntilTheCampaignIsOver() {
        readers.active(newsroom.newsletter(), 4);
        long id = newsroom.start("one", "{\"messagesPerSecond\": 2}");

        String stream = editor().get("/api/campaigns/" + id + "/progress")
                .then()
                .statusCode(200)
                .contentType("text/event-stream")
                .header("X-Accel-Buffering", "no")
                .extract()
                .asString();

        List<JsonPath> events = stream.lines()
                .filter(line -> line.startsWith("data:"))
                .map(line -> JsonPath.from(line.substring(5)))
                .toList();
        assertThat(events).hasSizeBetween(2, 8);
        JsonPath last = events.get(events.size() - 1);
        assertThat(last.getString("state")).isEqualTo("DONE");
        assertThat(last.getInt("counts.sent")).isEqualTo(4);
        assertThat(last.getLong("id")).isEqualTo(id);
        assertThat(events.stream().map(JsonPath::prettify).toList()).doesNotHaveDuplicates();
        editor().get("/api/campaigns/999999999/progress").then().statusCode(404);
        io.restassured.RestAssured.get("/api/campaigns/" + id + "/progress")
                .then()
                .statusCode(401);
    }

    private List<String> recipientsInTheOutbox() {
        return editor().get("/outbox/messages?limit=1000").jsonPath().getList("to", String.class).stream()
                .filter(to -> to.endsWith("@" + newsroom.newsletter() + ".example"))
                .toList();
    }

    private String email(int place) {
        return editor().get("/api/newsletters/" + newsroom.newsletter() + "/subscribers")
                .jsonPath()
                .getString("items[" + place + "].email");
    }

    private void sql(String statement) {
        QuarkusTransaction.requiringNew().run(() -> {
            try (var connection = database.getConnection();
                    var update = connection.createStatement()) {
                update.execute(statement);
            } catch (java.sql.SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
