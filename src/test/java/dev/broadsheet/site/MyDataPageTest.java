package dev.broadsheet.site;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import dev.broadsheet.Api;
import dev.broadsheet.Readers;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.platform.LinkTokens.Purpose;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is behind the short-lived links that a reader has mailed to themselves. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class MyDataPageTest {

    private static final Pattern LINK =
            Pattern.compile(Pattern.quote(TestDatabase.BASE_URL) + "(/my-data/[a-z-]+/[\\w-]+)");

    @Inject
    Readers readers;

    @Inject
    Rows rows;

    private String slug;
    private String email;
    private long id;

    @BeforeEach
    void reader() {
        slug = Api.newsletter();
        email = Readers.address();
        id = readers.active(slug, email);
    }

    private static RequestSpecification form() {
        return given().contentType("application/x-www-form-urlencoded; charset=UTF-8");
    }

    private ValidatableResponse ask(String what) {
        return form().formParam("send", what)
                .post("/preferences/" + Readers.tokens(Duration.ZERO).sign(Purpose.UNSUBSCRIBE, id))
                .then();
    }

    /** The path of the link in the latest such mail. */
    private String mailed(String to) {
        String mail = rows.text("""
                        select replace(c.message ->> 'text', t.tag, t.token)
                        from single_mail s join single_mail_content c on c.id = s.content_id,
                          jsonb_each_text(s.own -> 'values') as t (tag, token)
                        where s.recipient = ? and s.kind = 'LINK' order by s.id desc limit 1
                        """, to);
        Matcher link = LINK.matcher(mail);
        assertThat(link.find()).as(mail).isTrue();
        return link.group(1);
    }

    private long mails(String to) {
        return rows.number("select count(*) from single_mail where recipient = ? and kind = 'LINK'", to);
    }

    private String link(String what) {
        ask(what).statusCode(200).body(containsString("r…@example.org"));
        return mailed(email);
    }

    @ParameterizedTest
    @ValueSource(strings = {"export", "address", "erase"})
    void link_goesToTheAddressOnFile_andShowsOneButton(String what) {
        String link = link(what);
        assertThat(link).startsWith("/my-data/" + what + "/");
        String page = given().get(link)
                .then()
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .header("X-Robots-Tag", "noindex")
                .extract()
                .asString();
        assertThat(Jsoup.parse(page).select("button")).hasSize(1);
        assertThat(page).doesNotContain(email);
    }

    @Test
    void link_askedForAgainAtOnce_isNotMailedAgain_andAnswersTheSame() {
        String first = Jsoup.parse(ask("export").extract().asString()).text();
        String second = Jsoup.parse(ask("export").extract().asString()).text();
        assertThat(second).isEqualTo(first).contains("r…@example.org");
        assertThat(mails(email)).isEqualTo(1);
        ask("erase").statusCode(200);
        assertThat(mails(email)).as("another link is another mail").isEqualTo(2);
    }

    @Test
    void link_askedForTooOftenInADay_isRefused() {
        for (int i = 0; i < 10; i++) {
            ask("export").statusCode(200);
            rows.run("update reader_link set made_at = now() - interval '1 hour' where subscription_id = ?", id);
        }
        ask("export").statusCode(429);
        assertThat(mails(email)).isEqualTo(10);
        rows.run("update reader_link set made_at = now() - interval '25 hours' where subscription_id = ?", id);
        ask("export").statusCode(200);
        assertThat(mails(email)).isEqualTo(11);
    }

    @Test
    void link_worksOnce_andThenLeadsToANewOne() {
        String link = link("export");
        given().post(link).then().statusCode(200).contentType("application/json");
        String gone = given().post(link).then().statusCode(410).extract().asString();
        given().get(link).then().statusCode(410);
        String preferences = Jsoup.parse(gone).selectFirst("main a").attr("href");
        given().get(preferences).then().statusCode(200).body(containsString("r…@example.org"));
    }

    @Test
    void link_worksForAnHour() {
        link("erase");
        long row = rows.number("select max(id) from reader_link where subscription_id = ?", id);
        String old = "/my-data/erase/" + Readers.tokens(Duration.ofMinutes(61)).sign(Purpose.ERASE, row);
        given().get(old).then().statusCode(410);
        given().post(old).then().statusCode(410);
        assertThat(readers.state(slug, email)).isEqualTo("ACTIVE");
        given().get("/my-data/erase/" + Readers.tokens(Duration.ofMinutes(59)).sign(Purpose.ERASE, row))
                .then()
                .statusCode(200);
    }

    @Test
    void erase_erases() {
        String link = link("erase");
        given().post(link).then().statusCode(200);
        assertThat(readers.state(slug, email)).isEqualTo("none");
        given().get(link).then().statusCode(410);
        given().post(link).then().statusCode(410);
    }

    @Test
    void address_movesOnlyOnceTheNewOneHasAnswered_andOldLinksStillWork() {
        String other = Readers.address();
        String link = link("address");
        form().formParam("email", "no address")
                .post(link)
                .then()
                .statusCode(400)
                .body(containsString("role=\"alert\""));
        form().formParam("email", other).post(link).then().statusCode(200);
        assertThat(readers.state(slug, email)).isEqualTo("ACTIVE");
        form().formParam("email", other).post(link).then().statusCode(410);

        String confirm = mailed(other);
        String page = given().get(confirm).then().statusCode(200).extract().asString();
        assertThat(page).as("the new address may be a stranger's").doesNotContain(email, email.substring(0, 6));
        given().post(confirm).then().statusCode(200);
        assertThat(readers.state(slug, email)).isEqualTo("none");
        assertThat(readers.subscriptionId(slug, other)).isEqualTo(id);
        assertThat(rows.text("select email from mailable_subscription where subscription_id = ?", id))
                .isEqualTo(other);
        assertThat(readers.consent(id)).endsWith("ADDRESS_CHANGED LINK");
        given().post(confirm).then().statusCode(410);
        given().post("/unsubscribe/" + Readers.tokens(Duration.ofDays(400)).sign(Purpose.UNSUBSCRIBE, id))
                .then()
                .statusCode(200);
        assertThat(readers.state(slug, other)).isEqualTo("UNSUBSCRIBED");
    }

    @Test
    void address_ofAnotherSubscriber_isAskedAllTheSame_butNothingMoves() {
        String taken = Readers.address();
        long others = readers.active(slug, taken);
        String answer = form().formParam("email", taken)
                .post(link("address"))
                .then()
                .statusCode(200)
                .extract()
                .asString();
        rows.run("update reader_link set made_at = now() - interval '1 hour' where subscription_id = ?", id);
        String unknown = Readers.address();
        assertThat(form().formParam("email", unknown)
                        .post(link("address"))
                        .then()
                        .statusCode(200)
                        .extract()
                        .asString()
                        .replace(unknown, taken))
                .as("a stranger is told nothing")
                .isEqualTo(answer);
        String confirm = mailed(taken);
        given().post(confirm).then().statusCode(409).contentType("text/html;charset=UTF-8");
        assertThat(readers.subscriptionId(slug, email)).isEqualTo(id);
        assertThat(readers.subscriptionId(slug, taken)).isEqualTo(others);
    }

    @Test
    void address_thatWantsNoMailOfOurs_getsNone() {
        String complainer = Readers.address();
        Api.editor()
                .contentType("application/json")
                .body("{\"email\": \"" + complainer + "\", \"reason\": \"COMPLAINED\"}")
                .post("/api/suppressions")
                .then()
                .statusCode(201);
        form().formParam("email", complainer).post(link("address")).then().statusCode(200);
        assertThat(mails(complainer)).isZero();
    }
}
