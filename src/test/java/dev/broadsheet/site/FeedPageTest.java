package dev.broadsheet.site;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import com.rometools.rome.feed.atom.Entry;
import com.rometools.rome.feed.atom.Feed;
import com.rometools.rome.io.FeedException;
import com.rometools.rome.io.WireFeedInput;
import dev.broadsheet.Api;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.StringReader;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class FeedPageTest {

    @Inject
    Rows rows;

    private static String markdown(String title, String date) {
        return "Title: " + title + "\nDate: " + date + "\n\nHello *readers*.\n\n## Jobs\n\n[Up](#jobs), [us](/about)\n";
    }

    private static Response get(String newsletter) {
        return given().get("/n/" + newsletter + "/feed.atom");
    }

    private static Feed feed(String newsletter) {
        String xml = get(newsletter)
                .then()
                .statusCode(200)
                .contentType("application/atom+xml;charset=UTF-8")
                .header("X-Content-Type-Options", equalTo("nosniff"))
                .extract()
                .asString();
        try {
            return (Feed) new WireFeedInput().build(new StringReader(xml));
        } catch (FeedException e) {
            throw new AssertionError(xml, e);
        }
    }

    private static Entry only(String newsletter) {
        assertThat(feed(newsletter).getEntries()).hasSize(1);
        return feed(newsletter).getEntries().get(0);
    }

    @Test
    void feed_holdsWhatIsPublished_newestFirst_withAbsoluteLinks() {
        String slug = Api.newsletter();
        SiteIssues.publish(slug, "one", markdown("One", "2026-11-01"));
        SiteIssues.publish(slug, "three", markdown("Three", "2026-11-03"));
        SiteIssues.publish(slug, "two", markdown("Two", "2026-11-02"));
        SiteIssues.write(slug, "draft", markdown("Draft", "2026-11-04"));
        SiteIssues.write(slug, "two", markdown("Not yet", "2026-11-02"));
        Feed feed = feed(slug);
        assertThat(feed.getEntries()).extracting(Entry::getTitle).containsExactly("Three", "Two", "One");
        String home = TestDatabase.BASE_URL + "/n/" + slug;
        assertThat(feed.getAlternateLinks().get(0).getHref()).isEqualTo(home);
        assertThat(feed.getOtherLinks().get(0).getHref()).isEqualTo(home + "/feed.atom");
        Entry newest = feed.getEntries().get(0);
        assertThat(newest.getAlternateLinks().get(0).getHref()).isEqualTo(home + "/issues/three");
        assertThat(newest.getPublished()).isEqualTo(Instant.parse("2026-11-03T00:00:00Z"));
        Document content = Jsoup.parse(newest.getContents().get(0).getValue());
        assertThat(content.select("a").eachAttr("href"))
                .containsExactly(home + "/issues/three#jobs", TestDatabase.BASE_URL + "/about");
        assertThat(content.select("em").text()).isEqualTo("readers");
    }

    @Test
    void feed_correctionAndWithdrawal_show() {
        String slug = Api.newsletter();
        SiteIssues.publish(slug, "one", markdown("One", "2026-01-01"));
        Entry before = only(slug);
        assertThat(before.getUpdated()).isEqualTo(before.getPublished());
        SiteIssues.publish(slug, "one", markdown("One, mended", "2026-01-01"));
        Entry after = only(slug);
        assertThat(after.getTitle()).isEqualTo("One, mended");
        assertThat(after.getId()).isEqualTo(before.getId());
        assertThat(after.getPublished()).isEqualTo(before.getPublished());
        assertThat(after.getUpdated()).isAfter(before.getUpdated());
        SiteIssues.withdraw(slug, "one");
        assertThat(feed(slug).getEntries()).isEmpty();
        SiteIssues.publish(slug, "one");
        assertThat(only(slug).getId()).isEqualTo(before.getId());
    }

    @Test
    void feed_sameTextAgain_isNoCorrection_andPublicAgain_isAChange() {
        String slug = Api.newsletter();
        String source = markdown("One", "2026-01-01");
        SiteIssues.publish(slug, "one", source);
        String longAgo = "2026-02-02T00:00:00Z";
        rows.run("""
                update issue set published_at = '%1$s', changed_at = '%1$s'
                where newsletter_id = (select id from newsletter where slug = ?)
                """.formatted(longAgo), slug);
        rows.run(
                "update newsletter set changed_at = '2026-01-01', rules_off = '{front-matter-missing}' where slug = ?",
                slug);
        Entry before = only(slug);
        String lastModified = get(slug).header("Last-Modified");

        SiteIssues.publish(slug, "one", source);
        assertThat(only(slug).getUpdated()).isEqualTo(before.getUpdated());
        assertThat(get(slug).header("Last-Modified")).isEqualTo(lastModified);

        SiteIssues.withdraw(slug, "one");
        String withdrawn = get(slug).header("Last-Modified");
        assertThat(withdrawn).isNotEqualTo(lastModified);
        rows.run("""
                update issue set changed_at = '2026-03-03'
                where newsletter_id = (select id from newsletter where slug = ?)
                """, slug);
        SiteIssues.publish(slug, "one");
        assertThat(get(slug).header("Last-Modified")).doesNotContain("Mar 2026", "Feb 2026");
        assertThat(only(slug).getUpdated()).isEqualTo(before.getUpdated());
    }

    @Test
    void feed_manyOldIssues_holdsTheNewestTwenty_andNoneLooksNew() {
        String slug = Api.newsletter();
        for (int i = 1; i <= 22; i++) {
            SiteIssues.publish(
                    slug, "n-" + i, markdown("N " + i, LocalDate.of(2013, 6, i).toString()));
        }
        Feed feed = feed(slug);
        assertThat(feed.getEntries()).hasSize(20);
        assertThat(feed.getEntries().get(0).getTitle()).isEqualTo("N 22");
        assertThat(feed.getUpdated()).isEqualTo(Instant.parse("2013-06-22T00:00:00Z"));
        assertThat(feed.getEntries()).allSatisfy(e -> assertThat(e.getUpdated()).isEqualTo(e.getPublished()));
    }

    @Test
    void feed_whoHasIt_gets304_untilSomethingShowsOnIt() {
        String slug = Api.newsletter();
        SiteIssues.publish(slug, "one", markdown("One", "2026-11-01"));
        Response first = get(slug);
        String tag = first.header("ETag");
        assertThat(tag).startsWith("\"");
        given().header("Host", "elsewhere.example")
                .get("/n/" + slug + "/feed.atom")
                .then()
                .header("ETag", equalTo(tag));
        given().head("/n/" + slug + "/feed.atom").then().statusCode(200).header("ETag", equalTo(tag));
        given().header("If-None-Match", tag)
                .get("/n/" + slug + "/feed.atom")
                .then()
                .statusCode(304)
                .header("ETag", equalTo(tag))
                .header("Last-Modified", equalTo(first.header("Last-Modified")))
                .body(emptyString());
        given().header("If-Modified-Since", first.header("Last-Modified"))
                .get("/n/" + slug + "/feed.atom")
                .then()
                .statusCode(304);
        SiteIssues.publish(slug, "one", markdown("One, mended", "2026-11-01"));
        given().header("If-None-Match", tag)
                .get("/n/" + slug + "/feed.atom")
                .then()
                .statusCode(200);
        tag = get(slug).header("ETag");
        rows.run("update newsletter set title = 'Renamed' where slug = ?", slug);
        given().header("If-None-Match", tag)
                .get("/n/" + slug + "/feed.atom")
                .then()
                .statusCode(200)
                .header("ETag", not(equalTo(tag)));
    }

    @Test
    void feed_webViewElsewhere_linksThere_andOffOrUnknownIsNotFound() {
        String slug = Api.newsletter();
        rows.run(
                "update newsletter set issue_url = 'https://tools.example.org/{slug}/', site_url = 'https://tools.example.org'"
                        + " where slug = ?",
                slug);
        SiteIssues.publish(slug, "one", markdown("One", "2026-11-01"));
        assertThat(feed(slug).getAlternateLinks().get(0).getHref()).isEqualTo("https://tools.example.org");
        assertThat(only(slug).getAlternateLinks().get(0).getHref()).isEqualTo("https://tools.example.org/one/");
        assertThat(Jsoup.parse(only(slug).getContents().get(0).getValue())
                        .select("a")
                        .eachAttr("href"))
                .containsExactly("https://tools.example.org/one/#jobs", "https://tools.example.org/about");
        rows.run("update newsletter set archive = 'OFF' where slug = ?", slug);
        get(slug).then().statusCode(404);
        get("nobody").then().statusCode(404);
    }

    @Test
    void feed_anyAcceptHeader_isAnswered() {
        String slug = Api.newsletter();
        for (String accept : List.of("application/rss+xml", "text/xml", "text/html", "application/atom+xml")) {
            given().accept(accept).get("/n/" + slug + "/feed.atom").then().statusCode(200);
        }
    }

    /** One of them holds U+0002 in an address. */
    @Test
    void feed_realIssues_isXmlWithAbsoluteLinks() {
        String slug = Api.newsletter();
        for (String issue : List.of("2022-01-19", "2015-01-26", "2025-02-19", "2026-08-19")) {
            SiteIssues.publish(slug, issue, SiteIssues.real(issue + "-this-week-in-rust"));
        }
        Feed feed = feed(slug);
        assertThat(feed.getEntries()).hasSize(4);
        assertThat(feed.getEntries()).extracting(Entry::getId).doesNotHaveDuplicates();
        for (Entry entry : feed.getEntries()) {
            Document content = Jsoup.parse(entry.getContents().get(0).getValue());
            assertThat(content.select("a[href]")).hasSizeGreaterThan(50);
            assertThat(content.select("a[href]").eachAttr("href"))
                    .allSatisfy(href -> assertThat(href).matches("(https?|mailto):.*"));
        }
    }
}
