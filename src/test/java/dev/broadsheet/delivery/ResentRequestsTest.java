package dev.broadsheet.delivery;

import static dev.broadsheet.delivery.Newsroom.awaitState;
import static dev.broadsheet.delivery.Newsroom.campaign;
import static dev.broadsheet.feedback.Events.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests without an answer where the policy is {@code resend}. */
@QuarkusTest
@TestProfile(SendGridAtHand.Resending.class)
class ResentRequestsTest {

    FakeSendGrid sendGrid;

    WebhookSigner signer;

    @Inject
    CampaignWatch watch;

    @Inject
    TestReaders readers;

    @Inject
    Rows rows;

    private Newsroom newsroom;

    @BeforeEach
    void newsroomOfItsOwn() {
        newsroom = new Newsroom();
    }

    private List<String> addressees() {
        return sendGrid.mails().stream()
                .map(FakeSendGrid.Mail::to)
                .filter(to -> to.endsWith("@" + newsroom.newsletter() + ".example"))
                .sorted()
                .toList();
    }

    private long inDoubt(boolean accepted) {
        readers.active(newsroom.newsletter(), 3);
        newsroom.publish("one");
        sendGrid.next(FakeSendGrid.Answer.reset(accepted));
        long id = newsroom.start("one", "{}");
        await().atMost(Duration.ofSeconds(30)).until(() -> campaign(id).getInt("counts.inDoubt") == 3);
        return id;
    }

    private void waitingTimePasses(long id) {
        rows.run("update delivery set updated_at = updated_at - interval '25 hours' where campaign_id = ?", id);
        watch.look();
    }

    @Test
    void acceptedRequest_ofWhichOneEventCameInTime_isNotSentAgain() {
        long id = inDoubt(true);
        String first = addressees().get(0);
        Events.tell(signer, event(sendGrid.mailsTo(first).get(0), "processed"));
        waitingTimePasses(id);

        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(3);
        assertThat(addressees()).hasSize(3).doesNotHaveDuplicates();
    }

    @Test
    void requestThatWasNotAccepted_isSentAgainOnce_whenTheWaitingTimeIsOverAndNotBefore() {
        long id = inDoubt(false);
        watch.look();
        assertThat(campaign(id).getString("state")).isEqualTo("SENDING");
        assertThat(campaign(id).getInt("counts.inDoubt")).isEqualTo(3);
        assertThat(addressees()).isEmpty();

        waitingTimePasses(id);

        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(3);
        waitingTimePasses(id);
        assertThat(addressees()).hasSize(3).doesNotHaveDuplicates();
    }
}
