package dev.broadsheet.site;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.broadsheet.Api;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.jsoup.select.Elements;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class ArchivePageTest {

    @Inject
    Rows rows;

    private static void write(String newsletter, String issue, int day) {
        SiteIssues.write(newsletter, issue, markdown(day));
    }

    private static void publish(String newsletter, String issue) {
        SiteIssues.publish(newsletter, issue);
    }

    private static String markdown(int day) {
        return "Title: Issue <%d>\nDate: 2026-11-%02d\n\nHello *readers*.\n".formatted(day, day);
    }

    private static Document get(String path) {
        return Jsoup.parse(given().get(path).then().statusCode(200).extract().asString(), TestDatabase.BASE_URL + path);
    }

    private static String property(Document page, String name) {
        Elements metas = page.select("meta[property=\"%1$s\"], meta[name=\"%1$s\"]".formatted(name));
        assertThat(metas).as(name).hasSize(1);
        return metas.attr("content");
    }

    /** What a machine can find without a browser: no parse error, one h1, no skipped heading, no id twice, no dead jump. */
    private static void soundHtml(String path) {
        Parser strict = Parser.htmlParser().setTrackErrors(20);
        Document page = Jsoup.parse(given().get(path).asString(), "", strict);
        assertThat(strict.getErrors()).as(path).isEmpty();
        assertThat(page.select("h1")).as(path).hasSize(1);
        int level = 1;
        for (Element heading : page.select("h1, h2, h3, h4, h5, h6")) {
            int next = heading.normalName().charAt(1) - '0';
            assertThat(next).as(heading.toString()).isLessThanOrEqualTo(level + 1);
            level = next;
        }
        assertThat(page.select("[id]").eachAttr("id")).as(path).doesNotHaveDuplicates();
        assertThat(page.select("script, [style], [onclick], [align]")).as(path).isEmpty();
        assertThat(page.select("img:not([alt])")).as(path).isEmpty();
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
        SiteIssues.withdraw(slug, "one");
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
        given().get("/n/" + slug)
                .then()
                .statusCode(200)
                .body(not(containsString("/issues")), not(containsString("feed")));
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

    @Test
    void issue_saysWhatItIs_toSearchEnginesPreviewsAndFeedReaders() {
        String slug = Api.newsletter();
        SiteIssues.publish(
                slug, "one", "Title: \"One\" & <more>\nDate: 2026-11-01\n\nHi\n\n## News\n\nx\n\n## Jobs & co\n\ny\n");
        String url = TestDatabase.BASE_URL + "/n/" + slug + "/issues/one";
        Document page = get("/n/" + slug + "/issues/one");
        assertThat(page.title()).isEqualTo("\"One\" & <more> – Weekly " + slug);
        assertThat(property(page, "og:title")).isEqualTo("\"One\" & <more>");
        assertThat(property(page, "og:type")).isEqualTo("article");
        assertThat(property(page, "og:url")).isEqualTo(url);
        assertThat(property(page, "og:site_name")).isEqualTo("Weekly " + slug);
        assertThat(property(page, "og:description")).isEqualTo("News · Jobs & co");
        assertThat(property(page, "description")).isEqualTo("News · Jobs & co");
        assertThat(property(page, "article:published_time")).isEqualTo("2026-11-01");
        SiteIssues.publish(slug, "one", "Title: One\nPreheader: All of it\n\nHi\n\n## News\n\nx\n");
        assertThat(property(get("/n/" + slug + "/issues/one"), "description")).isEqualTo("All of it");
        for (String path : List.of("/n/" + slug, "/n/" + slug + "/issues", "/n/" + slug + "/issues/one")) {
            Document any = get(path);
            assertThat(any.select("link[rel=alternate][type=application/atom+xml]")
                            .attr("abs:href"))
                    .isEqualTo(TestDatabase.BASE_URL + "/n/" + slug + "/feed.atom");
            assertThat(any.select("link[rel=canonical]").attr("href")).isEqualTo(TestDatabase.BASE_URL + path);
            assertThat(property(any, "og:url")).isEqualTo(TestDatabase.BASE_URL + path);
        }
    }

    @Test
    void issue_leadsToItsNeighboursByDate_overWhatIsPublishedAlone() {
        String slug = Api.newsletter();
        for (int day : new int[] {3, 1, 5}) {
            SiteIssues.publish(slug, "d" + day, markdown(day));
        }
        write(slug, "d2", 2);
        SiteIssues.publish(slug, "d4", markdown(4));
        SiteIssues.withdraw(slug, "d4");
        SiteIssues.publish(slug, "d3-later", markdown(3)); // the same day: by the order in which they came
        Document page = get("/n/" + slug + "/issues/d3");
        assertThat(page.select("a[rel=prev]").attr("abs:href")).endsWith("/issues/d1");
        assertThat(page.select("a[rel=next]").attr("abs:href")).endsWith("/issues/d3-later");
        assertThat(page.select("a[rel=next]").text()).isEqualTo("Next issue Issue <3>");
        assertThat(get("/n/" + slug + "/issues/d3-later").select("a[rel=next]").attr("href"))
                .endsWith("/issues/d5");
        assertThat(get("/n/" + slug + "/issues/d5").select("a[rel=next]")).isEmpty();
        assertThat(get("/n/" + slug + "/issues/d1").select("a[rel=prev]")).isEmpty();
    }

    @Test
    void issue_jumpsWithinIt_findTheirHeadings() {
        String slug = Api.newsletter();
        SiteIssues.publish(slug, "one", "Title: One\n\n[Go](#the-jobs)\n\n# The Jobs\n\nx\n\n### Deep\n\ny\n");
        Document page = get("/n/" + slug + "/issues/one");
        assertThat(page.select("article a").attr("href")).isEqualTo("#the-jobs");
        assertThat(page.select("h2#the-jobs")).hasSize(1);
        assertThat(page.select("h3#deep")).hasSize(1);
        assertThat(page.select("h1")).hasSize(1);
    }

    @Test
    void pages_writeDatesAsTheNewslettersReadersDo() {
        String slug = Api.newsletter();
        SiteIssues.publish(slug, "one", markdown(4));
        assertThat(get("/n/" + slug + "/issues/one").select("time").text()).isEqualTo("November 4, 2026");
        rows.run("update newsletter set language = 'de' where slug = ?", slug);
        Document page = get("/n/" + slug + "/issues/one");
        assertThat(page.select("article[lang=de][dir=ltr] time").text()).isEqualTo("4. November 2026");
        assertThat(get("/n/" + slug + "/issues").select(".list[lang=de] time").text())
                .isEqualTo("4. November 2026");
        rows.run("update newsletter set language = 'he' where slug = ?", slug);
        assertThat(get("/n/" + slug + "/issues/one").select("article[dir=rtl]")).hasSize(1);
    }

    @Test
    void pages_whoHasThem_gets304_untilSomethingShowsOnThem() {
        String slug = Api.newsletter();
        SiteIssues.publish(slug, "one", markdown(1));
        for (String path : List.of("/n/" + slug + "/issues", "/n/" + slug + "/issues/one")) {
            Response first = given().get(path);
            String tag = first.header("ETag");
            assertThat(tag).startsWith("\"");
            assertThat(first.header("Cache-Control")).isEqualTo("no-cache");
            given().header("Host", "elsewhere.example").get(path).then().header("ETag", equalTo(tag));
            given().head(path).then().statusCode(200).header("ETag", equalTo(tag));
            given().header("If-None-Match", tag).head(path).then().statusCode(304);
            given().header("If-None-Match", tag)
                    .get(path)
                    .then()
                    .statusCode(304)
                    .header("ETag", equalTo(tag))
                    .body(emptyString());
            given().header("If-Modified-Since", first.header("Last-Modified"))
                    .get(path)
                    .then()
                    .statusCode(304);
            given().header("If-Modified-Since", "Sun, 01 Nov 2015 00:00:00 GMT")
                    .get(path)
                    .then()
                    .statusCode(200);
        }
        String page = "/n/" + slug + "/issues/one";
        String alone = given().get(page).header("ETag");
        SiteIssues.publish(slug, "two", markdown(2)); // which the page now leads to
        given().header("If-None-Match", alone).get(page).then().statusCode(200);
        String before = given().get(page).header("ETag");
        rows.run("update newsletter set title = 'Renamed' where slug = ?", slug);
        given().header("If-None-Match", before).get(page).then().statusCode(200);
        before = given().get(page).header("ETag");
        SiteIssues.withdraw(slug, "one");
        given().header("If-None-Match", before).get(page).then().statusCode(410);
    }

    @Test
    void issue_webViewElsewhere_isCanonicalThere() {
        String slug = Api.newsletter();
        rows.run("update newsletter set issue_url = 'https://tools.example.org/{slug}/' where slug = ?", slug);
        SiteIssues.publish(slug, "one", markdown(1));
        SiteIssues.publish(slug, "two", markdown(2));
        Document page = get("/n/" + slug + "/issues/one");
        assertThat(page.select("link[rel=canonical]").attr("href")).isEqualTo("https://tools.example.org/one/");
        assertThat(property(page, "og:url")).isEqualTo("https://tools.example.org/one/");
        assertThat(page.select("a[rel=next]").attr("href")).isEqualTo("https://tools.example.org/two/");
    }

    @Test
    void pages_realIssues_areSoundHtml() {
        String slug = Api.newsletter();
        List<String> names =
                List.of("2024-03-13", "2025-10-29", "2022-01-19", "2025-08-20", "2019-04-02", "2017-06-20");
        for (String name : names) {
            SiteIssues.publish(slug, name, SiteIssues.real(name + "-this-week-in-rust"));
            soundHtml("/n/" + slug + "/issues/" + name);
        }
        soundHtml("/n/" + slug);
        soundHtml("/n/" + slug + "/issues");
    }
}
