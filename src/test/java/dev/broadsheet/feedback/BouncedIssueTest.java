package dev.broadsheet.feedback;

import static dev.broadsheet.Api.editor;
import static dev.broadsheet.delivery.Newsroom.awaitState;
import static dev.broadsheet.delivery.Newsroom.campaign;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import dev.broadsheet.TestReaders;
import dev.broadsheet.delivery.Newsroom;
import dev.broadsheet.mail.SmtpAtHand;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import jakarta.mail.internet.MimeMessage;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An issue that went out over SMTP, and what came back through the pipe by the return paths that it went out with. */
@QuarkusTest
@TestProfile(BouncedIssueTest.OverSmtp.class)
class BouncedIssueTest {

    private static final String TOKEN = "the-token-of-the-pipe";

    GreenMail server;

    @Inject
    TestReaders readers;

    @Test
    void whatComesBack_movesTheLedgerAndHealsTheList() throws Exception {
        Newsroom newsroom = new Newsroom();
        readers.active(newsroom.newsletter(), 4);
        newsroom.publish("one");
        long id = newsroom.start("one", "{}");
        awaitState(id, "DONE");
        Map<String, String> returnPaths = new HashMap<>();
        for (MimeMessage mail : server.getReceivedMessagesForDomain(newsroom.newsletter() + ".example")) {
            returnPaths.put(
                    mail.getAllRecipients()[0].toString(), mail.getHeader("Return-Path")[0].replaceAll("[<>]", ""));
        }
        JsonPath subscribers = editor().get("/api/newsletters/" + newsroom.newsletter() + "/subscribers")
                .jsonPath();
        String dead = subscribers.getString("items[0].email");
        String away = subscribers.getString("items[1].email");
        String annoyed = subscribers.getString("items[2].email");
        assertThat(returnPaths).hasSize(4);
        assertThat(returnPaths.values()).doesNotHaveDuplicates();

        pipe(Bounces.text("postfix-hard").replace(Bounces.RETURN_PATH, returnPaths.get(dead)));
        pipe(Bounces.text("out-of-office").replace(Bounces.RETURN_PATH, returnPaths.get(away)));
        pipe(Bounces.text("yahoo-abuse").replace(Bounces.RETURN_PATH, returnPaths.get(annoyed)));

        assertThat(campaign(id).getMap("counts").toString()).contains("sent=2", "bounced=1", "complained=1");
        assertThat(delivery(id, "BOUNCED"))
                .isEqualTo(
                        dead + " 550 5.1.1 <address>: Recipient address rejected: User unknown in virtual mailbox table"
                                + " (in reply to RCPT TO command)");
        assertThat(delivery(id, "COMPLAINED")).startsWith(annoyed + " ");
        assertThat(suppression(dead)).isEqualTo("BOUNCED");
        assertThat(suppression(away)).isNull();
        assertThat(suppression(annoyed)).isEqualTo("COMPLAINED");
        editor().delete("/api/suppressions/" + suppression(dead, "id")).then().statusCode(204);
        pipe(Bounces.text("postfix-hard").replace(Bounces.RETURN_PATH, returnPaths.get(dead)));
        assertThat(suppression(dead)).as("told once more").isNull();
        assertThat(editor().get("/api/newsletters/" + newsroom.newsletter() + "/subscribers")
                        .jsonPath()
                        .getList("items.state"))
                .containsExactly("ACTIVE", "ACTIVE", "UNSUBSCRIBED", "ACTIVE");
        newsroom.publish("two");
        assertThat(awaitState(newsroom.start("two", "{}"), "DONE").getInt("recipients"))
                .isEqualTo(3);
    }

    private static void pipe(String mail) {
        given().header("Authorization", "Bearer " + TOKEN)
                .contentType("message/rfc822")
                .body(Bounces.octets(mail))
                .post("/webhooks/bounce")
                .then()
                .statusCode(204);
    }

    /** The only one in a state. */
    private static String delivery(long id, String state) {
        JsonPath deliveries = editor().get("/api/campaigns/" + id + "/deliveries?state=" + state)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        assertThat(deliveries.getList("items")).hasSize(1);
        return deliveries.getString("items[0].email") + " " + deliveries.getString("items[0].reason");
    }

    private static String suppression(String email) {
        return suppression(email, "reason");
    }

    private static String suppression(String email, String field) {
        return editor().queryParam("email", email)
                .get("/api/suppressions")
                .jsonPath()
                .getString("items[0]." + field);
    }

    /** With return paths of each delivery's own, and a pipe. */
    public static class OverSmtp extends SmtpAtHand {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "broadsheet.mail.smtp.return-path",
                    "bounces@mail.weekly.example",
                    "broadsheet.feedback.pipe.token",
                    TOKEN);
        }
    }
}
