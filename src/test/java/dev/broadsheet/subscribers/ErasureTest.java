package dev.broadsheet.subscribers;

import static dev.broadsheet.Api.editor;
import static io.restassured.RestAssured.given;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.broadsheet.Api;
import dev.broadsheet.Readers;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.Traces;
import dev.broadsheet.platform.AddressHashes;
import dev.broadsheet.platform.LinkTokens.Purpose;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A person's life leaves a trace in every table that can hold one; then they ask for their data, and are erased. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class ErasureTest {

    @Inject
    Readers readers;

    @Inject
    Rows rows;

    @Inject
    Traces traces;

    @Inject
    AddressHashes hashes;

    private String first;
    private String second;
    private String local;
    private String email;
    private String other;
    private String[] words;

    @BeforeEach
    void person() {
        first = Api.newsletter();
        second = Api.newsletter();
        local = Api.fresh("ada.lovelace");
        email = local.replace("ada", "Ada") + "@Example.org";
        other = Api.fresh("countess") + "@example.net";
        words = new String[] {local, email, local + "@example.org", other, "Augusta " + local};
    }

    @Test
    void erasureByTheReader_leavesNothingInAnyTable_butAKeyedHash() {
        long id = life();
        assertThat(traces.of(words).keySet())
                .as("where a life leaves traces")
                .contains(
                        "import_refusal",
                        "leave_reason",
                        "outbox_message",
                        "reader_link",
                        "sign_up",
                        "single_mail",
                        "subscriber")
                .anyMatch(table -> table.startsWith("delivery_"));
        long consents = rows.number("select count(*) from consent_record where subscription_id = ?", id);

        long eraseLink = link(id, "erase");
        given().post("/my-data/erase/" + Readers.tokens(Duration.ZERO).sign(Purpose.ERASE, eraseLink))
                .then()
                .statusCode(200);

        assertThat(traces.of(words)).isEmpty();
        assertThat(rows.texts("select key from outbox_content c where key like 'mail-%'"
                        + " and not exists (select 1 from outbox_message m where m.content_id = c.id)"))
                .as("mails with their live links, which nobody gets any more")
                .isEmpty();
        String hash = HexFormat.of().formatHex(hashes.hash(local + "@example.org"));
        assertThat(traces.of(hash).keySet()).containsExactlyInAnyOrder("consent_record", "suppression");
        assertThat(rows.texts(
                        "select reason || coalesce(newsletter_id::text, '') from suppression where address_hash ="
                                + " decode(?, 'hex') and reason = 'ERASED'",
                        hash))
                .containsExactly("ERASED");
        assertThat(rows.number(
                        "select count(*) from consent_record where address_hash = decode(?, 'hex') and newsletter_id = ?"
                                + " and ip is null and user_agent is null",
                        hash,
                        readers.newsletterId(first)))
                .isEqualTo(consents);
        assertThat(rows.texts(
                        "select d.state from delivery d join issue i on i.id = d.issue_id where i.newsletter_id = ?"
                                + " order by i.slug",
                        readers.newsletterId(first)))
                .as("the ledger stays, what was queued is skipped")
                .containsExactly("SENT", "FAILED", "SKIPPED", "IN_DOUBT");
        assertCountersAgree();
        // a second try, with any link of theirs
        given().post("/my-data/erase/" + Readers.tokens(Duration.ZERO).sign(Purpose.ERASE, eraseLink))
                .then()
                .statusCode(410);
        given().get("/preferences/" + Readers.tokens(Duration.ZERO).sign(Purpose.UNSUBSCRIBE, id))
                .then()
                .statusCode(200);
    }

    @Test
    void exportForTheReader_holdsEveryTableThatHoldsThem() {
        long id = life();
        JsonPath data = given().post(
                        "/my-data/export/" + Readers.tokens(Duration.ZERO).sign(Purpose.EXPORT, link(id, "export")))
                .then()
                .statusCode(200)
                .header("Content-Disposition", "attachment; filename=\"my-data.json\"")
                .header("Cache-Control", "no-store")
                .extract()
                .jsonPath();
        Map<String, String> exportedAs = Map.ofEntries(
                Map.entry("subscriber", "person.email"),
                Map.entry("subscription", "subscriptions.newsletter"),
                Map.entry("consent_record", "subscriptions[0].consent.action"),
                Map.entry("leave_reason", "subscriptions[1].reasonForLeaving.words"),
                Map.entry("reader_link", "subscriptions[0].linksSent.purpose"),
                Map.entry("delivery", "subscriptions[0].issues.issue"),
                Map.entry("sign_up", "waitingSignUps.email"),
                Map.entry("import_refusal", "refusedImportLines.content"),
                Map.entry("single_mail", "mails.kind"),
                Map.entry("outbox_message", "outbox.subject"),
                Map.entry("sign_up_mail_count", "signUpMails.mails"),
                Map.entry("suppression", "suppressions.reason"));
        TreeSet<String> tables = new TreeSet<>(traces.of(words).keySet());
        tables.addAll(traces.of(HexFormat.of().formatHex(hashes.hash(local + "@example.org")))
                .keySet());
        tables.addAll(List.of("subscription", "consent_record"));
        // the message of a mail is no row of its own
        tables.remove("outbox_content");
        for (String table : tables) {
            String at = exportedAs.get(table.replaceFirst("_\\d+$", ""));
            assertThat(at)
                    .as("Say where PersonalData gives what table %s holds", table)
                    .isNotNull();
            assertThat(data.<Object>get(at)).as(at + " of " + data.prettify()).isNotNull();
        }
        assertThat(data.getString("person.email")).isEqualTo(email);
        assertThat(data.getString("person.name")).isEqualTo("Augusta " + local);
        assertThat(data.getList("subscriptions.newsletter")).containsExactly(first, second);
        assertThat(data.getList("subscriptions[0].issues.state"))
                .containsExactlyInAnyOrder("SENT", "FAILED", "QUEUED", "IN_DOUBT");
        assertThat(data.getList("subscriptions[0].consent.action")).contains("ASKED", "CONFIRMED");
        assertThat(data.getString("subscriptions[1].reasonForLeaving.words")).containsIgnoringCase(local);
        assertThat(data.getList("suppressions.reason")).containsExactly("COMPLAINED");
        assertThat(data.getList("refusedImportLines.content", String.class)).anyMatch(line -> line.contains(email));
        assertThat(data.prettify()).doesNotContain("Hash", "emailKey");

        JsonPath forEditor = editor().get("/api/newsletters/" + first + "/subscribers/" + id + "/export")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        assertThat(forEditor.getMap("person")).isEqualTo(data.getMap("person"));
        editor().get("/api/newsletters/" + second + "/subscribers/" + id + "/export")
                .then()
                .statusCode(404);
    }

    @Test
    void erasedPerson_isWokenByNobodyButThemselves() {
        long id = readers.active(first, email);
        editor().delete("/api/newsletters/" + second + "/subscribers/" + id)
                .then()
                .statusCode(404);
        editor().delete("/api/newsletters/" + first + "/subscribers/" + id)
                .then()
                .statusCode(204);
        editor().delete("/api/newsletters/" + first + "/subscribers/" + id)
                .then()
                .statusCode(404);
        assertThat(traces.of(words)).isEmpty();

        for (String newsletter : List.of(first, second)) {
            importInto(newsletter, "email,name,state\n" + email + ",Augusta " + local + ",ACTIVE\n");
            editor().contentType("application/json")
                    .body(Map.of("email", email))
                    .post("/api/newsletters/" + newsletter + "/subscribers")
                    .then()
                    .statusCode(409);
        }
        assertThat(traces.of(words)).isEmpty();
        String entry = editor().get("/api/suppressions?email=" + email)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getString("items[0].id");
        editor().delete("/api/suppressions/" + entry).then().statusCode(409);

        String confirm = readers.pending(first, email);
        importInto(first, "email,name,state\n" + email + ",,ACTIVE\n");
        assertThat(readers.state(first, email)).isEqualTo("PENDING");
        given().redirects().follow(false).post(confirm).then().statusCode(303);
        assertThat(readers.state(first, email)).isEqualTo("ACTIVE");
        assertThat(rows.texts(
                        "select 1 from mailable_subscription where subscription_id = ?",
                        readers.subscriptionId(first, email)))
                .hasSize(1);
        assertThat(editor().get("/api/suppressions?email=" + email).jsonPath().getList("items"))
                .isEmpty();
    }

    @Test
    void erasureOfOnePerson_leavesOthersAlone() {
        long hers = readers.active(first, email);
        String neighbour = "x" + email;
        long his = readers.active(first, neighbour);
        editor().delete("/api/newsletters/" + first + "/subscribers/" + hers)
                .then()
                .statusCode(204);
        assertThat(readers.state(first, neighbour)).isEqualTo("ACTIVE");
        assertThat(readers.confirmations(neighbour)).isEqualTo(1);
        assertThat(readers.consent(his)).containsExactly("ASKED FORM", "CONFIRMED LINK");
    }

    /** @return the subscription to the first newsletter, active; the one to the second has ended */
    private long life() {
        long id = readers.active(first, email);
        long left = readers.active(second, email);
        String preferences = "/preferences/" + Readers.tokens(Duration.ZERO).sign(Purpose.UNSUBSCRIBE, id);
        given().contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParam("name", "Augusta " + local)
                .post(preferences)
                .then()
                .statusCode(200);

        String page = given().post(
                        "/unsubscribe/" + Readers.tokens(Duration.ZERO).sign(Purpose.UNSUBSCRIBE, left))
                .asString();
        given().contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParam("choice", "TOO_MUCH")
                .formParam("words", "Write to " + email.toUpperCase() + " only once a year")
                .post(Jsoup.parse(page).selectFirst("form[action*=reason]").attr("action"))
                .then()
                .statusCode(200);

        importInto(
                first,
                "email,name,state\n" + email + ",Augusta,SUBSCRIBED?\n\"<" + local.toUpperCase()
                        + "@@example.org\",Augusta,ACTIVE\nsomebody@example.com,x,NOPE\n");
        editor().contentType("application/json")
                .body(Map.of("email", email, "newsletter", second, "reason", "COMPLAINED"))
                .post("/api/suppressions")
                .then()
                .statusCode(201);
        // a sign-up that could not be worked off, in another spelling
        rows.run(
                "insert into sign_up (newsletter_id, email, name, via, received_at, attempts, due_at)"
                        + " values (?, ?, 'x', 'FORM', now(), 3, now() + interval '1 day')",
                readers.newsletterId(first),
                local.toUpperCase() + "@EXAMPLE.org");

        given().contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParam("email", other)
                .post("/my-data/address/"
                        + Readers.tokens(Duration.ZERO).sign(Purpose.CHANGE_ADDRESS, link(id, "address")))
                .then()
                .statusCode(200);

        send("1-sent");
        send("2-failed");
        send("3-queued");
        send("4-in-doubt");
        // as a receiver would answer who names the mailbox alone
        ledger("2-failed", "FAILED", "550 5.1.1 mailbox " + local + " unknown");
        ledger("3-queued", "QUEUED", "451 try again");
        ledger("4-in-doubt", "IN_DOUBT", "no answer about " + local);
        editor().contentType("application/json")
                .body(Map.of("to", List.of(local.toUpperCase() + "@example.org")))
                .post("/api/newsletters/" + first + "/issues/1-sent/test-sends")
                .then()
                .statusCode(202);
        await().atMost(30, SECONDS).until(() -> rows.texts(
                        "select 1 from single_mail where state <> 'SENT' and address_hash in (?, ?)",
                        hashes.of(email),
                        hashes.of(other))
                .isEmpty());
        return id;
    }

    private void importInto(String newsletter, String csv) {
        editor().contentType("text/csv")
                .body(csv.getBytes(StandardCharsets.UTF_8))
                .post("/api/newsletters/" + newsletter + "/imports")
                .then()
                .statusCode(202);
        await().atMost(30, SECONDS).until(() -> rows.texts("select 1 from import where state = 'RUNNING'")
                .isEmpty());
    }

    /** Has a link mailed. @return its id */
    private long link(long subscription, String send) {
        given().contentType("application/x-www-form-urlencoded; charset=UTF-8")
                .formParam("send", send)
                .post("/preferences/" + Readers.tokens(Duration.ZERO).sign(Purpose.UNSUBSCRIBE, subscription))
                .then()
                .statusCode(200);
        return rows.number(
                "select max(id) from reader_link where subscription_id = ? and new_email is null", subscription);
    }

    private void send(String slug) {
        String issue = "/api/newsletters/" + first + "/issues/" + slug;
        editor().contentType("text/markdown")
                .body("Title: Issue " + slug + "\nDate: 2026-11-18\n\n## News\n\n* [A](https://example.org/a)\n")
                .put(issue)
                .then()
                .statusCode(201);
        editor().post(issue + "/publish").then().statusCode(200);
        long campaign = editor().contentType("application/json")
                .header("Idempotency-Key", Api.fresh("key"))
                .body("{}")
                .post(issue + "/campaigns")
                .then()
                .statusCode(202)
                .extract()
                .jsonPath()
                .getLong("id");
        await().atMost(60, SECONDS).until(() -> editor().get("/api/campaigns/" + campaign)
                .jsonPath()
                .getString("state")
                .equals("DONE"));
    }

    /** Puts the only delivery of an issue, which was sent, into another state, as if it had gone otherwise. */
    private void ledger(String slug, String state, String reason) {
        long issue = rows.number(
                "select id from issue where slug = ? and newsletter_id = ?", slug, readers.newsletterId(first));
        String column = state.toLowerCase();
        rows.run("update campaign set state = 'PAUSED' where issue_id = ?", issue);
        rows.run(
                "update lane_count l set sent = sent - 1, " + column + " = " + column + " + 1 from delivery d"
                        + " where d.issue_id = ? and l.campaign_id = d.campaign_id and l.lane = d.lane",
                issue);
        rows.run(
                "update delivery set state = ?, reason = ?, due_at = case when ? = 'QUEUED' then now() end"
                        + " where issue_id = ?",
                state,
                reason,
                state,
                issue);
    }

    private void assertCountersAgree() {
        for (String state : List.of("queued", "in_doubt", "sent", "failed", "skipped")) {
            assertThat(rows.number(
                            "select coalesce(sum(l." + state + "), 0) from lane_count l join campaign c on c.id ="
                                    + " l.campaign_id where c.newsletter_id = ?",
                            readers.newsletterId(first)))
                    .as(state)
                    .isEqualTo(rows.number(
                            "select count(*) from delivery d join campaign c on c.id = d.campaign_id where"
                                    + " c.newsletter_id = ? and d.state = upper(?)",
                            readers.newsletterId(first),
                            state));
        }
    }
}
