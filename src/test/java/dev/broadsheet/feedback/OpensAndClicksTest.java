package dev.broadsheet.feedback;

import static dev.broadsheet.delivery.Newsroom.awaitState;
import static dev.broadsheet.delivery.Newsroom.campaign;
import static dev.broadsheet.feedback.Events.event;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.Rows;
import dev.broadsheet.TestReaders;
import dev.broadsheet.delivery.Newsroom;
import dev.broadsheet.mail.FakeSendGrid;
import dev.broadsheet.mail.SendGridAtHand;
import dev.broadsheet.mail.WebhookSigner;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is kept of opens and clicks where they are switched on. */
@QuarkusTest
@TestProfile(SendGridAtHand.OpensAndClicks.class)
class OpensAndClicksTest {

    FakeSendGrid sendGrid;

    WebhookSigner signer;

    @Inject
    TestReaders readers;

    @Inject
    Rows rows;

    private Newsroom newsroom;

    @BeforeEach
    void newsroomOfItsOwn() {
        newsroom = new Newsroom();
    }

    private List<FakeSendGrid.Mail> mine() {
        return sendGrid.mails().stream()
                .filter(mail -> mail.to().endsWith("@" + newsroom.newsletter() + ".example"))
                .toList();
    }

    private static String click(FakeSendGrid.Mail mail, Instant at, String url) {
        return event(mail, "click", at, ", \"url\": \"" + url + "\"");
    }

    @Test
    void opensAndClicks_areKeptOnce_byLink_andMoveNoDelivery() {
        readers.active(newsroom.newsletter(), 1);
        newsroom.publish("one");
        long id = newsroom.start("one", "{}");
        awaitState(id, "DONE");
        FakeSendGrid.Mail mail = mine().get(0);
        Instant at = Instant.now();
        String unsubscribe = mail.headers().get("List-Unsubscribe").replaceAll("[<>]", "");
        Events.tell(signer, event(mail, "delivered", at.minusSeconds(60), ""));

        Events.tell(
                signer,
                event(mail, "open", at, ""),
                event(mail, "open", at, ""),
                event(mail, "open", at.plusSeconds(1), ", \"sg_machine_open\": true"),
                click(mail, at, "https://example.org/a"),
                click(mail, at, "https://example.org/b"));
        Events.tell(
                signer,
                click(mail, at, "https://example.org/a"),
                click(mail, at, unsubscribe),
                click(mail, at, unsubscribe.replace("/unsubscribe/", "/preferences/")));

        assertThat(rows.texts(
                        "select e.kind || coalesce(' ' || e.link, '') from feedback_event e join delivery d"
                                + " on d.issue_id = e.issue_id and d.id = e.delivery_id where d.campaign_id = ? order by 1",
                        id))
                .containsExactly(
                        "CLICKED https://example.org/a", "CLICKED https://example.org/b", "DELIVERED", "OPENED");
        assertThat(campaign(id).getInt("counts.delivered")).isEqualTo(1);
        assertThat(given().get("/q/metrics").asString())
                .contains("broadsheet_feedback_events_total{type=\"clicked\"")
                .contains("broadsheet_feedback_events_total{type=\"opened\"");
        assertThat(mail.html()).contains("<a clicktracking=off").contains("<a href=\"https://example.org/a\"");
    }

    @Test
    void open_provesThatARequestInDoubtWasHandedOver() {
        readers.active(newsroom.newsletter(), 2);
        newsroom.publish("one");
        sendGrid.next(FakeSendGrid.Answer.reset(true));
        long id = newsroom.start("one", "{}");
        awaitState(id, "PAUSED");

        Events.tell(signer, event(mine().get(0), "open"));

        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(2);
    }
}
