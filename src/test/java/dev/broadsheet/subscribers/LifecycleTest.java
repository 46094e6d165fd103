package dev.broadsheet.subscribers;

import static dev.broadsheet.Api.editor;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.broadsheet.Api;
import dev.broadsheet.Readers;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.platform.LinkTokens.Purpose;
import dev.broadsheet.suppression.Suppressions;
import dev.broadsheet.suppression.Suppressions.Reason;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** From sign-up to goodbye, and what is known of it afterwards. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class LifecycleTest {

    @Inject
    Readers readers;

    @Inject
    Rows rows;

    @Inject
    SignUps signUps;

    @Inject
    Suppressions suppressions;

    @Inject
    PendingJob pending;

    @Inject
    Clock clock;

    private static String newsletter(String settings) {
        String slug = Api.fresh("rundbrief");
        editor().contentType("application/json")
                .body("""
                        {"title": "Rundbrief & <b>%s</b>", "fromName": "Die Redaktion", "fromEmail": "post@example.org", %s}
                        """.formatted(slug, settings))
                .put("/api/newsletters/" + slug)
                .then()
                .statusCode(201);
        return slug;
    }

    private void again(String slug, String email) {
        readers.subscribe(slug, email).statusCode(303);
        readers.awaitSignUps(slug);
    }

    private static void add(String slug, String email) {
        editor().contentType("application/json")
                .body("{\"email\": \"" + email + "\"}")
                .post("/api/newsletters/" + slug + "/subscribers")
                .then()
                .statusCode(202);
    }

    private static String unsubscribe(long id) {
        return "/unsubscribe/" + Readers.tokens(Duration.ZERO).sign(Purpose.UNSUBSCRIBE, id);
    }

    // ---------------------------------------------------------------- signing up again

    @Test
    void signUp_ofSomeoneSubscribed_getsTheWayToTheirPreferences_onceADay() {
        String slug = Api.newsletter();
        String email = Readers.address();
        long id = readers.active(slug, email);
        again(slug, email);
        again(slug, email);
        assertThat(readers.mails(email, "SUBSCRIBED")).isEqualTo(1);
        assertThat(readers.confirmations(email)).isEqualTo(1);
        assertThat(readers.state(slug, email)).isEqualTo("ACTIVE");
        assertThat(readers.consent(id)).containsExactly("ASKED FORM", "CONFIRMED LINK");
        assertThat(readers.mail(email, "SUBSCRIBED", "text"))
                .containsPattern(TestDatabase.BASE_URL + "/preferences/[\\w-]{50}\\n")
                .contains("You are subscribed already");
        assertThat(readers.mail(email, "SUBSCRIBED", "headers"))
                .containsPattern("\"List-Unsubscribe\": \"<" + TestDatabase.BASE_URL + "/unsubscribe/[\\w-]{50}>\"")
                .contains("List-Unsubscribe=One-Click", "auto-generated");
        String link = readers.mail(email, "SUBSCRIBED", "text").replaceAll("(?s).*(/unsubscribe/[\\w-]+).*", "$1");
        given().post(link).then().statusCode(200);
        assertThat(readers.state(slug, email)).isEqualTo("UNSUBSCRIBED");

        rows.run("update subscription set told_at = told_at - interval '1 day', state = 'ACTIVE' where id = ?", id);
        again(slug, email);
        assertThat(readers.mails(email, "SUBSCRIBED")).isEqualTo(2);
    }

    @Test
    void signUp_byAnEditor_ofSomeoneSubscribed_sendsNothing() {
        String slug = Api.newsletter();
        String email = Readers.address();
        readers.active(slug, email);
        add(slug, email);
        readers.awaitSignUps(slug);
        assertThat(readers.mails(email, "SUBSCRIBED")).isZero();
        assertThat(readers.confirmations(email)).isEqualTo(1);
    }

    @Test
    void signUp_ofSomeoneWhoLeft_getsAConfirmationMail() {
        String slug = Api.newsletter();
        String email = Readers.address();
        given().post(unsubscribe(readers.active(slug, email)));
        again(slug, email);
        assertThat(readers.confirmations(email)).isEqualTo(2);
        assertThat(readers.state(slug, email)).isEqualTo("PENDING");
        assertThat(readers.mails(email, "SUBSCRIBED")).isZero();
    }

    @Test
    void signUp_sections_becomeThoseOfTheSubscription_andSendingAgainKeepsThem() {
        String slug = Api.newsletter();
        String email = Readers.address();
        rows.run("""
                insert into sign_up (newsletter_id, email, sections, via, received_at, due_at)
                values (?, ?, '{news,"tips & tricks"}', 'FORM', now(), now())
                """, readers.newsletterId(slug), email);
        readers.awaitSignUps(slug);
        long id = readers.subscriptionId(slug, email);
        String sections = "select array_to_string(sections, '|') from subscription where id = ?";
        assertThat(rows.text(sections, id)).isEqualTo("news|tips & tricks");
        rows.run("update subscription set confirmation_sent_at = now() - interval '11 minutes' where id = ?", id);
        again(slug, email);
        assertThat(readers.confirmations(email)).isEqualTo(2);
        assertThat(rows.text(sections, id)).isEqualTo("news|tips & tricks");
    }

    // ---------------------------------------------------------------- suppressed addresses

    @Test
    void deadMailbox_isTriedOnceAMonth_andConfirmingLiftsIt() {
        String slug = Api.newsletter();
        String email = Readers.address();
        EmailAddress address = EmailAddress.parse(email).orElseThrow();
        suppressions.suppress(address, null, Reason.BOUNCED);
        again(slug, email);
        assertThat(readers.confirmations(email)).isEqualTo(1);
        String other = Api.newsletter();
        again(other, email);
        assertThat(readers.confirmations(email))
                .as("another newsletter tries it too soon")
                .isEqualTo(1);

        String newest = "select id from suppression order by id desc limit 1";
        rows.run("update suppression set tried_at = now() - interval '1 month' where id = (" + newest + ")");
        again(other, email);
        assertThat(readers.confirmations(email)).isEqualTo(2);
        given().post(readers.confirmLink(email));
        assertThat(readers.state(other, email)).isEqualTo("ACTIVE");
        assertThat(suppressions.isSuppressed(address, readers.newsletterId(other)))
                .isFalse();
    }

    @Test
    void deadMailbox_ofSomeoneSubscribed_staysSubscribed_andIsMailableOnceTheyConfirm() {
        String slug = Api.newsletter();
        String email = Readers.address();
        long id = readers.active(slug, email);
        String old = readers.confirmLink(email);
        suppressions.suppress(EmailAddress.parse(email).orElseThrow(), null, Reason.BOUNCED);
        String mailable = "select count(*) from mailable_subscription where subscription_id = ?";
        assertThat(rows.number(mailable, id)).isZero();
        rows.run("update subscription set subscribed_at = now() - interval '1 hour' where id = ?", id);

        again(slug, email);
        assertThat(readers.state(slug, email)).isEqualTo("ACTIVE");
        assertThat(readers.mails(email, "SUBSCRIBED")).isZero();
        assertThat(readers.confirmations(email)).isEqualTo(2);
        String fresh = readers.confirmLink(email);
        String before = "/confirm/" + Readers.tokens(Duration.ofMinutes(30)).sign(Purpose.CONFIRM, id);
        given().post(before);
        assertThat(rows.number(mailable, id)).as("a link from before").isZero();
        given().get(fresh).then().statusCode(200).body(containsString("Yes, subscribe me"));
        given().post(fresh);
        assertThat(rows.number(mailable, id)).isEqualTo(1);
        given().get(old).then().statusCode(200).body(containsString("nothing more to do"));
    }

    @Test
    void erasedAddress_isNotAskedForAnEditor_butByItsOwnSignUp_andConfirmingLiftsIt() {
        String slug = Api.newsletter();
        String email = Readers.address();
        EmailAddress address = EmailAddress.parse(email).orElseThrow();
        suppressions.suppress(address, null, Reason.ERASED);
        editor().contentType("application/json")
                .body(Map.of("email", email))
                .post("/api/newsletters/" + slug + "/subscribers")
                .then()
                .statusCode(409)
                .body("type", endsWith("erased"));
        assertThat(rows.texts("select email from subscriber where email = ?", email))
                .isEmpty();

        long id = readers.active(slug, email);
        assertThat(suppressions.isSuppressed(address, readers.newsletterId(slug)))
                .isFalse();
        assertThat(rows.number("select count(*) from mailable_subscription where subscription_id = ?", id))
                .isEqualTo(1);
    }

    @Test
    void confirming_liftsNoComplaint_andNothingOfOtherNewsletters() {
        String slug = Api.newsletter();
        String email = Readers.address();
        EmailAddress address = EmailAddress.parse(email).orElseThrow();
        long other = readers.newsletterId(Api.newsletter());
        String link = readers.pending(slug, email);
        suppressions.suppress(address, null, Reason.COMPLAINED);
        suppressions.suppress(address, other, Reason.BOUNCED);
        given().post(link);
        assertThat(suppressions.isSuppressed(address, readers.newsletterId(slug)))
                .isTrue();
        assertThat(rows.number("select count(*) from suppression where newsletter_id = ?", other))
                .isEqualTo(1);
    }

    // ---------------------------------------------------------------- welcome and goodbye

    @Test
    void welcomeAndGoodbye_whereTheNewsletterSaysNothing_areNotSent() {
        String slug = Api.newsletter();
        String email = Readers.address();
        given().post(unsubscribe(readers.active(slug, email)));
        assertThat(rows.number("select count(*) from single_mail where recipient = ?", email))
                .isEqualTo(1);
        editor().get("/api/newsletters/" + slug)
                .then()
                .body("welcomeMail", equalTo("OFF"), "goodbyeMail", equalTo(false));
    }

    @Test
    void welcome_isSentOnceUponConfirming_inTheNewslettersLanguage() {
        String slug = newsletter("\"language\": \"de-AT\", \"welcomeMail\": \"SHORT\"");
        String email = Readers.address();
        String link = readers.pending(slug, email);
        assertThat(readers.mail(email, "CONFIRMATION", "subject"))
                .isEqualTo("Bitte bestätigen Sie Ihr Abonnement von Rundbrief & <b>" + slug + "</b>");
        given().post(link);
        given().post(link);
        assertThat(readers.mails(email, "WELCOME")).isEqualTo(1);
        assertThat(readers.mail(email, "WELCOME", "text"))
                .contains("Vielen Dank für die Bestätigung.", "Rundbrief & <b>" + slug + "</b>")
                .containsPattern("Abbestellen:\n" + TestDatabase.BASE_URL + "/unsubscribe/[\\w-]{50}\n");
        assertThat(readers.mail(email, "WELCOME", "html"))
                .contains("lang=\"de\"", "&lt;b&gt;" + slug)
                .doesNotContain("<b>");
        assertThat(readers.mail(email, "WELCOME", "headers")).contains("List-Unsubscribe=One-Click");
    }

    @Test
    void welcome_withTheLatestIssue_leadsToIt_whereThereIsOne() {
        String slug = newsletter("\"welcomeMail\": \"WITH_LATEST_ISSUE\"");
        String first = Readers.address();
        readers.active(slug, first);
        assertThat(readers.mail(first, "WELCOME", "text")).doesNotContain("latest");

        String issue = "/api/newsletters/" + slug + "/issues/2026-11-24";
        editor().contentType("text/markdown;charset=UTF-8")
                .body("Title: Tea {weekly}\nDate: 2026-11-24\n\n## News\n\n* [Tea](https://example.org/tea)\n")
                .put(issue)
                .then()
                .statusCode(201);
        editor().contentType("application/json")
                .body("{}")
                .post(issue + "/publish")
                .then()
                .statusCode(200);
        String second = Readers.address();
        readers.active(slug, second);
        assertThat(readers.mail(second, "WELCOME", "text"))
                .contains("here is the latest one, of November 24, 2026: Tea {weekly}")
                .contains(TestDatabase.BASE_URL + "/n/" + slug + "/issues/2026-11-24\n");
    }

    @Test
    void goodbye_isSentToWhoWasSubscribed_onceADay() {
        String slug = newsletter("\"goodbyeMail\": true");
        String email = Readers.address();
        long id = readers.active(slug, email);
        for (int i = 0; i < 3; i++) {
            given().post(unsubscribe(id)).then().statusCode(200);
            given().post("/unsubscribe/undo/" + Readers.tokens(Duration.ZERO).sign(Purpose.UNDO_UNSUBSCRIBE, id));
        }
        assertThat(readers.mails(email, "GOODBYE")).isEqualTo(1);
        assertThat(readers.mail(email, "GOODBYE", "text"))
                .contains("You have left Rundbrief")
                .contains(TestDatabase.BASE_URL + "/n/" + slug + "\n");

        String never = Readers.address();
        readers.pending(slug, never);
        editor().post("/api/newsletters/" + slug + "/subscribers/" + readers.subscriptionId(slug, never)
                        + "/unsubscribe")
                .then()
                .statusCode(200);
        assertThat(readers.mails(never, "GOODBYE")).isZero();

        String complained = Readers.address();
        long complainant = readers.active(slug, complained);
        suppressions.suppress(EmailAddress.parse(complained).orElseThrow(), null, Reason.COMPLAINED);
        given().post(unsubscribe(complainant));
        assertThat(readers.mails(complained, "GOODBYE")).isZero();
    }

    // ---------------------------------------------------------------- proof

    @Test
    void consent_isShownToAnEditor_withTheWordsAgreedTo() {
        String slug = newsletter("\"language\": \"de\"");
        String email = Readers.address();
        given().redirects()
                .follow(false)
                .header("User-Agent", "Testbrowser/1")
                .formParam("email", email)
                .formParam(
                        "ts",
                        Readers.tokens(Duration.ofSeconds(5)).sign(Purpose.FORM_SHOWN, readers.newsletterId(slug)))
                .post("/n/" + slug + "/subscribe")
                .then()
                .statusCode(303);
        readers.awaitSignUps(slug);
        given().header("User-Agent", "Testbrowser/2").redirects().follow(false).post(readers.confirmLink(email));
        long id = readers.subscriptionId(slug, email);
        String path = "/api/newsletters/" + slug + "/subscribers/" + id;
        editor().post(path + "/unsubscribe").then().statusCode(200);

        String words = "Ich möchte Rundbrief & <b>" + slug
                + "</b> per Mail bekommen. Abbestellen kann ich jederzeit: Der Link dazu steht in jeder Ausgabe.";
        var answer = editor().get(path).then().statusCode(200);
        answer.body("id", equalTo((int) id))
                .body("email", equalTo(email))
                .body("state", equalTo("UNSUBSCRIBED"))
                .body("consent.action", contains("ASKED", "CONFIRMED", "UNSUBSCRIBED"))
                .body("consent.via", contains("FORM", "LINK", "EDITOR"))
                .body("consent.ip", contains("127.0.0.1", "127.0.0.1", null))
                .body("consent.userAgent", contains("Testbrowser/1", "Testbrowser/2", null))
                .body("consent.text", contains(words, words, null))
                .body("consent.editor", contains(null, null, "admin"))
                .body("consent[2].version", nullValue());
        assertThat(answer.extract().<String>path("consent[0].version")).matches("[0-9a-f]{12}");
        given().get("/n/" + slug).then().body(containsString("Ich möchte Rundbrief &amp; &lt;b&gt;" + slug));
        assertThat(rows.number("select count(*) from consent_text where text like '%' || ? || '%'", slug + "<"))
                .isEqualTo(1);

        editor().get("/api/newsletters/" + Api.newsletter() + "/subscribers/" + id)
                .then()
                .statusCode(404);
        given().get(path).then().statusCode(401);
    }

    @Test
    void consent_changedOrDeleted_isRefused_butForErasure() {
        String slug = Api.newsletter();
        String email = Readers.address();
        long id = readers.active(slug, email);
        for (String change : new String[] {
            "update consent_record set at = now() where subscription_id = ?",
            "delete from consent_record where subscription_id = ?"
        }) {
            assertThatThrownBy(() -> rows.run(change, id)).hasStackTraceContaining("append-only");
        }
        assertThatThrownBy(() -> rows.run("delete from consent_text")).hasStackTraceContaining("append-only");
        QuarkusTransaction.requiringNew().run(() -> {
            rows.run("set local broadsheet.erasing = 'on'");
            rows.run("delete from consent_record where subscription_id = ?", id);
        });
        assertThat(readers.consent(id)).isEmpty();
        long next = readers.active(slug, Readers.address());
        assertThatThrownBy(() -> rows.run("delete from consent_record where subscription_id = ?", next))
                .hasStackTraceContaining("append-only");
    }

    // ---------------------------------------------------------------- by hand

    @Test
    void resendConfirmation_sendsIt_butNotTooSoon_norWhereNothingIsToConfirm() {
        String slug = Api.newsletter();
        String email = Readers.address();
        add(slug, email);
        readers.awaitSignUps(slug);
        long id = readers.subscriptionId(slug, email);
        String resend = "/api/newsletters/" + slug + "/subscribers/" + id + "/resend-confirmation";
        editor().post(resend).then().statusCode(429).body("type", equalTo("too-soon"));
        rows.run("update subscription set confirmation_sent_at = now() - interval '11 minutes' where id = ?", id);
        editor().post(resend).then().statusCode(202);
        readers.awaitSignUps(slug);
        assertThat(readers.confirmations(email)).isEqualTo(2);
        assertThat(readers.consent(id)).containsExactly("ASKED EDITOR", "ASKED EDITOR");
        assertThat(rows.texts("select editor from consent_record where subscription_id = ?", id))
                .containsOnly("admin");
        assertThat(rows.number("select count(text_hash) from consent_record where subscription_id = ?", id))
                .isZero();

        rows.run("update subscription set confirmation_sent_at = now() - interval '11 minutes' where id = ?", id);
        suppressions.suppress(EmailAddress.parse(email).orElseThrow(), null, Reason.REQUESTED);
        editor().post(resend).then().statusCode(409).body("type", equalTo("suppressed"));
        given().post(readers.confirmLink(email));
        editor().post(resend).then().statusCode(409).body("type", equalTo("nothing-to-confirm"));
        editor().post(unsubscribeByHand(slug, id)).then().statusCode(200);
        editor().post(resend).then().statusCode(409).body("type", equalTo("nothing-to-confirm"));
        editor().post("/api/newsletters/" + Api.newsletter() + "/subscribers/" + id + "/resend-confirmation")
                .then()
                .statusCode(404);
    }

    private static String unsubscribeByHand(String slug, long id) {
        return "/api/newsletters/" + slug + "/subscribers/" + id + "/unsubscribe";
    }

    // ---------------------------------------------------------------- never confirmed

    @Test
    void neverConfirmed_isForgottenWithAllThatHangsOnIt_butNotWhoLeftOrReadsSomethingElse() {
        String slug = Api.newsletter();
        String gone = Readers.address();
        String elsewhere = Readers.address();
        String left = Readers.address();
        String fresh = Readers.address();
        String other = Api.newsletter();
        readers.pending(slug, gone);
        readers.pending(slug, elsewhere);
        readers.active(other, elsewhere);
        given().post(unsubscribe(readers.active(slug, left)));
        again(slug, left);
        readers.pending(slug, fresh);
        for (String email : new String[] {gone, elsewhere, left}) {
            rows.run(
                    "update subscription set confirmation_sent_at = now() - interval '31 days',"
                            + " subscribed_at = now() - interval '31 days' where id = ?",
                    readers.subscriptionId(slug, email));
        }
        long goneId = readers.subscriptionId(slug, gone);
        Instant before = clock.instant().minus(Duration.ofDays(30));
        assertThat(QuarkusTransaction.requiringNew().call(() -> pending.forget(before, 2)))
                .isEqualTo(2);
        pending.run();

        assertThat(readers.state(slug, gone)).isEqualTo("none");
        assertThat(rows.texts("select email from subscriber where email = ?", gone))
                .isEmpty();
        assertThat(readers.consent(goneId)).isEmpty();
        assertThat(readers.state(slug, elsewhere)).isEqualTo("none");
        assertThat(readers.state(other, elsewhere)).isEqualTo("ACTIVE");
        assertThat(readers.state(slug, left)).isEqualTo("UNSUBSCRIBED");
        assertThat(readers.state(slug, fresh)).isEqualTo("PENDING");
        given().get("/confirm/" + Readers.tokens(Duration.ZERO).sign(Purpose.CONFIRM, goneId))
                .then()
                .statusCode(410);
    }

    @Test
    void neverConfirmed_isFoundByAnIndex() {
        assertThat(rows.texts("""
                        select indexdef from pg_indexes where indexname = 'subscription_pending'
                        """)).singleElement().asString().contains("WHERE (state = 'PENDING'::text)");
        QuarkusTransaction.requiringNew().run(() -> {
            rows.run("set local enable_seqscan = off");
            assertThat(String.join("\n", rows.texts("""
                            explain select id from subscription
                            where state = 'PENDING' and coalesce(confirmation_sent_at, subscribed_at) < now()
                            order by coalesce(confirmation_sent_at, subscribed_at) limit 1000 for update skip locked
                            """)))
                    .contains("subscription_pending")
                    .contains("Index Cond");
        });
    }
}
