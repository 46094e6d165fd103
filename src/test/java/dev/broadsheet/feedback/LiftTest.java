package dev.broadsheet.feedback;

import static dev.broadsheet.Api.editor;
import static io.restassured.RestAssured.given;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.broadsheet.Api;
import dev.broadsheet.Readers;
import dev.broadsheet.Rows;
import dev.broadsheet.mail.FakeSendGrid;
import dev.broadsheet.mail.FakeSendGrid.Answer;
import dev.broadsheet.mail.SendGridAtHand;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lifting here is lifting at SendGrid, or it is said that it is not. */
@QuarkusTest
@TestProfile(SendGridAtHand.class)
class LiftTest {

    FakeSendGrid sendGrid;

    @Inject
    Readers readers;

    @Inject
    Rows rows;

    @Inject
    ProviderLifts lifts;

    private String newsletter;
    private String email;

    @BeforeEach
    void readerOfTheirOwn() {
        newsletter = Api.newsletter();
        email = Readers.address();
    }

    private String suppress(String slug, String reason) {
        Map<String, String> body = new HashMap<>(Map.of("email", email, "reason", reason));
        if (slug != null) {
            body.put("newsletter", slug);
        }
        return editor().contentType("application/json")
                .body(body)
                .post("/api/suppressions")
                .then()
                .statusCode(201)
                .extract()
                .header("Location");
    }

    private ValidatableResponse lift(String suppression) {
        return editor().delete(suppression).then();
    }

    private String audited(String suppression) {
        return rows.text(
                "select details::text from audit_entry where action = 'suppression.lift' and subject = ?",
                suppression.replace("/api/suppressions", "suppression"));
    }

    private long waiting() {
        return rows.number("""
                select count(*) from provider_lift l join known_address k using (address_hash) where k.email = ?
                """, email);
    }

    private void isDue() {
        rows.run(
                "update provider_lift l set due_at = now() from known_address k"
                        + " where k.address_hash = l.address_hash and k.email = ?",
                email);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bounces", "blocks", "invalid_emails", "spam_reports"})
    void liftedHere_isLiftedThere_andSaidSo(String list) {
        readers.active(newsletter, email);
        String suppression = suppress(null, "COMPLAINED");
        sendGrid.list(list, email);

        lift(suppression)
                .statusCode(200)
                .body("provider", equalTo("LIFTED"), "lists[0]", equalTo(list), "detail", nullValue());

        assertThat(sendGrid.isListed(list, email)).isFalse();
        editor().get(suppression).then().statusCode(404);
        assertThat(audited(suppression)).contains("LIFTED", list, "COMPLAINED").doesNotContain(email);
        assertThat(waiting()).isZero();
    }

    @Test
    void whyAnEditorLiftsIt_isAudited_withoutAddresses() {
        String suppression = suppress(newsletter, "COMPLAINED");

        editor().queryParam("reason", email + " pressed the wrong button")
                .delete(suppression)
                .then()
                .statusCode(200);

        assertThat(audited(suppression))
                .contains("<address> pressed the wrong button", "COMPLAINED")
                .doesNotContain(email);
    }

    @Test
    void whoIsNotThere_isLiftedHere() {
        readers.active(newsletter, email);

        lift(suppress(newsletter, "REQUESTED"))
                .statusCode(200)
                .body("provider", equalTo("NOT_THERE"), "lists.size()", equalTo(0));
    }

    @Test
    void keyThatMayNot_isTold_liftedHereAllTheSame_andThereOnceItMay() {
        readers.active(newsletter, email);
        String suppression = suppress(null, "BOUNCED");
        sendGrid.list("bounces", email);
        sendGrid.nextDelete(Answer.error(403, "access forbidden", null));

        lift(suppression)
                .statusCode(200)
                .body("provider", equalTo("FAILED"), "detail", containsString("permission \"Suppressions\""));

        editor().get(suppression).then().statusCode(404);
        assertThat(audited(suppression)).contains("FAILED", "403");
        assertThat(sendGrid.isListed("bounces", email)).isTrue();
        isDue();
        await().atMost(30, SECONDS).until(() -> waiting() == 0);
        assertThat(sendGrid.isListed("bounces", email)).isFalse();
    }

    @Test
    void providerThatIsDown_isTriedEverMoreSeldom_andGivenUpInTheEnd() {
        readers.active(newsletter, email);
        sendGrid.nextDelete(Answer.of(500, ""));
        lift(suppress(null, "BOUNCED")).statusCode(200).body("provider", equalTo("FAILED"));

        String later = "select attempts || ' ' || (due_at > now() + interval '1 minute' * (1 << attempts - 1) * 0.9)"
                + " from provider_lift l join known_address k using (address_hash) where k.email = ?";
        for (int attempt = 1; attempt <= 12; attempt++) {
            sendGrid.nextDelete(Answer.of(500, ""));
            isDue();
            lifts.work();
            String now = attempt + " true";
            await().atMost(30, SECONDS)
                    .untilAsserted(() -> assertThat(rows.texts(later, email)).containsExactly(now));
        }
        sendGrid.nextDelete(Answer.of(500, ""));
        isDue();
        lifts.work();
        await().atMost(30, SECONDS).until(() -> waiting() == 0);
    }

    @Test
    void whoIsSuppressedAgainMeanwhile_staysOnTheList() {
        readers.active(newsletter, email);
        sendGrid.nextDelete(Answer.of(503, ""));
        lift(suppress(null, "BOUNCED")).statusCode(200).body("provider", equalTo("FAILED"));
        suppress(null, "COMPLAINED");
        sendGrid.list("spam_reports", email);

        isDue();

        await().atMost(30, SECONDS).until(() -> waiting() == 0);
        assertThat(sendGrid.isListed("spam_reports", email)).isTrue();
    }

    @Test
    void whoIsSuppressedForAllNewslettersToo_staysOnTheList() {
        readers.active(newsletter, email);
        String ofOne = suppress(newsletter, "REQUESTED");
        suppress(null, "COMPLAINED");
        sendGrid.list("spam_reports", email);

        lift(ofOne).statusCode(200).body("provider", equalTo("STILL_SUPPRESSED"));

        assertThat(sendGrid.isListed("spam_reports", email)).isTrue();
        editor().get(ofOne).then().statusCode(404);
    }

    @Test
    void addressThatNobodyHereHas_isSaidToBeUnknown() {
        int before = sendGrid.deletes().size();

        lift(suppress(null, "BOUNCED"))
                .statusCode(200)
                .body("provider", equalTo("ADDRESS_UNKNOWN"), "detail", containsString("under Suppressions"));

        assertThat(sendGrid.deletes()).hasSize(before);
    }

    @Test
    void deadMailboxThatIsConfirmed_getsTheConfirmation_andIsTakenOffTheListOfBounces() {
        readers.active(newsletter, email);
        suppress(null, "BOUNCED");
        sendGrid.list("bounces", email);
        String other = Api.newsletter();
        int before = sendGrid.mailsTo(email).size();

        String link = readers.pending(other, email);
        await().atMost(30, SECONDS).until(() -> sendGrid.mailsTo(email).size() > before);
        assertThat(sendGrid.isListed("bounces", email)).isTrue();
        given().redirects().follow(false).post(link).then().statusCode(303);

        await().atMost(30, SECONDS).until(() -> !sendGrid.isListed("bounces", email));
        await().atMost(30, SECONDS).until(() -> waiting() == 0);
    }

    @Test
    void confirmation_ofAMailboxThatWasNotDead_asksSendGridForNothing() {
        readers.active(newsletter, email);

        assertThat(waiting()).isZero();
        assertThat(sendGrid.deletes()).noneMatch(path -> path.contains(email.replace("@", "%40")));
    }

    @Test
    void erasedPerson_isNotLifted_norAskedFor() {
        long id = readers.active(newsletter, email);
        editor().delete("/api/newsletters/" + newsletter + "/subscribers/" + id)
                .then()
                .statusCode(204);
        int before = sendGrid.deletes().size();
        int erased = editor().queryParam("email", email)
                .get("/api/suppressions")
                .then()
                .extract()
                .path("items[0].id");

        lift("/api/suppressions/" + erased).statusCode(409).body("type", equalTo("erased"));

        assertThat(sendGrid.deletes()).hasSize(before);
    }
}
