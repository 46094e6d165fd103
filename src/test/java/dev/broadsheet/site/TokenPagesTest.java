package dev.broadsheet.site;

import static io.restassured.RestAssured.given;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.broadsheet.Api;
import dev.broadsheet.Readers;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.Traces;
import dev.broadsheet.platform.LinkTokens;
import dev.broadsheet.platform.LinkTokens.Purpose;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every page that a link of a mail leads to: what is not its own token opens nothing, and opening it does nothing. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class TokenPagesTest {

    private static final Pattern LINK = Pattern.compile(Pattern.quote(TestDatabase.BASE_URL) + "(/[^\\s<>\"\\\\]*)");

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Inject
    Readers readers;

    @Inject
    Rows rows;

    @Inject
    Traces traces;

    @Inject
    Scheduler scheduler;

    /** A page, the purpose of its tokens, and whether there is something to see. */
    private record Page(String path, Purpose purpose, boolean shows) {}

    private static final List<Page> PAGES = List.of(
            new Page("/confirm/", Purpose.CONFIRM, true),
            new Page("/unsubscribe/", Purpose.UNSUBSCRIBE, true),
            new Page("/unsubscribe/undo/", Purpose.UNDO_UNSUBSCRIBE, false),
            new Page("/unsubscribe/reason/", Purpose.LEAVE_REASON, false),
            new Page("/preferences/", Purpose.UNSUBSCRIBE, true),
            new Page("/my-data/export/", Purpose.EXPORT, true),
            new Page("/my-data/address/", Purpose.CHANGE_ADDRESS, true),
            new Page("/my-data/new-address/", Purpose.NEW_ADDRESS, true),
            new Page("/my-data/erase/", Purpose.ERASE, true));

    @Test
    void tokenThatIsNotThePagesOwn_isNotFoundOrGone_andChangesNothing() {
        String slug = Api.newsletter();
        long id = readers.active(slug, Readers.address());
        long link = rows.number(
                "insert into reader_link (subscription_id, purpose, made_at) values (?, 'ERASE', now()) returning id",
                id);
        awaitMails();
        var before = everything();
        for (Page page : PAGES) {
            Map<String, String> tokens = new LinkedHashMap<>();
            for (Purpose purpose : Purpose.values()) {
                if (purpose != page.purpose) {
                    tokens.put("of " + purpose, Readers.tokens(Duration.ZERO).sign(purpose, id));
                    tokens.put(
                            "of a link, of " + purpose,
                            Readers.tokens(Duration.ZERO).sign(purpose, link));
                }
            }
            String good = Readers.tokens(Duration.ZERO).sign(page.purpose, id);
            tokens.put("truncated", good.substring(0, 49));
            tokens.put("longer", good + "A");
            tokens.put("forged", good.substring(0, 20) + (good.charAt(20) == 'A' ? 'B' : 'A') + good.substring(21));
            tokens.put(
                    "of another secret",
                    new LinkTokens(List.of("another secret, of nobody in particular"), Clock.systemUTC())
                            .sign(page.purpose, id));
            tokens.put("bound", Readers.tokens(Duration.ZERO).sign(page.purpose, id, "to something"));
            tokens.put("a number", String.valueOf(id));
            tokens.put("padded", good + "%3D%3D");
            tokens.put("with nul", good.substring(0, 30) + "%00" + good.substring(31));
            tokens.put("not UTF-8", "%C3%28" + good.substring(6));
            tokens.put("SQL", "1'%20or%20'1'='1");
            tokens.put("a path", "..%2f..%2fapi");
            tokens.put("very long", "A".repeat(3000));
            tokens.forEach((what, token) -> assertRefused(page, what, token, Set.of(404)));

            if (page.purpose != Purpose.UNSUBSCRIBE) {
                String old = Readers.tokens(Duration.ofDays(40)).sign(page.purpose, id);
                assertRefused(page, "old", old, page.purpose == Purpose.CONFIRM ? Set.of(200, 303, 410) : Set.of(410));
                String nobody = Readers.tokens(Duration.ZERO).sign(page.purpose, 999_999_999L);
                assertRefused(page, "of nobody", nobody, Set.of(410));
            }
        }
        assertThat(everything()).isEqualTo(before);
    }

    private static void assertRefused(Page page, String what, String token, Set<Integer> statuses) {
        String url = page.path + token;
        if (page.shows) {
            assertThat(statuses).as("GET %s: token %s", page.path, what).contains(call("GET", url, null, ""));
        }
        assertThat(statuses)
                .as("POST %s: token %s", page.path, what)
                .contains(call(
                        "POST",
                        url,
                        "application/x-www-form-urlencoded",
                        "List-Unsubscribe=One-Click&email=a%40b.example"));
        // forms of ours are never sent as multipart
        assertThat(call("POST", url, "multipart/form-data; boundary=x", "--x--\r\n"))
                .as("POST %s, multipart: token %s", page.path, what)
                .satisfiesAnyOf(status -> assertThat(status).isEqualTo(415), status -> assertThat(statuses)
                        .contains(status));
    }

    /** Past all that a client library would mend. @return the status */
    private static int call(String method, String path, @Nullable String type, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (type != null) {
            request.header("Content-Type", type);
        }
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void postOfWhateverBody_isNeverAFault() {
        for (Page page : PAGES) {
            String url = page.path + Readers.tokens(Duration.ZERO).sign(page.purpose, LinkTokens.NOBODY);
            assertThat(call("POST", url, null, "")).as(page.path).isLessThan(500);
            for (String type : List.of(
                    "text/plain",
                    "application/json",
                    "application/x-www-form-urlencoded",
                    "multipart/form-data; boundary=x",
                    "multipart/form-data",
                    "nonsense")) {
                for (String body :
                        List.of("", "{", "a=%zz&section=%00", "--x\r\nnonsense", "section=" + "x".repeat(20_000))) {
                    assertThat(call("POST", url, type, body))
                            .as("%s with %s: %.20s", page.path, type, body)
                            .isLessThan(500);
                }
            }
        }
    }

    @Test
    void scannerThatOpensEveryLinkOfEveryMail_changesNothing() {
        String slug = Api.newsletter();
        String email = Readers.address();
        Set<String> seen = new TreeSet<>();

        String confirm = readers.pending(slug, email);
        seen.addAll(scan(email));
        given().redirects().follow(false).post(confirm).then().statusCode(303);
        readers.subscribe(slug, email).statusCode(303);
        readers.awaitSignUps(slug);
        long id = readers.subscriptionId(slug, email);
        send(slug);
        String preferences = "/preferences/" + Readers.tokens(Duration.ZERO).sign(Purpose.UNSUBSCRIBE, id);
        for (String what : List.of("export", "address", "erase")) {
            given().contentType("application/x-www-form-urlencoded")
                    .formParam("send", what)
                    .post(preferences)
                    .then()
                    .statusCode(200);
        }
        seen.addAll(scan(email));
        String address = seen.stream()
                .filter(link -> link.startsWith("/my-data/address/"))
                .findFirst()
                .orElseThrow();
        String other = Readers.address();
        given().contentType("application/x-www-form-urlencoded")
                .formParam("email", other)
                .post(address)
                .then()
                .statusCode(200);
        seen.addAll(scan(other));
        seen.addAll(scan(email));

        assertThat(seen.stream().map(link -> link.replaceFirst("[^/]*$", "")).distinct())
                .contains(
                        "/confirm/",
                        "/unsubscribe/",
                        "/preferences/",
                        "/my-data/export/",
                        "/my-data/address/",
                        "/my-data/new-address/",
                        "/my-data/erase/");
        assertThat(readers.state(slug, email)).isEqualTo("ACTIVE");
    }

    /** Opens every link of every mail that an address has got. @return their paths */
    private Set<String> scan(String email) {
        awaitMails();
        Set<String> links = new TreeSet<>();
        for (Object mail :
                given().get("/outbox/messages?to=" + email).jsonPath().getList("id")) {
            for (String part : List.of("txt", "eml")) {
                String text = given().get("/outbox/messages/" + mail + "." + part)
                        .then()
                        .statusCode(200)
                        .extract()
                        .asString()
                        .replace("=\r\n", "");
                LINK.matcher(text).results().map(m -> m.group(1)).forEach(links::add);
            }
        }
        assertThat(links).isNotEmpty();
        scheduler.pause(); // what other tests left to jobs is none of the links' doing
        try {
            var before = new AtomicReference<>(everything());
            await("jobs that had begun").during(1, SECONDS).atMost(60, SECONDS).until(() -> before.get()
                    .equals(before.updateAndGet(old -> everything())));
            for (String link : links) {
                given().redirects().follow(false).get(link);
                given().redirects().follow(false).head(link);
                given().redirects()
                        .follow(false)
                        .header("User-Agent", "Scanner")
                        .get(link + "?List-Unsubscribe=One-Click");
            }
            assertThat(everything()).isEqualTo(before.get());
        } finally {
            scheduler.resume();
        }
        return links;
    }

    private void awaitMails() {
        await().atMost(30, SECONDS).until(() -> rows.texts("select 1 from single_mail where state <> 'SENT'")
                .isEmpty());
    }

    private void send(String slug) {
        String issue = "/api/newsletters/" + slug + "/issues/one";
        Api.editor()
                .contentType("text/markdown")
                .body("Title: One\nDate: 2026-11-18\n\n## News\n\n* [A](https://example.org/a)\n")
                .put(issue)
                .then()
                .statusCode(201);
        Api.editor().post(issue + "/publish").then().statusCode(200);
        long campaign = Api.editor()
                .contentType("application/json")
                .header("Idempotency-Key", Api.fresh("key"))
                .body("{}")
                .post(issue + "/campaigns")
                .then()
                .statusCode(202)
                .extract()
                .jsonPath()
                .getLong("id");
        await().atMost(60, SECONDS).until(() -> Api.editor()
                .get("/api/campaigns/" + campaign)
                .jsonPath()
                .getString("state")
                .equals("DONE"));
    }

    /** All rows of all tables with their versions, in short, but for what the scheduler and the limits keep of themselves. */
    private Map<String, String> everything() {
        Map<String, String> dump = new TreeMap<>();
        for (String table : traces.tables()) {
            if (!table.startsWith("qrtz_")
                    && !Set.of("send_limit", "sent_minute").contains(table)) {
                dump.put(
                        table,
                        rows.text("select count(*) || ' ' || coalesce(md5(string_agg(r, '' order by r)), '') from"
                                + " (select t.xmin || ' ' || t as r from " + table + " t) rows"));
            }
        }
        return dump;
    }
}
