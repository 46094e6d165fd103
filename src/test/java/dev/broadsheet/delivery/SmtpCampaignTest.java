package dev.broadsheet.delivery;

import static dev.broadsheet.Api.editor;
import static dev.broadsheet.delivery.Newsroom.awaitState;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import dev.broadsheet.TestReaders;
import dev.broadsheet.mail.MailConfig;
import dev.broadsheet.mail.SmtpAtHand;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Campaigns over a real SMTP server. */
@QuarkusTest
@TestProfile(SmtpAtHand.class)
class SmtpCampaignTest {

    GreenMail server;

    @Inject
    TestReaders readers;

    @Inject
    MailConfig config;

    @Test
    void campaign_overSmtp_reachesEachReaderOnceByTheIdsOfTheLedger() throws Exception {
        Newsroom newsroom = new Newsroom();
        readers.active(newsroom.newsletter(), 40);
        newsroom.publish("one");

        long id = newsroom.start("one", "{}");
        JsonPath done = awaitState(id, "DONE");

        assertThat(done.getInt("counts.sent")).isEqualTo(40);
        Set<String> recipients = new HashSet<>();
        Set<String> messageIds = new HashSet<>();
        MimeMessage[] received = server.getReceivedMessagesForDomain(newsroom.newsletter() + ".example");
        for (MimeMessage mail : received) {
            recipients.add(mail.getAllRecipients()[0].toString());
            messageIds.add(mail.getMessageID().replaceAll("[<>]", ""));
            assertThat(mail.getHeader("List-Unsubscribe")).hasSize(1);
            assertThat(SmtpAtHand.isSigned(mail, config)).isTrue();
        }
        assertThat(received.length).isEqualTo(40);
        assertThat(recipients).hasSize(40);
        List<String> ledger =
                editor().get("/api/campaigns/" + id + "/deliveries").jsonPath().getList("items.messageId");
        assertThat(messageIds).containsExactlyInAnyOrderElementsOf(ledger);
    }

    @Test
    void campaign_overSmtp_sendsEachReaderTheirVariant() throws Exception {
        Newsroom newsroom = new Newsroom();
        List<Long> ids = readers.active(newsroom.newsletter(), 12);
        for (int i = 0; i < 12; i++) {
            readers.want(ids.get(i), List.of("jobs", "news", "gone").get(i % 3));
        }
        newsroom.putSections("one");
        newsroom.publish("one");

        JsonPath done = awaitState(newsroom.start("one", "{}"), "DONE");

        assertThat(done.getInt("counts.sent")).isEqualTo(8);
        assertThat(done.getInt("counts.skipped")).isEqualTo(4);
        int jobs = 0;
        for (MimeMessage mail : server.getReceivedMessagesForDomain(newsroom.newsletter() + ".example")) {
            String whole = GreenMailUtil.getWholeMessage(mail);
            assertThat(whole.contains("The job item")).isNotEqualTo(whole.contains("The beta item"));
            jobs += whole.contains("The job item") ? 1 : 0;
        }
        assertThat(jobs).isEqualTo(4);
    }

    @Test
    void senderWithADomainOfOtherLetters_isWrittenAsDnsKnowsIt_inEachMessageIdToo() throws Exception {
        Newsroom newsroom = new Newsroom();
        editor().contentType("application/json")
                .body("{\"title\": \"Bücher\", \"fromName\": \"Redaktion\", \"fromEmail\": \"post@bücher.example\"}"
                        .getBytes(StandardCharsets.UTF_8))
                .put("/api/newsletters/" + newsroom.newsletter())
                .then()
                .statusCode(200);
        readers.active(newsroom.newsletter(), 1);
        newsroom.publish("one");
        editor().contentType("application/json")
                .body("{\"to\": [\"desk@idn.example\"]}")
                .post("/api/newsletters/" + newsroom.newsletter() + "/issues/one/test-sends")
                .then()
                .statusCode(202);

        long id = newsroom.start("one", "{}");
        awaitState(id, "DONE");
        await().atMost(30, SECONDS).until(() -> server.getReceivedMessagesForDomain("desk@idn.example").length == 1);

        MimeMessage delivery = server.getReceivedMessagesForDomain(newsroom.newsletter() + ".example")[0];
        for (MimeMessage mail : List.of(delivery, server.getReceivedMessagesForDomain("desk@idn.example")[0])) {
            assertThat(mail.getHeader("From")[0]).isEqualTo("Redaktion <post@xn--bcher-kva.example>");
            assertThat(mail.getMessageID()).endsWith("@xn--bcher-kva.example>");
        }
        assertThat(delivery.getMessageID())
                .isEqualTo("<"
                        + editor().get("/api/campaigns/" + id + "/deliveries")
                                .jsonPath()
                                .getString("items[0].messageId")
                        + ">");
    }

    @Test
    void testSend_overSmtp_arrivesSigned() throws Exception {
        Newsroom newsroom = new Newsroom();
        newsroom.put("one");
        editor().contentType("application/json")
                .body("{\"to\": [\"desk@example.org\"]}")
                .post("/api/newsletters/" + newsroom.newsletter() + "/issues/one/test-sends")
                .then()
                .statusCode(202);
        await().atMost(30, SECONDS).until(() -> server.getReceivedMessagesForDomain("desk@example.org").length == 1);
        assertThat(SmtpAtHand.isSigned(server.getReceivedMessagesForDomain("desk@example.org")[0], config))
                .isTrue();
        editor().get("/outbox").then().statusCode(404);
    }
}
