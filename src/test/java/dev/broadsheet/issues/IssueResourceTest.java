package dev.broadsheet.issues;

import static dev.broadsheet.Api.editor;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.broadsheet.Api;
import dev.broadsheet.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class IssueResourceTest {

    private static final String SOURCE = """
            Title: This Week 570
            Number: 570
            Date: 2024-10-23
            Subject: What is new

            Hello *readers*.

            ## News

            * [One](https://example.org/1)
            """;

    private String newsletter;
    private String issues;

    @BeforeEach
    void newNewsletter() {
        newsletter = Api.newsletter();
        issues = "/api/newsletters/" + newsletter + "/issues";
    }

    private ValidatableResponse put(String issue, String source) {
        return put(issue, source.getBytes(StandardCharsets.UTF_8));
    }

    private ValidatableResponse put(String issue, byte[] source) {
        return editor().contentType("text/markdown")
                .body(source)
                .put(issues + "/" + issue)
                .then();
    }

    private void nothingIsStored(String issue) {
        editor().get(issues + "/" + issue).then().statusCode(404);
        editor().get(issues).then().statusCode(200).body("items", empty());
    }

    @Test
    void put_newIssue_isADraftWithItsFirstRevision() {
        put("2024-10-23-570", SOURCE)
                .statusCode(201)
                .header("ETag", "\"1\"")
                .body("slug", equalTo("2024-10-23-570"))
                .body("number", equalTo(570))
                .body("title", equalTo("This Week 570"))
                .body("subject", equalTo("What is new"))
                .body("date", equalTo("2024-10-23"))
                .body("state", equalTo("DRAFT"))
                .body("revision", equalTo(1))
                .body("publishedRevision", nullValue())
                .body("findings", empty());
        editor().get(issues + "/2024-10-23-570")
                .then()
                .statusCode(200)
                .header("ETag", "\"1\"")
                .body("revision", equalTo(1));
    }

    @Test
    void put_theSameSourceAgain_makesNoNewRevision_andAnotherDoes() {
        put("five", SOURCE).statusCode(201);
        put("five", SOURCE).statusCode(200).body("revision", equalTo(1));
        put("five", SOURCE + "\nMore.\n")
                .statusCode(200)
                .header("ETag", "\"2\"")
                .body("revision", equalTo(2));
        put("five", SOURCE).statusCode(200).body("revision", equalTo(3));

        editor().get(issues + "/five/revisions")
                .then()
                .statusCode(200)
                .body("items.revision", contains(3, 2, 1))
                .body("items[0].title", equalTo("This Week 570"))
                .body("items[0].diff", containsString("\n-More."))
                .body("items[1].diff", containsString("\n+More."))
                .body("items[2].diff", nullValue())
                .body("items[2].broughtBy", equalTo("admin"))
                .body("next", nullValue());
        editor().get(issues + "/five/revisions?limit=2").then().body("next", equalTo("2"));
        editor().get(issues + "/five/revisions?limit=2&after=2").then().body("items.revision", contains(1));
    }

    @Test
    void put_dryRun_answersTheSameAndStoresNothing() {
        editor().contentType("text/markdown")
                .body(SOURCE)
                .put(issues + "/five?dryRun=true")
                .then()
                .statusCode(201)
                .body("revision", equalTo(1))
                .body("title", equalTo("This Week 570"));
        nothingIsStored("five");

        put("five", SOURCE).statusCode(201);
        editor().contentType("text/markdown")
                .body(SOURCE.replace("570", "571"))
                .put(issues + "/five?dryRun=true")
                .then()
                .statusCode(200)
                .body("revision", equalTo(2))
                .body("number", equalTo(571));
        editor().get(issues + "/five").then().body("revision", equalTo(1)).body("number", equalTo(570));
        editor().contentType("text/markdown")
                .body("no title")
                .put(issues + "/five?dryRun=true")
                .then()
                .statusCode(400)
                .body("type", equalTo("front-matter-invalid"));
    }

    @Test
    void put_ifMatch_refusesALostUpdate() {
        editor().contentType("text/markdown")
                .header("If-Match", "\"1\"")
                .body(SOURCE)
                .put(issues + "/five")
                .then()
                .statusCode(412)
                .body("type", equalTo("precondition-failed"));
        nothingIsStored("five");

        put("five", SOURCE).statusCode(201);
        for (String good : List.of("\"1\"", "\"7\", \"1\"", "*")) {
            editor().contentType("text/markdown")
                    .header("If-Match", good)
                    .body(SOURCE)
                    .put(issues + "/five")
                    .then()
                    .statusCode(200);
        }
        for (String bad : List.of("\"2\"", "W/\"1\"", "1")) {
            editor().contentType("text/markdown")
                    .header("If-Match", bad)
                    .body(SOURCE + "\nMore.")
                    .put(issues + "/five")
                    .then()
                    .statusCode(412)
                    .contentType("application/problem+json")
                    .body("type", equalTo("precondition-failed"))
                    .body("revision", equalTo(1));
        }
        editor().get(issues + "/five").then().body("revision", equalTo(1));
    }

    @Test
    void put_noDateInTheSource_takesTodayAndKeepsIt() {
        String date = put("five", "Title: x\n\ny").statusCode(201).extract().path("date");
        assertThat(date).isGreaterThan("2026-01-01");
        put("five", "Title: x\nDate: 2024-10-23\n\ny").body("date", equalTo("2024-10-23"));
        put("five", "Title: x\n\nz").body("date", equalTo("2024-10-23"));
    }

    @Test
    void put_sourceCommit_isKept() {
        editor().contentType("text/markdown")
                .header("X-Source-Commit", "d592478f2b2f")
                .body(SOURCE)
                .put(issues + "/five")
                .then()
                .statusCode(201);
        editor().get(issues + "/five/revisions").then().body("items[0].sourceCommit", equalTo("d592478f2b2f"));
        editor().contentType("text/markdown")
                .header("X-Source-Commit", "x".repeat(201))
                .body(SOURCE + "more")
                .put(issues + "/five")
                .then()
                .statusCode(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-x", ".x", "_x", "a b", "ä", "a*b", "a%00b"})
    void put_badName_isRefused(String slug) {
        editor().contentType("text/markdown")
                .body(SOURCE)
                .put(issues + "/{slug}", slug)
                .then()
                .statusCode(400)
                .body("type", equalTo("invalid"));
        editor().get(issues).then().body("items", empty());
    }

    @Test
    void put_notUtf8_isRefused() {
        byte[] latin1 = "Title: Gr\u00fc\u00dfe\n\nText".getBytes(StandardCharsets.ISO_8859_1);

        put("five", latin1).statusCode(400).body("type", equalTo("not-utf-8"));
        nothingIsStored("five");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "No title", "Title: a\rBcc: eve@example.org\n\nx", "---\nTitle: \"a\\nb\"\n---\nx"})
    void put_badFrontMatter_isRefused(String source) {
        put("five", source).statusCode(400).body("type", equalTo("front-matter-invalid"));
        nothingIsStored("five");
    }

    @Test
    void put_nulCharacter_isRefused() {
        put("five", SOURCE + "\0").statusCode(400).body("type", equalTo("invalid"));
        nothingIsStored("five");
    }

    @Test
    void put_overOneMegabyte_isRefused_andJustBelowIsTaken() {
        put("five", SOURCE + "x".repeat(Source.MAX_BYTES)).statusCode(413).body("type", equalTo("too-large"));
        nothingIsStored("five");
        int room = Source.MAX_BYTES - SOURCE.length();
        put("five", SOURCE + "word ".repeat(room / 5)).statusCode(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/plain", "text/html"})
    void put_otherContentType_isRefused(String type) {
        editor().contentType(type)
                .body(SOURCE.getBytes(StandardCharsets.UTF_8))
                .put(issues + "/five")
                .then()
                .statusCode(415)
                .contentType("application/problem+json");
        nothingIsStored("five");
    }

    @Test
    void anyCall_unknownNewsletterOrIssueOrNoToken_isRefused() {
        editor().contentType("text/markdown")
                .body(SOURCE)
                .put("/api/newsletters/nobody/issues/five")
                .then()
                .statusCode(404)
                .body("type", equalTo("not-found"));
        for (String path : List.of("", "/revisions", "/content.html", "/email.html", "/email.txt")) {
            editor().get(issues + "/nothing" + path).then().statusCode(404).contentType("application/problem+json");
            given().get(issues + "/nothing" + path).then().statusCode(401);
        }
        for (String action : List.of("publish", "withdraw")) {
            editor().post(issues + "/nothing/" + action).then().statusCode(404);
            given().post(issues + "/nothing/" + action).then().statusCode(401);
        }
        given().contentType("text/markdown")
                .body(SOURCE)
                .put(issues + "/five")
                .then()
                .statusCode(401);
        nothingIsStored("five");
    }

    @Test
    void previews_ofTheLatestOrANamedRevision_leadToNobodysSubscription() {
        put("five", SOURCE).statusCode(201);
        put("five", SOURCE.replace("One", "Two")).statusCode(200);

        editor().get(issues + "/five/content.html")
                .then()
                .statusCode(200)
                .contentType("text/html;charset=UTF-8")
                .header("Content-Security-Policy", containsString("default-src 'none'"))
                .body(startsWith("<p>Hello <em>readers</em>.</p>"))
                .body(containsString(">Two</a>"));
        editor().get(issues + "/five/content.html?revision=1").then().body(containsString(">One</a>"));
        String html = editor().get(issues + "/five/email.html")
                .then()
                .statusCode(200)
                .contentType("text/html;charset=UTF-8")
                .extract()
                .asString();
        String text = editor().get(issues + "/five/email.txt?revision=1")
                .then()
                .statusCode(200)
                .contentType("text/plain;charset=UTF-8")
                .extract()
                .asString();
        assertThat(html)
                .contains(TestDatabase.BASE_URL + "/unsubscribe/", ">Two</a>")
                .contains(TestDatabase.BASE_URL + "/n/" + newsletter + "/issues/five")
                .doesNotContain("slot-");
        assertThat(text)
                .contains(TestDatabase.BASE_URL + "/unsubscribe/", "* One\n")
                .doesNotContain("slot-");
        for (String path : List.of("content.html", "email.html", "email.txt")) {
            editor().get(issues + "/five/" + path + "?revision=3").then().statusCode(404);
        }
    }

    @Test
    void put_newsletterWithItsOwnWebView_linksThere() {
        editor().contentType("application/json")
                .body("""
                        {"title": "W", "fromName": "E", "fromEmail": "e@example.org",
                         "issueUrl": "https://elsewhere.example/blog/{slug}/"}
                        """)
                .put("/api/newsletters/" + newsletter)
                .then()
                .statusCode(200);
        put("five", SOURCE + "\n[rel](other)\n").statusCode(201);

        editor().get(issues + "/five/content.html")
                .then()
                .body(containsString("href=\"https://elsewhere.example/blog/five/other\""));
        editor().get(issues + "/five/email.html")
                .then()
                .body(containsString("href=\"https://elsewhere.example/blog/five/\""))
                .body(not(containsString("/n/" + newsletter)));
    }

    @Test
    void publish_emptyBodyOfAnyKind_makesTheLatestRevisionPublicAndAgainIsHarmless() {
        put("five", SOURCE).statusCode(201);
        put("five", SOURCE + "\nMore.").statusCode(200);

        editor().post(issues + "/five/publish")
                .then()
                .statusCode(200)
                .body("state", equalTo("PUBLISHED"))
                .body("publishedRevision", equalTo(2));
        editor().contentType("application/json")
                .post(issues + "/five/publish")
                .then()
                .statusCode(200);
        editor().contentType("application/json")
                .body("{}")
                .post(issues + "/five/publish")
                .then()
                .statusCode(200);
        editor().contentType("application/x-www-form-urlencoded")
                .post(issues + "/five/publish")
                .then()
                .statusCode(200)
                .body("publishedRevision", equalTo(2));
        put("five", SOURCE + "\nEven more.")
                .body("state", equalTo("PUBLISHED"))
                .body("revision", equalTo(3))
                .body("publishedRevision", equalTo(2));
    }

    @Test
    void publish_revisionThatIsNotTheLatest_isAConflict() {
        put("five", SOURCE).statusCode(201);
        put("five", SOURCE + "\nMore.").statusCode(200);

        editor().contentType("application/json")
                .body("{\"revision\": 1}")
                .post(issues + "/five/publish")
                .then()
                .statusCode(409)
                .contentType("application/problem+json")
                .body("type", equalTo("revision-changed"))
                .body("revision", equalTo(2));
        editor().get(issues + "/five").then().body("state", equalTo("DRAFT")).body("publishedRevision", nullValue());
        editor().contentType("application/json")
                .body("{\"revision\": 2}")
                .post(issues + "/five/publish")
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"revision\": \"two\"}", "{\"rev\": 1}", "{", "[]", "text"})
    void publish_badBody_isRefusedAndNothingIsPublic(String body) {
        put("five", SOURCE).statusCode(201);

        editor().contentType("application/json")
                .body(body)
                .post(issues + "/five/publish")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("type", equalTo("invalid"));
        editor().get(issues + "/five").then().body("state", equalTo("DRAFT"));
    }

    @Test
    void withdraw_publicIssue_isWithdrawnOnceAndCanBePublishedAgain() {
        put("five", SOURCE).statusCode(201);
        editor().post(issues + "/five/withdraw").then().statusCode(409).body("type", equalTo("not-published"));
        editor().post(issues + "/five/publish").then().statusCode(200);

        for (int i = 0; i < 2; i++) {
            editor().post(issues + "/five/withdraw")
                    .then()
                    .statusCode(200)
                    .body("state", equalTo("WITHDRAWN"))
                    .body("publishedRevision", equalTo(1));
        }
        editor().post(issues + "/five/publish").then().statusCode(200).body("state", equalTo("PUBLISHED"));
    }

    @Test
    void list_manyIssues_newestDateFirstPageByPage() {
        put("old", "Title: x\nDate: 2020-01-01\n\nx").statusCode(201);
        put("new", "Title: x\nDate: 2024-01-01\n\nx").statusCode(201);
        put("twin", "Title: x\nDate: 2024-01-01\n\nx").statusCode(201);

        editor().get(issues)
                .then()
                .body("items.slug", contains("twin", "new", "old"))
                .body("next", nullValue());
        String next = editor().get(issues + "?limit=1")
                .then()
                .body("items.slug", contains("twin"))
                .extract()
                .path("next");
        String last = editor().get(issues + "?limit=1&after=" + next)
                .then()
                .body("items.slug", contains("new"))
                .extract()
                .path("next");
        editor().get(issues + "?limit=1&after=" + last)
                .then()
                .body("items.slug", contains("old"))
                .body("next", nullValue());
        for (String bad : List.of("limit=0", "limit=1001", "after=x", "after=2024-01-01", "after=2024-13-01.5")) {
            editor().get(issues + "?" + bad).then().statusCode(400).body("type", equalTo("invalid"));
        }
    }

    @Test
    void put_manyAtOnce_eachMakesARevisionOfItsOwn() throws Exception {
        int writers = 12;
        CyclicBarrier start = new CyclicBarrier(writers);
        var pool = Executors.newFixedThreadPool(writers);
        try {
            List<Callable<Integer>> calls = IntStream.range(0, writers)
                    .<Callable<Integer>>mapToObj(i -> () -> {
                        start.await();
                        return put("five", SOURCE + "\nBy writer " + i + ".\n")
                                .extract()
                                .statusCode();
                    })
                    .toList();
            List<Integer> statuses = new ArrayList<>();
            for (var call : pool.invokeAll(calls)) {
                statuses.add(call.get());
            }
            assertThat(statuses).containsOnlyOnce(201).containsOnly(200, 201);
        } finally {
            pool.shutdownNow();
        }
        editor().get(issues + "/five/revisions")
                .then()
                .body("items", hasSize(writers))
                .body(
                        "items.revision",
                        equalTo(IntStream.range(0, writers)
                                .mapToObj(i -> writers - i)
                                .toList()));
    }
}
