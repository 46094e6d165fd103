package dev.broadsheet.site;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.broadsheet.Api;
import dev.broadsheet.Readers;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.platform.LinkTokens.Purpose;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class ConfirmPageTest {

    @Inject
    Readers readers;

    @Inject
    Rows rows;

    @Test
    void confirm_fromTheFormToTheWelcomePage_activatesWithProof() {
        String slug = Api.newsletter();
        String email = Readers.address();
        String link = readers.pending(slug, email);
        assertThat(readers.state(slug, email)).isEqualTo("PENDING");

        String page = given().get(link).then().statusCode(200).extract().asString();
        assertThat(Jsoup.parse(page).select("form").eachAttr("action")).containsOnly(link);
        assertThat(page).doesNotContain(email).contains("r…@example.org");
        post(link).statusCode(303).header("Location", equalTo("/n/" + slug + "/subscribe/welcome"));

        assertThat(readers.state(slug, email)).isEqualTo("ACTIVE");
        assertThat(readers.consent(readers.subscriptionId(slug, email)))
                .containsExactly("ASKED FORM", "CONFIRMED LINK");
        assertThat(rows.texts("""
                        select m.email from mailable_subscription m join newsletter n on n.id = m.newsletter_id
                        where n.slug = ?
                        """, slug)).containsExactly(email);
        given().get("/n/" + slug + "/subscribe/welcome").then().statusCode(200);
    }

    @Test
    void confirmationMail_isWhatTheRulesAsk() {
        String slug = Api.newsletter();
        String email = Readers.address();
        String link = readers.pending(slug, email);
        assertThat(readers.mail(email, "CONFIRMATION", "subject"))
                .isEqualTo("Please confirm your subscription to Weekly " + slug);
        assertThat(readers.mail(email, "CONFIRMATION", "headers"))
                .contains("\"Auto-Submitted\": \"auto-generated\"")
                .doesNotContain("List-Unsubscribe");
        assertThat(readers.mail(email, "CONFIRMATION", "text"))
                .contains(TestDatabase.BASE_URL + link + "\n")
                .containsPattern("The link\\s+works for 7 days\\.")
                .contains("I did not ask for this:\n" + TestDatabase.BASE_URL + link + "#not-me\n")
                .doesNotContain("reader-token");
        assertThat(Jsoup.parse(readers.mail(email, "CONFIRMATION", "html"))
                        .select("a")
                        .eachAttr("href"))
                .containsOnly(TestDatabase.BASE_URL + link, TestDatabase.BASE_URL + link + "#not-me");
        assertThat(rows.text("""
                        select c.message -> 'from' ->> 'email'
                        from single_mail m join single_mail_content c on c.id = m.content_id where m.recipient = ?
                        """, email)).isEqualTo("editors@example.org");
    }

    @Test
    void confirmationMail_nameFromTheForm_isNotInIt() {
        String slug = Api.newsletter();
        String email = Readers.address();
        given().redirects()
                .follow(false)
                .formParam("email", email)
                .formParam("name", "Cheap pills at evil.example")
                .formParam(
                        "ts",
                        Readers.tokens(Duration.ofSeconds(5)).sign(Purpose.FORM_SHOWN, readers.newsletterId(slug)))
                .post("/n/" + slug + "/subscribe")
                .then()
                .statusCode(303);
        readers.awaitSignUps(slug);
        assertThat(readers.mail(email, "CONFIRMATION", "html")).doesNotContain("pills");
    }

    @Test
    void confirm_getAndHeadOfTheLink_changeNothing() {
        String slug = Api.newsletter();
        String link = readers.pending(slug, Readers.address());
        var before = rows.readers();
        for (int i = 0; i < 3; i++) {
            given().get(link)
                    .then()
                    .statusCode(200)
                    .header("Cache-Control", "no-store")
                    .header("X-Robots-Tag", "noindex")
                    .header("Content-Security-Policy", PageHeaders.POLICY)
                    .header("Referrer-Policy", "same-origin")
                    .header("Set-Cookie", nullValue());
            given().head(link).then().statusCode(200).header("Cache-Control", "no-store");
        }
        assertThat(rows.readers()).isEqualTo(before);
    }

    @Test
    void confirm_twice_isHarmless() {
        String slug = Api.newsletter();
        String email = Readers.address();
        String link = readers.pending(slug, email);
        post(link).statusCode(303);
        var before = rows.readers();
        post(link).statusCode(303);
        given().get(link).then().statusCode(200).body(containsString("confirmed"));
        assertThat(rows.readers()).isEqualTo(before);
    }

    @Test
    void confirm_afterLeaving_doesNotBringThePersonBack_butAskingAgainDoes() {
        String slug = Api.newsletter();
        String email = Readers.address();
        String old = readers.pending(slug, email);
        post(old).statusCode(303);
        long id = readers.subscriptionId(slug, email);
        given().post("/unsubscribe/" + Readers.tokens(Duration.ZERO).sign(Purpose.UNSUBSCRIBE, id))
                .then()
                .statusCode(200);
        post(old).statusCode(410);
        assertThat(readers.state(slug, email)).isEqualTo("UNSUBSCRIBED");

        // a stranger, or they themselves, ask again: the link from before does not count, the new one does
        String earlier = "/confirm/" + Readers.tokens(Duration.ofMinutes(1)).sign(Purpose.CONFIRM, id);
        String fresh = readers.pending(slug, email);
        assertThat(readers.state(slug, email)).isEqualTo("PENDING");
        post(earlier).statusCode(410);
        given().get(earlier).then().statusCode(410);
        assertThat(readers.state(slug, email)).isEqualTo("PENDING");
        post(fresh).statusCode(303);
        assertThat(readers.state(slug, email)).isEqualTo("ACTIVE");
    }

    @Test
    void confirm_expired_isGoneAndChangesNothing_andItsButtonSendsANewLink() {
        String slug = Api.newsletter();
        String email = Readers.address();
        readers.pending(slug, email);
        long id = readers.subscriptionId(slug, email);
        rows.run(
                "update subscription set subscribed_at = now() - interval '9 days',"
                        + " confirmation_sent_at = now() - interval '9 days' where id = ?",
                id);
        String expired =
                "/confirm/" + Readers.tokens(Duration.ofDays(7).plusSeconds(1)).sign(Purpose.CONFIRM, id);
        String lastMoment =
                "/confirm/" + Readers.tokens(Duration.ofDays(7).minusMinutes(5)).sign(Purpose.CONFIRM, id);
        given().get(lastMoment).then().statusCode(200);
        var before = rows.readers();
        for (ValidatableResponse answer :
                new ValidatableResponse[] {given().get(expired).then(), post(expired)}) {
            Document page = Jsoup.parse(answer.statusCode(410).extract().asString());
            assertThat(page.select("form").attr("action")).isEqualTo(expired);
            assertThat(page.select("form").first().select("input").attr("name")).isEqualTo("again");
            assertThat(page.text()).contains("r…@example.org").doesNotContain(email);
        }
        assertThat(rows.readers()).isEqualTo(before);

        for (int i = 0; i < 3; i++) {
            given().redirects()
                    .follow(false)
                    .formParam("again", "yes")
                    .post(expired)
                    .then()
                    .statusCode(303)
                    .header("Location", equalTo("/n/" + slug + "/subscribe/check-inbox"));
            readers.awaitSignUps(slug);
        }
        assertThat(readers.confirmations(email)).isEqualTo(2);
        assertThat(readers.consent(id)).containsExactly("ASKED FORM", "ASKED LINK");
        post(readers.confirmLink(email)).statusCode(303);
        assertThat(readers.state(slug, email)).isEqualTo("ACTIVE");
    }

    @Test
    void notMe_byAnExpiredLink_stillBlocksTheAddress() {
        String slug = Api.newsletter();
        String email = Readers.address();
        readers.pending(slug, email);
        long id = readers.subscriptionId(slug, email);
        String expired = "/confirm/" + Readers.tokens(Duration.ofDays(8)).sign(Purpose.CONFIRM, id);
        given().formParam("not-me", "yes").post(expired).then().statusCode(200);
        assertThat(readers.state(slug, email)).isEqualTo("UNSUBSCRIBED");
        given().formParam("again", "yes").post(expired);
        readers.awaitSignUps(slug);
        assertThat(readers.confirmations(email)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "AAAA", "%00", "..%2f..%2fetc", "%F0%9F%98%80", "' or 1=1 --"})
    void confirm_malformed_isNotFoundAndNothingIsWritten(String token) {
        var before = rows.readers();
        given().get("/confirm/{token}", token)
                .then()
                .statusCode(404)
                .header("Content-Security-Policy", PageHeaders.POLICY)
                .contentType("text/html;charset=UTF-8");
        given().post("/confirm/{token}", token).then().statusCode(404);
        assertThat(rows.readers()).isEqualTo(before);
    }

    @Test
    void confirm_forgedOrOfAnotherPurpose_isNotFoundAndNothingIsWritten() {
        String slug = Api.newsletter();
        String email = Readers.address();
        String link = readers.pending(slug, email);
        long id = readers.subscriptionId(slug, email);
        var before = rows.readers();
        var tokens = Readers.tokens(Duration.ZERO);
        for (Purpose purpose : Purpose.values()) {
            if (purpose != Purpose.CONFIRM) {
                given().get("/confirm/" + tokens.sign(purpose, id)).then().statusCode(404);
                post("/confirm/" + tokens.sign(purpose, id)).statusCode(404);
            }
        }
        String forged = link.substring(0, 20) + (link.charAt(20) == 'A' ? 'B' : 'A') + link.substring(21);
        post(forged).statusCode(404);
        post(link + "A").statusCode(404);
        assertThat(rows.readers()).isEqualTo(before);
    }

    @Test
    void confirm_ofAnErasedSubscription_isGone() {
        String link = "/confirm/" + Readers.tokens(Duration.ZERO).sign(Purpose.CONFIRM, 999_999_999L);
        given().get(link).then().statusCode(410);
        post(link).statusCode(410);
    }

    @Test
    void notMe_endsIt_andKeepsTheAddressFromBeingAskedAgainByThisNewsletter() {
        String slug = Api.newsletter();
        String email = Readers.address();
        String link = readers.pending(slug, email);
        given().formParam("not-me", "yes").post(link).then().statusCode(200).body(not(containsString("<form")));
        assertThat(readers.state(slug, email)).isEqualTo("UNSUBSCRIBED");
        assertThat(readers.consent(readers.subscriptionId(slug, email))).containsExactly("ASKED FORM", "DISOWNED LINK");
        post(link).statusCode(410);

        readers.subscribe(slug, email).statusCode(303);
        readers.awaitSignUps(slug);
        assertThat(readers.confirmations(email)).isEqualTo(1);

        String other = Api.newsletter();
        readers.pending(other, email);
        assertThat(readers.confirmations(email)).isEqualTo(2);
    }

    @Test
    void notMe_afterSomebodyConfirmed_endsItToo() {
        String slug = Api.newsletter();
        String email = Readers.address();
        String link = readers.pending(slug, email);
        post(link).statusCode(303);
        given().multiPart("not-me", "yes").post(link).then().statusCode(200);
        assertThat(readers.state(slug, email)).isEqualTo("UNSUBSCRIBED");
    }

    private static ValidatableResponse post(String link) {
        return given().redirects().follow(false).post(link).then();
    }
}
