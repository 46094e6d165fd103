package dev.broadsheet.site;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.nullValue;

import dev.broadsheet.Api;
import dev.broadsheet.Readers;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.platform.LinkTokens.Purpose;
import dev.broadsheet.subscribers.Left;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class UnsubscribePageTest {

    /** Hears who left. */
    @ApplicationScoped
    static class Ears {
        final List<Long> left = new CopyOnWriteArrayList<>();

        void hear(@Observes Left event) {
            left.add(event.subscriptionId());
        }

        List<Long> left() {
            return left;
        }
    }

    @Inject
    Readers readers;

    @Inject
    Rows rows;

    @Inject
    Ears ears;

    private static String link(long subscriptionId) {
        return "/unsubscribe/" + Readers.tokens(Duration.ZERO).sign(Purpose.UNSUBSCRIBE, subscriptionId);
    }

    @Test
    void unsubscribe_byThePage_leavesWithProof_andUndoBringsBack() {
        String slug = Api.newsletter();
        String email = Readers.address();
        long id = readers.active(slug, email);

        String page = given().get(link(id)).then().statusCode(200).extract().asString();
        assertThat(page).contains("r…@example.org").doesNotContain(email);
        Element form = Jsoup.parse(page).selectFirst("form");
        String left = given().contentType("application/x-www-form-urlencoded")
                .post(form.attr("action"))
                .then()
                .statusCode(200)
                .extract()
                .asString();
        assertThat(readers.state(slug, email)).isEqualTo("UNSUBSCRIBED");
        assertThat(ears.left()).contains(id);
        assertThat(rows.texts("select 1 from mailable_subscription where subscription_id = ?", id))
                .isEmpty();

        Element undo = Jsoup.parse(left).selectFirst("form");
        given().post(undo.attr("action")).then().statusCode(200);
        given().post(undo.attr("action")).then().statusCode(200);
        assertThat(readers.state(slug, email)).isEqualTo("ACTIVE");
        assertThat(readers.consent(id))
                .containsExactly("ASKED FORM", "CONFIRMED LINK", "UNSUBSCRIBED LINK", "RETURNED LINK");
    }

    @Test
    void unsubscribe_oneClick_inAnyEncoding_isShortPlainAndWithoutRedirectOrCookie() {
        String slug = Api.newsletter();
        List<UnaryOperator<RequestSpecification>> bodies = List.of(
                r -> r.formParam("List-Unsubscribe", "One-Click"),
                r -> r.multiPart("List-Unsubscribe", "One-Click"),
                r -> r.contentType("application/x-www-form-urlencoded").body("List-Unsubscribe=One-Click"),
                r -> r.contentType("text/plain").body("List-Unsubscribe=One-Click\r\n"));
        for (UnaryOperator<RequestSpecification> body : bodies) {
            String email = Readers.address();
            long id = readers.active(slug, email);
            for (int i = 0; i < 2; i++) {
                String answer = body.apply(given().redirects().follow(false))
                        .post(link(id))
                        .then()
                        .statusCode(200)
                        .contentType("text/plain;charset=UTF-8")
                        .header("Set-Cookie", nullValue())
                        .header("Location", nullValue())
                        .header("Cache-Control", "no-store")
                        .extract()
                        .asString();
                assertThat(answer).hasSizeLessThan(100);
            }
            assertThat(readers.state(slug, email)).isEqualTo("UNSUBSCRIBED");
            assertThat(readers.consent(id)).containsExactly("ASKED FORM", "CONFIRMED LINK", "UNSUBSCRIBED ONE_CLICK");
            assertThat(ears.left()).containsOnlyOnce(id);
        }
    }

    @Test
    void unsubscribe_getAndHead_changeNothing() {
        String slug = Api.newsletter();
        long id = readers.active(slug, Readers.address());
        var before = rows.readers();
        given().get(link(id))
                .then()
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .header("X-Robots-Tag", "noindex")
                .header("Content-Security-Policy", PageHeaders.POLICY)
                .header("Set-Cookie", nullValue());
        given().head(link(id)).then().statusCode(200);
        given().get(link(id) + "?List-Unsubscribe=One-Click").then().statusCode(200);
        assertThat(rows.readers()).isEqualTo(before);
    }

    @Test
    void unsubscribe_withoutBody_leavesToo_andAgainIsAPageWithoutError() {
        String slug = Api.newsletter();
        String email = Readers.address();
        long id = readers.active(slug, email);
        given().post(link(id)).then().statusCode(200).contentType("text/html;charset=UTF-8");
        given().post(link(id)).then().statusCode(200);
        assertThat(readers.state(slug, email)).isEqualTo("UNSUBSCRIBED");
        given().get(link(id)).then().statusCode(200).body(containsString("You have left"));
    }

    @Test
    void unsubscribe_linkOfAYearAgo_stillWorks() {
        String slug = Api.newsletter();
        String email = Readers.address();
        long id = readers.active(slug, email);
        given().post("/unsubscribe/" + Readers.tokens(Duration.ofDays(3650)).sign(Purpose.UNSUBSCRIBE, id))
                .then()
                .statusCode(200);
        assertThat(readers.state(slug, email)).isEqualTo("UNSUBSCRIBED");
    }

    @Test
    void unsubscribe_linkOfATestMailOrAnErasedPerson_actsOnNobodyAndAnswersAlike() {
        var before = rows.readers();
        for (long nobody : new long[] {0, 999_999_999L}) {
            given().get(link(nobody)).then().statusCode(200);
            given().post(link(nobody)).then().statusCode(200);
            given().formParam("List-Unsubscribe", "One-Click")
                    .post(link(nobody))
                    .then()
                    .statusCode(200)
                    .contentType("text/plain;charset=UTF-8");
        }
        assertThat(rows.readers()).isEqualTo(before);
    }

    @Test
    void unsubscribe_malformedForgedOrOfAnotherPurpose_isNotFoundAndNothingIsWritten() {
        String slug = Api.newsletter();
        long id = readers.active(slug, Readers.address());
        var before = rows.readers();
        String good = link(id);
        String forged = good.substring(0, 25) + (good.charAt(25) == 'A' ? 'B' : 'A') + good.substring(26);
        var tokens = Readers.tokens(Duration.ZERO);
        for (String link : List.of(
                forged,
                good + "A",
                "/unsubscribe/x",
                "/unsubscribe/" + id,
                "/unsubscribe/" + tokens.sign(Purpose.CONFIRM, id),
                "/unsubscribe/" + tokens.sign(Purpose.UNDO_UNSUBSCRIBE, id),
                "/unsubscribe/" + tokens.sign(Purpose.FORM_SHOWN, id))) {
            given().get(link).then().statusCode(404);
            given().formParam("List-Unsubscribe", "One-Click").post(link).then().statusCode(404);
        }
        assertThat(rows.readers()).isEqualTo(before);
    }

    @Test
    void undo_expiredForgedOrOfAnEarlierLeaving_doesNotBringBack() {
        String slug = Api.newsletter();
        String email = Readers.address();
        long id = readers.active(slug, email);
        given().post(link(id)).then().statusCode(200);
        given().post("/unsubscribe/undo/" + Readers.tokens(Duration.ofHours(25)).sign(Purpose.UNDO_UNSUBSCRIBE, id))
                .then()
                .statusCode(410)
                .body(containsString("/n/" + slug + "/subscribe"));
        given().post("/unsubscribe/undo/"
                        + Readers.tokens(Duration.ofMinutes(5)).sign(Purpose.UNDO_UNSUBSCRIBE, id))
                .then()
                .statusCode(410);
        given().post("/unsubscribe/undo/" + Readers.tokens(Duration.ZERO).sign(Purpose.UNSUBSCRIBE, id))
                .then()
                .statusCode(404);
        given().post("/unsubscribe/undo/" + Readers.tokens(Duration.ZERO).sign(Purpose.UNDO_UNSUBSCRIBE, 999_999_999L))
                .then()
                .statusCode(410);
        assertThat(readers.state(slug, email)).isEqualTo("UNSUBSCRIBED");
    }

    @Test
    void undo_ofSomeoneWhoNeverConfirmed_isNotOffered() {
        String slug = Api.newsletter();
        String email = Readers.address();
        readers.pending(slug, email);
        long id = readers.subscriptionId(slug, email);
        String page = given().post(link(id)).then().statusCode(200).extract().asString();
        assertThat(Jsoup.parse(page).select("form[action*=undo]")).isEmpty();
        given().post("/unsubscribe/undo/" + Readers.tokens(Duration.ZERO).sign(Purpose.UNDO_UNSUBSCRIBE, id))
                .then()
                .statusCode(410);
        assertThat(readers.state(slug, email)).isEqualTo("UNSUBSCRIBED");
    }
}
