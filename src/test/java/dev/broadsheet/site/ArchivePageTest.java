package dev.broadsheet.site;

import static dev.broadsheet.Api.editor;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.broadsheet.Api;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class ArchivePageTest {

    @Inject
    Rows rows;

    private static String api(String newsletter, String issue) {
        return "/api/newsletters/" + newsletter + "/issues/" + issue;
    }

    private static void write(String newsletter, String issue, int day) {
        editor().contentType("text/markdown;charset=UTF-8")
                .body("Title: Issue <%d>\nDate: 2026-11-%02d\n\nHello *readers*.\n".formatted(day, day))
                .put(api(newsletter, issue))
                .then()
                .statusCode(201);
    }

    private static void publish(String newsletter, String issue) {
        editor().contentType("application/json")
                .body("{}")
                .post(api(newsletter, issue) + "/publish")
                .then()
                .statusCode(200);
    }

    @Test
    void issue_published_isAPage_andListedNewestFirst() {
        String slug = Api.newsletter();
        write(slug, "one", 1);
        write(slug, "two", 2);
        publish(slug, "one");
        publish(slug, "two");
        Document page = Jsoup.parse(given().get("/n/" + slug + "/issues/two")
                .then()
                .statusCode(200)
                .header("Content-Security-Policy", equalTo(PageHeaders.POLICY))
                .extract()
                .asString());
        assertThat(page.selectFirst("article h1").text()).isEqualTo("Issue <2>");
        assertThat(page.selectFirst("article em").text()).isEqualTo("readers");
        assertThat(page.selectFirst("article time").attr("datetime")).isEqualTo("2026-11-02");
        assertThat(page.selectFirst("link[rel=canonical]").attr("href"))
                .isEqualTo(TestDatabase.BASE_URL + "/n/" + slug + "/issues/two");
        for (String path : new String[] {"/n/" + slug, "/n/" + slug + "/issues"}) {
            Document list = Jsoup.parse(given().get(path).asString());
            assertThat(list.select(".list a").eachText()).containsExactly("Issue <2>", "Issue <1>");
        }
        given().head("/n/" + slug + "/issues/two").then().statusCode(200);
    }

    @Test
    void issue_draftOrUnknown_isNotFound_andWithdrawnIsGone() {
        String slug = Api.newsletter();
        write(slug, "one", 1);
        given().get("/n/" + slug + "/issues/one").then().statusCode(404).body(not(containsString("Hello")));
        given().get("/n/" + slug + "/issues/none").then().statusCode(404);
        given().get("/n/nobody/issues").then().statusCode(404);
        given().get("/n/nobody/issues/one").then().statusCode(404);
        publish(slug, "one");
        editor().post(api(slug, "one") + "/withdraw").then().statusCode(200);
        given().get("/n/" + slug + "/issues/one").then().statusCode(410).body(not(containsString("Hello")));
        given().get("/n/" + slug + "/issues").then().statusCode(200).body(not(containsString("Issue &lt;")));
    }

    @Test
    void archive_off_hidesIssues() {
        String slug = Api.newsletter();
        write(slug, "one", 1);
        publish(slug, "one");
        rows.run("update newsletter set archive = 'OFF' where slug = ?", slug);
        given().get("/n/" + slug + "/issues").then().statusCode(404);
        given().get("/n/" + slug + "/issues/one").then().statusCode(404);
        given().get("/n/" + slug).then().statusCode(200).body(not(containsString("/issues")));
    }

    @Test
    void archive_manyIssues_arePagedByALink() {
        String slug = Api.newsletter();
        for (int i = 1; i <= 51; i++) {
            write(slug, "issue-" + i, 1 + i % 28);
            publish(slug, "issue-" + i);
        }
        Document first = Jsoup.parse(given().get("/n/" + slug + "/issues").asString());
        assertThat(first.select(".list a")).hasSize(50);
        Document second = Jsoup.parse(
                given().get(first.selectFirst("a[rel=next]").attr("href")).asString());
        assertThat(second.select(".list a")).hasSize(1);
        assertThat(second.select("a[rel=next]")).isEmpty();
        given().get("/n/" + slug + "/issues?after=x").then().statusCode(400);
    }
}
