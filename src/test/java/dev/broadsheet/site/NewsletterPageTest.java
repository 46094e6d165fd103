package dev.broadsheet.site;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.broadsheet.Api;
import dev.broadsheet.Readers;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.platform.LinkTokens.Purpose;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class NewsletterPageTest {

    @Inject
    Readers readers;

    @Inject
    Rows rows;

    @Test
    void newsletterPage_hasTheFormAndItsSafetyHeaders() {
        String slug = Api.newsletter();
        Document page = Jsoup.parse(given().get("/n/" + slug)
                .then()
                .statusCode(200)
                .contentType("text/html;charset=UTF-8")
                .header("Content-Security-Policy", equalTo(PageHeaders.POLICY))
                .header("X-Content-Type-Options", equalTo("nosniff"))
                .header("Referrer-Policy", equalTo("same-origin"))
                .header("Set-Cookie", equalTo(null))
                .extract()
                .asString());
        Element form = page.selectFirst("form");
        assertThat(form.attr("action")).isEqualTo("/n/" + slug + "/subscribe");
        assertThat(form.select("input").eachAttr("name")).containsExactly("email", "name", "homepage", "ts");
        assertThat(form.selectFirst("[aria-hidden=true] input[name=homepage]").attr("tabindex"))
                .isEqualTo("-1");
        assertThat(page.select("script")).isEmpty();
        assertThat(page.title()).isEqualTo("Weekly " + slug);
    }

    @Test
    void homePage_severalNewsletters_listsThem() {
        String slug = Api.newsletter();
        Api.newsletter();
        given().get("/").then().statusCode(200).body(containsString("/n/" + slug + "\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/n/nobody", "/n/nobody/subscribe/check-inbox", "/n/nobody/subscribe/welcome", "/nowhere"})
    void pages_unknown_areNotFoundAsAPage(String path) {
        given().get(path).then().statusCode(404);
    }

    @Test
    void subscribe_unknownNewsletter_isNotFoundAndNothingIsWritten() {
        var before = rows.readers();
        given().formParam("email", Readers.address())
                .post("/n/nobody/subscribe")
                .then()
                .statusCode(404)
                .contentType("text/html;charset=UTF-8");
        assertThat(rows.readers()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ada",
                "ada@",
                "a@b",
                "ada@example.org\r\nBcc: eve@example.org",
                "ada@example.org\nSubject: x",
                "\"<script>\"@example.org",
                "<b>ada</b>"
            })
    void subscribe_whatCannotBeAnAddress_getsTheFormAgainAndNothingIsWritten(String email) {
        String slug = Api.newsletter();
        var before = rows.readers();
        String page = readers.subscribe(slug, email)
                .statusCode(400)
                .contentType("text/html;charset=UTF-8")
                .body(not(containsString("<script>")), not(containsString("<b>")))
                .extract()
                .asString();
        assertThat(Jsoup.parse(page).select("[role=alert]").text()).contains("address");
        assertThat(rows.readers()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ada\r\nBcc: eve@example.org", "Ada\u0000", "Ada\nLovelace", "Ada\u007f"})
    void subscribe_controlCharacterInTheName_isRefusedAndNothingIsWritten(String name) {
        String slug = Api.newsletter();
        var before = rows.readers();
        form(slug, Map.of("email", Readers.address(), "name", name)).then().statusCode(400);
        form(slug, Map.of("email", Readers.address(), "name", "n".repeat(201)))
                .then()
                .statusCode(400);
        assertThat(rows.readers()).isEqualTo(before);
    }

    @Test
    void subscribe_withoutEmailField_isRefused() {
        form(Api.newsletter(), Map.of("name", "Ada")).then().statusCode(400);
    }

    @Test
    void subscribe_withoutAGoodTs_getsAButton_whosePostCounts() {
        String slug = Api.newsletter();
        long id = readers.newsletterId(slug);
        long other = readers.newsletterId(Api.newsletter());
        String soon = Readers.tokens(Duration.ZERO).sign(Purpose.FORM_SHOWN, id);
        String old = Readers.tokens(Duration.ofHours(25)).sign(Purpose.FORM_SHOWN, id);
        String others = Readers.tokens(Duration.ofSeconds(9)).sign(Purpose.FORM_SHOWN, other);
        String wrongPurpose = Readers.tokens(Duration.ofSeconds(9)).sign(Purpose.UNSUBSCRIBE, id);
        for (String ts :
                Stream.of(soon, null, "", "forged", old, others, wrongPurpose).toList()) {
            String email = Readers.address();
            var before = rows.readers();
            var request =
                    given().redirects().follow(false).formParam("email", email).formParam("name", "Ada <3");
            Response answer = (ts == null ? request : request.formParam("ts", ts)).post("/n/" + slug + "/subscribe");
            assertThat(answer.statusCode()).as(ts).isEqualTo(200);
            assertThat(rows.readers()).isEqualTo(before);

            Element form = Jsoup.parse(answer.asString()).selectFirst("form");
            var press = given().redirects().follow(false);
            for (Element field : form.select("input")) {
                assertThat(field.attr("type")).isEqualTo("hidden");
                press.formParam(field.attr("name"), field.attr("value"));
            }
            press.post(form.attr("action"))
                    .then()
                    .statusCode(303)
                    .header("Location", equalTo("/n/" + slug + "/subscribe/check-inbox"));
            readers.awaitSignUps(slug);
            assertThat(readers.state(slug, email)).isEqualTo("PENDING");
            assertThat(rows.text("select name from subscriber where email = ?", email))
                    .isEqualTo("Ada <3");
        }
    }

    @Test
    void subscribe_buttonOfAnotherAddressNameOrNewsletter_doesNotCount() {
        String slug = Api.newsletter();
        long id = readers.newsletterId(slug);
        long other = readers.newsletterId(Api.newsletter());
        var tokens = Readers.tokens(Duration.ZERO);
        var before = rows.readers();
        for (String button : List.of(
                tokens.sign(Purpose.FORM_BUTTON, id, "eve@example.org\n\n"),
                tokens.sign(Purpose.FORM_BUTTON, id, "ada@example.org\nEve\n"),
                tokens.sign(Purpose.FORM_BUTTON, id, "ada@example.org\n\nnews"),
                tokens.sign(Purpose.FORM_BUTTON, other, "ada@example.org\n\n"),
                tokens.sign(Purpose.FORM_BUTTON, id),
                Readers.tokens(Duration.ofHours(2)).sign(Purpose.FORM_BUTTON, id, "ada@example.org\n\n"))) {
            given().redirects()
                    .follow(false)
                    .formParam("email", "ada@example.org")
                    .formParam("button", button)
                    .post("/n/" + slug + "/subscribe")
                    .then()
                    .statusCode(200);
        }
        assertThat(rows.readers()).isEqualTo(before);
    }

    @Test
    void subscribe_asMultipart_countsToo() {
        String slug = Api.newsletter();
        String email = Readers.address();
        given().redirects()
                .follow(false)
                .multiPart("email", email)
                .multiPart(
                        "ts",
                        Readers.tokens(Duration.ofSeconds(5)).sign(Purpose.FORM_SHOWN, readers.newsletterId(slug)))
                .post("/n/" + slug + "/subscribe")
                .then()
                .statusCode(303);
        readers.awaitSignUps(slug);
        assertThat(readers.state(slug, email)).isEqualTo("PENDING");
    }

    @Test
    void subscribe_asJson_isUnsupported() {
        given().contentType("application/json")
                .body("{}")
                .post("/n/" + Api.newsletter() + "/subscribe")
                .then()
                .statusCode(415);
    }

    @Test
    void subscribe_anyAddress_answersTheSame_andWritesOneSignUpOnly() {
        String slug = Api.newsletter();
        String pending = Readers.address();
        String active = Readers.address();
        String departed = Readers.address();
        String suppressed = Readers.address();
        readers.pending(slug, pending);
        readers.active(slug, active);
        given().post("/unsubscribe/"
                        + Readers.tokens(Duration.ZERO).sign(Purpose.UNSUBSCRIBE, readers.active(slug, departed)))
                .then()
                .statusCode(200);
        given().formParam("not-me", "yes")
                .post(readers.pending(slug, suppressed))
                .then()
                .statusCode(200);

        Response first = readers.subscribe(slug, Readers.address()).extract().response();
        for (String email : List.of(pending, active, departed, suppressed, active.toUpperCase())) {
            Response answer = readers.subscribe(slug, email).extract().response();
            assertThat(answer.statusCode()).isEqualTo(303).isEqualTo(first.statusCode());
            assertThat(answer.asString()).isEqualTo(first.asString());
            assertThat(answer.headers().asList().stream().map(Object::toString))
                    .isEqualTo(first.headers().asList().stream()
                            .map(Object::toString)
                            .toList());
        }
        readers.awaitSignUps(slug);
        assertThat(readers.state(slug, pending)).isEqualTo("PENDING");
        assertThat(readers.confirmations(pending)).isEqualTo(1);
        assertThat(readers.state(slug, active)).isEqualTo("ACTIVE");
        assertThat(readers.confirmations(active)).isEqualTo(1);
        assertThat(readers.state(slug, departed)).isEqualTo("PENDING");
        assertThat(readers.confirmations(departed)).isEqualTo(2);
        assertThat(readers.state(slug, suppressed)).isEqualTo("UNSUBSCRIBED");
        assertThat(readers.confirmations(suppressed)).isEqualTo(1);
    }

    @Test
    void subscribe_hostHeaderOfAStranger_isInNoLink() {
        String slug = Api.newsletter();
        String email = Readers.address();
        given().redirects()
                .follow(false)
                .header("Host", "evil.example")
                .header("X-Forwarded-Host", "evil.example")
                .formParam("email", email)
                .formParam(
                        "ts",
                        Readers.tokens(Duration.ofSeconds(5)).sign(Purpose.FORM_SHOWN, readers.newsletterId(slug)))
                .post("/n/" + slug + "/subscribe")
                .then()
                .statusCode(303)
                .header("Location", not(containsString("evil")));
        readers.awaitSignUps(slug);
        assertThat(readers.mail(email, "CONFIRMATION", "html")).doesNotContain("evil.example");
    }

    @Test
    void subscribe_clientAndBrowser_areKeptAsProof() {
        String slug = Api.newsletter();
        String email = Readers.address();
        given().redirects()
                .follow(false)
                .header("User-Agent", "Browser/" + "x".repeat(400))
                .header("X-Forwarded-For", "203.0.113.9")
                .formParam("email", email)
                .formParam(
                        "ts",
                        Readers.tokens(Duration.ofSeconds(5)).sign(Purpose.FORM_SHOWN, readers.newsletterId(slug)))
                .post("/n/" + slug + "/subscribe")
                .then()
                .statusCode(303);
        readers.awaitSignUps(slug);
        long id = readers.subscriptionId(slug, email);
        assertThat(rows.text("select host(ip) from consent_record where subscription_id = ?", id))
                .isEqualTo("127.0.0.1");
        assertThat(rows.text("select user_agent from consent_record where subscription_id = ?", id))
                .hasSize(300)
                .startsWith("Browser/xx");
    }

    @Test
    void stylesheet_isThere() {
        given().get("/style.css").then().statusCode(200).contentType(containsString("text/css"));
    }

    private Response form(String slug, Map<String, String> fields) {
        return given().redirects()
                .follow(false)
                .formParam(
                        "ts",
                        Readers.tokens(Duration.ofSeconds(5)).sign(Purpose.FORM_SHOWN, readers.newsletterId(slug)))
                .formParams(fields)
                .post("/n/" + slug + "/subscribe");
    }
}
