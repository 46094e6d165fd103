package dev.broadsheet.delivery;

import static dev.broadsheet.Api.editor;
import static dev.broadsheet.delivery.Newsroom.awaitState;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.broadsheet.Rows;
import dev.broadsheet.TestReaders;
import dev.broadsheet.mail.FakeSendGrid;
import dev.broadsheet.mail.SendGridAtHand;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Campaigns over SendGrid: what is handed over, and what becomes of a request without an answer. */
@QuarkusTest
@TestProfile(SendGridAtHand.class)
class SendGridCampaignTest {

    FakeSendGrid sendGrid;

    @Inject
    TestReaders readers;

    @Inject
    Rows rows;

    private Newsroom newsroom;

    @BeforeEach
    void newsroomOfItsOwn() {
        newsroom = new Newsroom();
    }

    @Test
    void campaign_isHandedOverInRequestsOfAThousandThatSendGridWouldTake() {
        readers.active(newsroom.newsletter(), 1500);
        newsroom.publish("one");
        int before = sendGrid.requests();

        JsonPath done = awaitState(newsroom.start("one", "{}"), "DONE");

        assertThat(done.getInt("counts.sent")).isEqualTo(1500);
        assertThat(sendGrid.violations()).isEmpty();
        assertThat(sendGrid.requests() - before).isEqualTo(2);
        List<FakeSendGrid.Mail> mails = mine();
        assertThat(mails.stream().map(FakeSendGrid.Mail::to).collect(Collectors.toSet()))
                .hasSize(1500);
        assertThat(mails).hasSize(1500).allSatisfy(mail -> {
            String unsubscribe = mail.headers().get("List-Unsubscribe").replaceAll("[<>]", "");
            assertThat(mail.headers()).containsEntry("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
            assertThat(mail.html()).contains(unsubscribe).doesNotContain("slot-");
            assertThat(mail.text()).contains(unsubscribe).doesNotContain("slot-");
            assertThat(mail.customArgs()).containsKeys("bs_issue", "bs_delivery");
            assertThat(mail.categories()).containsExactly(newsroom.newsletter(), newsroom.newsletter() + "/one");
        });
        assertThat(mails.stream()
                        .map(mail -> mail.headers().get("List-Unsubscribe"))
                        .collect(Collectors.toSet()))
                .hasSize(1500);
    }

    @Test
    void requestWithoutAnAnswer_isHeldInDoubtUntilAnEditorSettlesIt() {
        readers.active(newsroom.newsletter(), 3);
        newsroom.publish("one");
        sendGrid.next(FakeSendGrid.Answer.reset(true));

        long id = newsroom.start("one", "{}");
        JsonPath held = awaitState(id, "PAUSED");

        assertThat(held.getString("reason.code")).isEqualTo("in-doubt");
        assertThat(held.getInt("counts.inDoubt")).isEqualTo(3);
        assertThat(rows.texts("select distinct in_doubt_over from delivery where campaign_id = ?", id))
                .containsExactly("sendgrid");
        editor().contentType("application/json")
                .body("{\"as\": \"SENT\"}")
                .post("/api/campaigns/" + id + "/settle")
                .then()
                .statusCode(200)
                .body("state", equalTo("DONE"))
                .body("counts.sent", equalTo(3))
                .body("counts.inDoubt", equalTo(0));
        assertThat(mine()).hasSize(3);
    }

    @Test
    void requestThatWasNotAccepted_isSentAgainWhereTheEditorSaysSo() {
        readers.active(newsroom.newsletter(), 2);
        newsroom.publish("one");
        sendGrid.next(FakeSendGrid.Answer.reset(false));
        long id = newsroom.start("one", "{}");
        awaitState(id, "PAUSED");

        editor().contentType("application/json")
                .body("{\"as\": \"RESEND\"}")
                .post("/api/campaigns/" + id + "/settle")
                .then()
                .statusCode(200);

        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(2);
        assertThat(mine()).hasSize(2);
    }

    @Test
    void wrongKey_pausesTheCampaignAndNobodyIsLost() {
        readers.active(newsroom.newsletter(), 2);
        newsroom.publish("one");
        sendGrid.next(FakeSendGrid.Answer.error(401, "authorization required", null));

        long id = newsroom.start("one", "{}");
        JsonPath paused = awaitState(id, "PAUSED");

        assertThat(paused.getString("reason.code")).startsWith("sendgrid-");
        assertThat(paused.getInt("counts.queued")).isEqualTo(2);
        editor().post("/api/campaigns/" + id + "/resume").then().statusCode(200);
        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(2);
    }

    @Test
    void fiftyRefusedInARow_pauseTheCampaignBeforeItsNextRequest_andResumeAndRetryGoOn() {
        readers.active(newsroom.newsletter(), 110);
        newsroom.publish("one");
        Map<String, Integer> seen = new ConcurrentHashMap<>();
        // the first ten are taken, so that it is not SendGrid's refusal of everything
        sendGrid.refusing(
                email -> {
                    int place = seen.computeIfAbsent(email, first -> seen.size());
                    return place >= 10 && place < 60;
                },
                false);

        long id = newsroom.start("one", "{\"messagesPerSecond\": 600}"); // 60 at a time
        JsonPath paused = awaitState(id, "PAUSED");

        assertThat(paused.getString("reason.code")).isEqualTo("refusals-in-a-row");
        assertThat(paused.getInt("counts.failed")).isEqualTo(50);
        assertThat(paused.getInt("counts.queued")).isEqualTo(50);
        Newsroom.post(id, "resume");
        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(60);
        sendGrid.refusing(email -> false, false);
        Newsroom.post(id, "retry");
        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(110);
    }

    @Test
    void badRecipient_failsAlone_andARetryPutsItBack() {
        readers.active(newsroom.newsletter(), 8);
        newsroom.publish("one");
        AtomicReference<String> bad = new AtomicReference<>();
        sendGrid.refusing(email -> email.equals(bad.updateAndGet(first -> first == null ? email : first)), false);

        long id = newsroom.start("one", "{}");
        JsonPath done = awaitState(id, "DONE");

        assertThat(done.getInt("counts.failed")).isEqualTo(1);
        assertThat(done.getInt("counts.sent")).isEqualTo(7);
        assertThat(sendGrid.mailsTo(bad.get())).isEmpty();
        String reason = editor().get("/api/campaigns/" + id + "/deliveries?state=FAILED")
                .jsonPath()
                .getString("items[0].reason");
        assertThat(reason).contains("valid address").doesNotContain(bad.get());
        sendGrid.refusing(email -> false, false);
        editor().post("/api/campaigns/" + id + "/retry").then().statusCode(200);
        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(8);
        assertThat(mine()).hasSize(8);
    }

    @Test
    void singleMail_isCountedUnderItsKind() {
        newsroom.put("one");
        String to = "desk@" + newsroom.newsletter() + ".example";
        editor().contentType("application/json")
                .body("{\"to\": [\"" + to + "\"]}")
                .post("/api/newsletters/" + newsroom.newsletter() + "/issues/one/test-sends")
                .then()
                .statusCode(202);

        await().atMost(30, SECONDS).until(() -> !sendGrid.mailsTo(to).isEmpty());
        assertThat(sendGrid.mailsTo(to)).singleElement().satisfies(mail -> assertThat(mail.categories())
                .containsExactly("test"));
    }

    private List<FakeSendGrid.Mail> mine() {
        return sendGrid.mails().stream()
                .filter(mail -> mail.to().endsWith("@" + newsroom.newsletter() + ".example"))
                .toList();
    }
}
