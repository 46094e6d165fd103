package dev.broadsheet.delivery;

import static dev.broadsheet.Api.editor;
import static dev.broadsheet.delivery.Newsroom.awaitState;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.broadsheet.TestReaders;
import dev.broadsheet.mail.FakeSendGrid;
import dev.broadsheet.mail.SendGridAtHand;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Campaigns and single mails in SendGrid's sandbox, which takes them and sends nothing. */
@QuarkusTest
@TestProfile(SendGridAtHand.Rehearsal.class)
class SendGridRehearsalTest {

    private static final String REASON = "rehearsal: SendGrid's sandbox sent nothing";

    FakeSendGrid sendGrid;

    @Inject
    TestReaders readers;

    @Inject
    AgroalDataSource database;

    private Newsroom newsroom;

    @BeforeEach
    void newsroomOfItsOwn() {
        newsroom = new Newsroom();
    }

    @Test
    void campaign_endsWithEverybodySkipped_andALaterOneReachesThem() {
        readers.active(newsroom.newsletter(), 1200);
        newsroom.publish("one");

        long id = newsroom.start("one", "{}");
        JsonPath rehearsed = awaitState(id, "DONE");

        assertThat(rehearsed.getInt("counts.skipped")).isEqualTo(1200);
        assertThat(rehearsed.getInt("counts.sent")).isZero();
        assertThat(mine()).isZero();
        assertThat(sendGrid.violations()).isEmpty();
        assertThat(editor().get("/api/campaigns/" + id + "/deliveries?state=SKIPPED&limit=1000")
                        .jsonPath()
                        .getList("items.reason", String.class))
                .hasSize(1000)
                .containsOnly(REASON);

        // as without the sandbox
        sendGrid.next(FakeSendGrid.Answer.accept(), FakeSendGrid.Answer.accept());
        JsonPath sent = awaitState(newsroom.start("one", "{}"), "DONE");

        assertThat(sent.getInt("recipients")).isEqualTo(1200);
        assertThat(sent.getInt("counts.sent")).isEqualTo(1200);
        assertThat(mine()).isEqualTo(1200);
    }

    @Test
    void singleMail_isNotSent_andDoesNotWaitForIt() {
        newsroom.put("one");
        String to = "desk@" + newsroom.newsletter() + ".example";
        editor().contentType("application/json")
                .body("{\"to\": [\"" + to + "\"]}")
                .post("/api/newsletters/" + newsroom.newsletter() + "/issues/one/test-sends")
                .then()
                .statusCode(202);

        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(singleMail(to)).isEqualTo("FAILED: " + REASON));
        assertThat(sendGrid.mailsTo(to)).isEmpty();
    }

    private long mine() {
        return sendGrid.mails().stream()
                .filter(mail -> mail.to().endsWith("@" + newsroom.newsletter() + ".example"))
                .count();
    }

    private String singleMail(String to) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select state, reason from single_mail where recipient = ?")) {
            select.setString(1, to);
            try (ResultSet row = select.executeQuery()) {
                assertThat(row.next()).isTrue();
                return row.getString("state") + ": " + row.getString("reason");
            }
        }
    }
}
