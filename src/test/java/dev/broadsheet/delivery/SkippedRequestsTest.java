package dev.broadsheet.delivery;

import static dev.broadsheet.delivery.Newsroom.awaitState;
import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.TestReaders;
import dev.broadsheet.feedback.Events;
import dev.broadsheet.mail.FakeSendGrid;
import dev.broadsheet.mail.SendGridAtHand;
import dev.broadsheet.mail.WebhookSigner;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

/** Requests without an answer where the policy is {@code skip}. */
@QuarkusTest
@TestProfile(SendGridAtHand.Skipping.class)
class SkippedRequestsTest {

    FakeSendGrid sendGrid;

    WebhookSigner signer;

    @Inject
    TestReaders readers;

    @Test
    void requestInDoubt_isGivenUp_andAnEventStillTellsThatItArrived() {
        Newsroom newsroom = new Newsroom();
        readers.active(newsroom.newsletter(), 2);
        newsroom.publish("one");
        sendGrid.next(FakeSendGrid.Answer.reset(true));

        long id = newsroom.start("one", "{}");

        assertThat(awaitState(id, "DONE").getInt("counts.skipped")).isEqualTo(2);
        FakeSendGrid.Mail mail = sendGrid.mails().stream()
                .filter(m -> m.to().endsWith("@" + newsroom.newsletter() + ".example"))
                .findFirst()
                .orElseThrow();
        Events.tell(signer, Events.event(mail, "delivered"));
        assertThat(Newsroom.campaign(id).getMap("counts").toString()).contains("skipped=0", "sent=1", "delivered=1");
        assertThat(awaitState(newsroom.start("one", "{}"), "DONE").getInt("recipients"))
                .isZero();
    }
}
