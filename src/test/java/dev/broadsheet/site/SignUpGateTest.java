package dev.broadsheet.site;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.broadsheet.Api;
import dev.broadsheet.Readers;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.platform.LinkTokens.Purpose;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
@TestProfile(SignUpGateTest.AllGuards.class)
class SignUpGateTest {

    public static class AllGuards implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            try {
                Path list = Files.writeString(
                        Files.createTempFile("disposable", ".txt"),
                        "# for an hour\n\nshort.example # and below\nmünchen.example\n");
                list.toFile().deleteOnExit();
                return Map.of(
                        "broadsheet.signup.proof-of-work",
                        "true",
                        "broadsheet.signup.denied-domains",
                        "denied.example, @Verboten-ÄÖ.example",
                        "broadsheet.signup.disposable-domains",
                        list.toString(),
                        "broadsheet.signup.per-network",
                        "3",
                        "broadsheet.signup.network-window",
                        "P1D",
                        "broadsheet.trusted-proxies",
                        "127.0.0.1");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Inject
    Readers readers;

    @Inject
    Rows rows;

    private Response post(String slug, String network, Map<String, String> fields) {
        return given().redirects()
                .follow(false)
                .header("X-Forwarded-For", network + ".7")
                .formParams(fields)
                .post("/n/" + slug + "/subscribe");
    }

    private Map<String, String> typed(String slug, String email) {
        return new HashMap<>(Map.of(
                "email",
                email,
                "ts",
                Readers.tokens(Duration.ofSeconds(5)).sign(Purpose.FORM_SHOWN, readers.newsletterId(slug))));
    }

    /** What the page's one button sends. */
    private static Map<String, String> button(Response answer) {
        assertThat(answer.statusCode()).isEqualTo(200);
        Map<String, String> fields = new HashMap<>();
        for (Element field : Jsoup.parse(answer.asString()).select("form input")) {
            fields.put(field.attr("name"), field.attr("value"));
        }
        return fields;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ada@denied.example",
                "ada@Mail.DENIED.example",
                "ada@verboten-äö.example",
                "ada@VERBOTEN-ÄÖ.example"
            })
    void deniedDomain_isRefusedClearly_andNothingIsWritten(String email) {
        String slug = Api.newsletter();
        var before = rows.readers();
        Document page = Jsoup.parse(post(slug, "198.51.100", typed(slug, email))
                .then()
                .statusCode(400)
                .extract()
                .asString());
        assertThat(page.select("[role=alert]").text()).contains("domain");
        assertThat(rows.readers()).isEqualTo(before);
    }

    @Test
    void domainThatEndsLikeADeniedOne_isTaken() {
        String slug = Api.newsletter();
        assertThat(post(slug, "10.6.1", typed(slug, "ada@notdenied.example")).statusCode())
                .isEqualTo(303);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "info@example.org",
                "WebMaster@example.org",
                "list-request@example.org",
                "ada@short.example",
                "ada@mail.short.example",
                "ada@münchen.example"
            })
    void addressOfManyOrForAnHour_isWarnedOf_andTheButtonCounts(String email) {
        String slug = Api.newsletter();
        String network = "10.1." + email.length();
        Response answer = post(slug, network, typed(slug, email));
        Map<String, String> button = button(answer);
        assertThat(Jsoup.parse(answer.asString()).select(".note").text()).contains("This looks like an address");
        button.put("work", ProofOfWorkTest.work(button.get("button")));
        assertThat(post(slug, network, button).statusCode()).isEqualTo(303);
        readers.awaitSignUps(slug);
        assertThat(rows.number("select count(*) from subscription where newsletter_id = ?", readers.newsletterId(slug)))
                .isEqualTo(1);
    }

    @Test
    void fieldThatNobodySees_filled_getsTheButton() {
        String slug = Api.newsletter();
        Map<String, String> fields = typed(slug, Readers.address());
        fields.put("homepage", "https://spam.example");
        assertThat(button(post(slug, "10.2.1", fields))).containsKey("button");
        fields.put("homepage", " ");
        assertThat(post(slug, "10.2.1", fields).statusCode()).isEqualTo(303);
    }

    @Test
    void network_overItsLimit_getsTheButton_andWorkLetsIn() {
        String slug = Api.newsletter();
        for (int i = 0; i < 3; i++) {
            assertThat(post(slug, "10.3.1", typed(slug, Readers.address())).statusCode())
                    .isEqualTo(303);
        }
        String email = Readers.address();
        var before = rows.readers();
        Map<String, String> button = button(post(slug, "10.3.1", typed(slug, email)));
        assertThat(rows.readers().get("sign_up")).isEqualTo(before.get("sign_up"));
        button.put("work", ProofOfWorkTest.work(button.get("button")));
        assertThat(post(slug, "10.3.1", button).statusCode()).isEqualTo(303);
        readers.awaitSignUps(slug);
        assertThat(readers.state(slug, email)).isEqualTo("PENDING");
    }

    @Test
    void button_withoutWork_countsAfterHalfAMinute_withinTheLimitOfItsNetwork() {
        String slug = Api.newsletter();
        String email = Readers.address();
        Response page = post(slug, "10.4.1", Map.of("email", email, "section", "news"));
        page.then()
                .header("Content-Security-Policy", equalTo(PageHeaders.POLICY + "; script-src 'self'"))
                .body(containsString("<noscript>"), containsString("src=\"/prove.js\""));
        given().get("/prove.js").then().statusCode(200).contentType(containsString("javascript"));
        Map<String, String> button = button(page);
        assertThat(button).containsEntry("section", "news").containsEntry("work", "");

        for (String work : new String[] {"", "0", "x".repeat(13)}) {
            button.put("work", work);
            Response again = post(slug, "10.4.1", button);
            assertThat(button(again)).containsEntry("button", button.get("button"));
            assertThat(Jsoup.parse(again.asString()).select("[role=alert]").text())
                    .contains("half a minute");
        }
        button.put(
                "button",
                Readers.tokens(Duration.ofSeconds(31))
                        .sign(Purpose.FORM_BUTTON, readers.newsletterId(slug), email + "\n\nnews"));
        button.put("work", "");
        for (int i = 0; i < 3; i++) {
            assertThat(post(slug, "10.4.1", button).statusCode()).isEqualTo(303);
        }
        Response tooMany = post(slug, "10.4.1", button);
        assertThat(button(tooMany)).containsEntry("button", button.get("button"));
        assertThat(Jsoup.parse(tooMany.asString()).select(".note").text()).contains("come back in an hour");
    }

    @Test
    void whatWasDecided_isCounted_andNobodyIsNamed() {
        String slug = Api.newsletter();
        post(slug, "10.5.1", typed(slug, "someone@denied.example"));
        post(slug, "10.5.1", typed(slug, "nobody-but-me@example.org"));
        post(slug, "10.5.1", Map.of("email", "nobody-but-me@example.org"));
        String metrics =
                given().get("/q/metrics").then().statusCode(200).extract().asString();
        assertThat(metrics)
                .contains(
                        "broadsheet_signup_posts_total{outcome=\"refused\",reason=\"domain-denied\"}",
                        "broadsheet_signup_posts_total{outcome=\"taken\",reason=\"form\"}",
                        "broadsheet_signup_posts_total{outcome=\"button\",reason=\"unsigned\"}")
                .doesNotContain("nobody-but-me", "denied.example", "10.5.1");
    }
}
