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
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class PreferencesPageTest {

    @Inject
    Readers readers;

    @Inject
    Rows rows;

    private String slug;
    private String email;

    @BeforeEach
    void newsletter() {
        slug = Api.newsletter();
        email = Readers.address();
    }

    private static String link(long id) {
        return "/preferences/" + Readers.tokens(Duration.ZERO).sign(Purpose.UNSUBSCRIBE, id);
    }

    private void publish(String source) {
        String issue = "/api/newsletters/" + slug + "/issues/" + Api.fresh("issue");
        Api.editor()
                .contentType("text/markdown")
                .body(source.getBytes(StandardCharsets.UTF_8))
                .put(issue)
                .then()
                .statusCode(201);
        Api.editor().post(issue + "/publish").then().statusCode(200);
    }

    private static Document page(Response response) {
        assertThat(response.statusCode()).isEqualTo(200);
        return Jsoup.parse(response.asString());
    }

    private static RequestSpecification form() {
        return given().contentType("application/x-www-form-urlencoded; charset=UTF-8");
    }

    private String sections(long id) {
        return rows.text("select array_to_string(sections, ' ') from subscription where id = ?", id);
    }

    @Test
    void form_offersTheSectionsOfRecentIssues_andKeepsWhatIsTicked() {
        publish("Title: One\nDate: 2026-11-11\n\n## News\n\na\n\n## Old\n\nb\n");
        publish("Title: Two\nDate: 2026-11-18\n\n## News\n\na\n\n## Events\n\n### Europe\n\nb\n\n### Asia\n\nc\n");
        long id = readers.active(slug, email);

        Document fresh = page(given().get(link(id)));
        assertThat(fresh.select("input[name=section]").eachAttr("value"))
                .containsExactly("news", "events", "events/europe", "events/asia", "old");
        assertThat(fresh.select("input[name=section][checked]")).hasSize(5);
        assertThat(fresh.text()).contains("r…@example.org").doesNotContain(email);

        page(form().formParam("section", "news", "events", "events/asia").post(link(id)));
        assertThat(sections(id)).isEqualTo("events events/asia news");
        assertThat(page(given().get(link(id)))
                        .select("input[name=section][checked]")
                        .eachAttr("value"))
                .containsExactly("news", "events", "events/asia");
        page(form().formParam("section", "events", "events/asia", "nonsense").post(link(id)));
        assertThat(sections(id)).isEqualTo("events events/asia");
        page(form().formParam("section", "events/asia").post(link(id)));
        assertThat(sections(id)).as("a part without its section is none").isEmpty();
        page(form().formParam("section", "events").post(link(id)));
        assertThat(sections(id))
                .as("a section without its parts is whole")
                .isEqualTo("events events/asia events/europe");
        page(form().formParam("section", "news", "events", "events/europe", "events/asia", "old")
                .post(link(id)));
        assertThat(sections(id)).as("all, those to come too").isEmpty();
    }

    @Test
    void pause_nameAndLanguage_areKept_andThePageSpeaksIt() {
        long id = readers.active(slug, email);
        LocalDate until = LocalDate.now().plusMonths(2);
        Document saved = page(form().formParam("pausedUntil", until.toString())
                .formParam("name", " Ada <b> ")
                .formParam("language", "de")
                .post(link(id)));
        assertThat(saved.selectFirst("html").attr("lang")).isEqualTo("de");
        assertThat(saved.selectFirst("[role=status]").text()).isEqualTo("Gespeichert.");
        Document page = page(given().get(link(id)));
        assertThat(page.selectFirst("[name=name]").val()).isEqualTo("Ada <b>");
        assertThat(page.selectFirst("[name=pausedUntil]").val()).isEqualTo(until.toString());
        assertThat(page.selectFirst("option[selected]").text()).isEqualTo("Deutsch");
        assertThat(rows.texts("select 1 from mailable_subscription where subscription_id = ?", id))
                .as("nobody in a pause is mailed")
                .isEmpty();
        given().get(link(id).replace("/preferences/", "/unsubscribe/")).then().body(containsString("lang=\"de\""));

        page(form().formParam("pausedUntil", LocalDate.now().minusDays(3).toString())
                .post(link(id)));
        assertThat(rows.texts("select 1 from mailable_subscription where subscription_id = ?", id))
                .hasSize(1);
    }

    @Test
    void what_cannotBe_isRefusedAndNothingIsSaved() {
        long id = readers.active(slug, email);
        var before = rows.readers();
        for (String until : List.of("soon", LocalDate.now().plusYears(2).toString(), "+999999999-12-31")) {
            form().formParam("name", "Eve")
                    .formParam("pausedUntil", until)
                    .post(link(id))
                    .then()
                    .statusCode(400)
                    .contentType("text/html;charset=UTF-8")
                    .body(containsString("role=\"alert\""));
        }
        for (String name : List.of("a\r\nBcc: x@example.org", "x".repeat(201), "nul\0")) {
            form().formParam("name", name).post(link(id)).then().statusCode(400);
        }
        form().formParam("send", "money").post(link(id)).then().statusCode(400);
        form().formParam("name", "Eve")
                .formParam("language", "../x")
                .post(link(id))
                .then()
                .statusCode(200);
        assertThat(rows.text("select language from subscription where id = ?", id))
                .isEqualTo("en");
        rows.run("update subscription set language = null where id = ?", id);
        rows.run("update subscriber set name = null where email = ?", email);
        assertThat(rows.readers().get("consent_record")).isEqualTo(before.get("consent_record"));
        assertThat(rows.text("select coalesce(name, '-') from subscriber where email = ?", email))
                .isEqualTo("-");
    }

    @Test
    void linksOfTestMailsAndErasedPersons_areOfNobody() {
        var before = rows.readers();
        for (long nobody : new long[] {0, 999_999_999L}) {
            assertThat(page(given().get(link(nobody))).select("form")).isEmpty();
            assertThat(page(form().formParam("name", "x").post(link(nobody))).select("form"))
                    .isEmpty();
            page(form().formParam("send", "erase").post(link(nobody)));
        }
        assertThat(rows.readers()).isEqualTo(before);
    }

    @Test
    void whoHasLeft_seesNoSettings_butGetsTheirData() {
        long id = readers.active(slug, email);
        given().post(link(id).replace("/preferences/", "/unsubscribe/")).then().statusCode(200);
        Document page = page(given().get(link(id)));
        assertThat(page.select("[name=section], [name=name]")).isEmpty();
        assertThat(page.select("input[name=send]").eachAttr("value")).containsExactly("export", "address", "erase");
    }
}
