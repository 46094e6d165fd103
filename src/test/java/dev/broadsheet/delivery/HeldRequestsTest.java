package dev.broadsheet.delivery;

import static dev.broadsheet.Api.editor;
import static dev.broadsheet.delivery.Newsroom.awaitState;
import static dev.broadsheet.delivery.Newsroom.campaign;
import static dev.broadsheet.feedback.Events.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.broadsheet.Readers;
import dev.broadsheet.Rows;
import dev.broadsheet.TestReaders;
import dev.broadsheet.feedback.Events;
import dev.broadsheet.mail.FakeSendGrid;
import dev.broadsheet.mail.SendGridAtHand;
import dev.broadsheet.mail.WebhookSigner;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an editor is told of requests in doubt, who has to settle them. */
@QuarkusTest
@TestProfile(SendGridAtHand.class)
class HeldRequestsTest {

    FakeSendGrid sendGrid;

    WebhookSigner signer;

    @Inject
    CampaignWatch watch;

    @Inject
    TestReaders readers;

    @Inject
    Rows rows;

    private Newsroom newsroom;
    private String editor;
    private long held;

    @BeforeEach
    void requestThatWasNotAccepted() {
        newsroom = new Newsroom();
        editor = Readers.address();
        newsroom.settings("\"alertEmails\": [\"" + editor + "\"]");
        readers.active(newsroom.newsletter(), 2);
        newsroom.publish("one");
        rows.run("update sent_request set accepted_at = accepted_at - interval '2 days'");
        sendGrid.next(FakeSendGrid.Answer.reset(false));
        held = newsroom.start("one", "{}");
        awaitState(held, "PAUSED");
    }

    @AfterEach
    void settled() {
        editor().contentType("application/json")
                .body("{\"as\": \"SENT\"}")
                .post("/api/campaigns/" + held + "/settle")
                .then()
                .statusCode(200);
        awaitState(held, "DONE");
        // told in mails over the same fake, which others count
        await().untilAsserted(() -> assertThat(rows.number("""
                        select (select count(*) from alert where campaign_id = ? and told_at is null)
                          + (select count(*) from single_mail
                             where kind = 'ALERT' and (due_at is not null or lease_until is not null))
                        """, held)).isZero());
    }

    private String reason() {
        watch.look();
        return campaign(held).getString("reason.text");
    }

    private void eventsOfAnotherRequest() {
        Newsroom other = new Newsroom();
        readers.active(other.newsletter(), 2);
        other.publish("one");
        awaitState(other.start("one", "{}"), "DONE");
        sendGrid.mails().stream()
                .filter(mail -> mail.to().endsWith("@" + other.newsletter() + ".example"))
                .forEach(mail -> Events.tell(signer, event(mail, "delivered")));
    }

    @Test
    void reason_saysWhatIsInDoubt_andWhetherEventsOfOthersCome() {
        assertThat(reason())
                .startsWith("Requests in doubt: 1, with 2 recipients, since 20")
                .contains("No events come at all, so nothing can be said. Is SendGrid's event webhook set up?")
                .contains("Events may come until 20")
                .endsWith("Settle them as SENT, RESEND or SKIP.");

        eventsOfAnotherRequest();
        assertThat(reason())
                .contains("Requests in doubt: 1, with 2 recipients")
                .contains("Events have told of other requests since (1), and of none of these");

        rows.run(
                "update sent_request set created_at = now() + interval '1 minute' where issue_id ="
                        + " (select issue_id from campaign where id = ?)",
                held);
        assertThat(reason()).contains("No event has told of another request since: nothing can be said yet.");
    }

    @Test
    void editors_areMailedWhenItPauses_andOnceMoreWhenNothingElseWillBeHeard() {
        awaitMails(1);
        eventsOfAnotherRequest();
        watch.look();
        rows.run(
                "update alert set happened_at = happened_at - interval '25 hours', told_at = told_at - interval '25 hours'"
                        + " where campaign_id = ?",
                held);
        rows.run(
                "update sent_request set created_at = created_at - interval '25 hours' where issue_id ="
                        + " (select issue_id from campaign where id = ?)",
                held);

        assertThat(reason()).contains("The time in which events may come is over.");
        watch.look();

        awaitMails(2);
        assertThat(rows.number("select count(*) from alert where campaign_id = ? and code = 'in-doubt'", held))
                .isEqualTo(2);
        assertThat(rows.text(
                                "select c.message ->> 'text' from single_mail m join single_mail_content c"
                                        + " on c.id = m.content_id where m.recipient = ? order by m.id desc limit 1",
                                editor)
                        .replace('\n', ' '))
                .contains("Requests in doubt: 1, with 2 recipients")
                .contains("that speaks for not accepted")
                .contains("is over");
    }

    private void awaitMails(int howMany) {
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        rows.number("select count(*) from single_mail where kind = 'ALERT' and recipient = ?", editor)
                                == howMany);
    }
}
