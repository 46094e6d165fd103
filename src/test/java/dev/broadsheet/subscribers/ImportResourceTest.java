package dev.broadsheet.subscribers;

import static dev.broadsheet.Api.editor;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.broadsheet.Api;
import dev.broadsheet.Readers;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.suppression.Suppressions;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class ImportResourceTest {

    @Inject
    Readers readers;

    @Inject
    Rows rows;

    @Inject
    Suppressions suppressions;

    @Inject
    Imports imports;

    @Inject
    ImportBatches batches;

    private static ValidatableResponse post(String slug, String csv) {
        return post(slug, csv.getBytes(StandardCharsets.UTF_8), false);
    }

    private static ValidatableResponse post(String slug, byte[] csv, boolean dryRun) {
        return editor().contentType("text/csv")
                .body(csv)
                .post("/api/newsletters/" + slug + "/imports?dryRun=" + dryRun)
                .then();
    }

    private static void assertCounts(
            ValidatableResponse answer, int read, int added, int changed, int unchanged, int refused) {
        answer.statusCode(202)
                .body("state", equalTo("DONE"))
                .body("read", equalTo(read))
                .body("added", equalTo(added))
                .body("changed", equalTo(changed))
                .body("unchanged", equalTo(unchanged))
                .body("refused", equalTo(refused));
    }

    @Test
    void import_plainFile_bringsReadersAlongWithProof() {
        String slug = Api.newsletter();
        String ada = Readers.address();
        String bob = Readers.address();
        String eve = Readers.address();
        ValidatableResponse answer = post(slug, """
                id;x,Name , EMAIL,state,confirmed_at,confirmed_ip,tags
                1,Ada,%s,active,2024-03-01T08:00:00Z,192.0.2.4,a
                2,"Bob, the ""Builder\""",%s,UNSUBSCRIBED,2024-03-01 08:00:00,2001:db8::1,b

                3,,%s,,,,
                """.formatted(ada, bob, eve));
        assertCounts(answer, 3, 3, 0, 0, 0);
        String location = answer.header("Location", notNullValue()).extract().header("Location");
        int id = answer.extract().path("id");
        assertThat(location).isEqualTo("/api/imports/" + id);
        editor().get(location).then().statusCode(200).body("id", equalTo(id)).body("read", equalTo(3));

        assertThat(readers.state(slug, ada)).isEqualTo("ACTIVE");
        assertThat(rows.text(
                        "select confirmed_at = '2024-03-01T08:00:00Z' from subscription where id = ?",
                        readers.subscriptionId(slug, ada)))
                .isEqualTo("t");
        assertThat(rows.text(
                        "select action || ' ' || via || ' ' || host(ip) from consent_record where subscription_id = ?",
                        readers.subscriptionId(slug, ada)))
                .isEqualTo("IMPORTED IMPORT 192.0.2.4");
        assertThat(readers.state(slug, bob)).isEqualTo("UNSUBSCRIBED");
        assertThat(rows.text("select name from subscriber where email = ?", bob))
                .isEqualTo("Bob, the \"Builder\"");
        assertThat(readers.state(slug, eve)).isEqualTo("ACTIVE");
        assertThat(rows.text(
                        "select confirmed_at > now() - interval '1 minute' from subscription where id = ?",
                        readers.subscriptionId(slug, eve)))
                .isEqualTo("t");
        assertThat(readers.confirmations(ada)).isZero();
    }

    @Test
    void import_byteOrderMarkAndCrLf_areFine() {
        String slug = Api.newsletter();
        assertCounts(post(slug, "\uFEFFEmail,Name\r\n" + Readers.address() + ",Zoë\r\n"), 1, 1, 0, 0, 0);
        assertThat(rows.text("""
                        select p.name from subscription s join subscriber p on p.id = s.subscriber_id
                        where s.newsletter_id = ?
                        """, readers.newsletterId(slug))).isEqualTo("Zoë");
    }

    @Test
    void import_badLines_areRefusedWithNumberAndReason_andTheOthersAreTaken() {
        String slug = Api.newsletter();
        String good = Readers.address();
        byte[] csv = """
                email,name,state,confirmed_at,confirmed_ip
                not-an-address,,,,
                ,Nobody,,,
                a@example.org,"Ada
                Lovelace",,,
                b@example.org,,GONE,,
                c@example.org,,,yesterday,
                d@example.org,,,,localhost
                =cmd()@,,,,
                %s,Zoë,,,
                e@example.org,Zo?,,,
                """.formatted(good).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < csv.length; i++) {
            csv[i] = csv[i] == '?' ? (byte) 0xeb : csv[i]; // one wrong byte, in a file that is UTF-8
        }
        ValidatableResponse answer = post(slug, csv, false);
        assertCounts(answer, 9, 1, 0, 0, 8);
        assertThat(readers.state(slug, good)).isEqualTo("ACTIVE");
        String report = editor().get(answer.extract().header("Location") + "/refused.csv")
                .then()
                .statusCode(200)
                .contentType("text/csv;charset=UTF-8")
                .extract()
                .asString();
        assertThat(report.lines().toList())
                .contains(
                        "line,reason,content",
                        "2,email is not an address,\"not-an-address,,,,\"",
                        "3,email is empty,\",Nobody,,,\"",
                        "6,\"state is not one of ACTIVE, UNSUBSCRIBED, PENDING\",\"b@example.org,,GONE,,\"",
                        "9,email is not an address,\"'=cmd()@,,,,\"")
                .anyMatch(line -> line.startsWith("4,name is not one line"))
                .anyMatch(line -> line.startsWith("7,confirmed_at"))
                .anyMatch(line -> line.startsWith("8,confirmed_ip"))
                .anyMatch(line -> line.startsWith("11,not UTF-8"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "name,state\nAda,ACTIVE\n", "e-mail\nada@example.org\n", "email,Email\na,b\n"})
    void import_headerWithoutEmail_isRefusedAndNothingIsWritten(String csv) {
        String slug = Api.newsletter();
        var before = rows.readers();
        post(slug, csv).statusCode(400).contentType("application/problem+json").body("type", equalTo("invalid"));
        assertThat(rows.readers()).isEqualTo(before);
    }

    @Test
    void import_again_changesNothing() {
        String slug = Api.newsletter();
        String csv = "email,state\n%s,ACTIVE\n%s,UNSUBSCRIBED\n".formatted(Readers.address(), Readers.address());
        assertCounts(post(slug, csv), 2, 2, 0, 0, 0);
        String versions =
                "select xmin || ' ' || xmax || ' ' || s from subscription s where newsletter_id = ? order by id";
        List<String> before = rows.texts(versions, readers.newsletterId(slug));
        assertCounts(post(slug, csv), 2, 0, 0, 2, 0);
        assertThat(rows.texts(versions, readers.newsletterId(slug))).isEqualTo(before);
    }

    @Test
    void import_duplicatesInTheFile_areUnchanged_andTheOneWhoLeftStaysAway() {
        String slug = Api.newsletter();
        String ada = Readers.address();
        String bob = Readers.address();
        ValidatableResponse answer = post(slug, """
                email,state
                %1$s,ACTIVE
                %2$s,ACTIVE
                %3$s,ACTIVE
                %2$s,UNSUBSCRIBED
                %2$s,ACTIVE
                """.formatted(ada, bob, ada.toUpperCase()));
        assertCounts(answer, 5, 2, 1, 2, 0);
        assertThat(readers.state(slug, ada)).isEqualTo("ACTIVE");
        assertThat(readers.state(slug, bob)).isEqualTo("UNSUBSCRIBED");
    }

    @Test
    void import_peopleWhoAreHere_wakesNobody() {
        String slug = Api.newsletter();
        String pending = Readers.address();
        String active = Readers.address();
        String left = Readers.address();
        String leftAndAskingAgain = Readers.address();
        String suppressed = Readers.address();
        String suppressedHere = Readers.address();
        readers.pending(slug, pending);
        long activeId = readers.active(slug, active);
        for (String email : List.of(left, leftAndAskingAgain)) {
            editor().post("/api/newsletters/" + slug + "/subscribers/" + readers.active(slug, email) + "/unsubscribe")
                    .then()
                    .statusCode(200);
        }
        readers.pending(slug, leftAndAskingAgain);
        suppressions.suppress(EmailAddress.parse(suppressed).orElseThrow(), null, Suppressions.Reason.BOUNCED);
        suppressions.suppress(
                EmailAddress.parse(suppressedHere).orElseThrow(),
                readers.newsletterId(slug),
                Suppressions.Reason.REQUESTED);
        String all =
                String.join("\n", "email", pending, active, left, leftAndAskingAgain, suppressed, suppressedHere, "");
        assertCounts(post(slug, all.getBytes(StandardCharsets.UTF_8), true), 6, 0, 1, 5, 0);
        assertThat(readers.state(slug, pending)).isEqualTo("PENDING");
        assertCounts(post(slug, all), 6, 0, 1, 5, 0);
        assertThat(readers.state(slug, pending)).isEqualTo("ACTIVE");
        assertThat(readers.state(slug, active)).isEqualTo("ACTIVE");
        assertThat(readers.state(slug, left)).isEqualTo("UNSUBSCRIBED");
        assertThat(readers.state(slug, leftAndAskingAgain)).isEqualTo("PENDING");
        assertThat(rows.texts("select id from subscriber where email in (?, ?)", suppressed, suppressedHere))
                .isEmpty();

        assertCounts(post(slug, "email,state\n" + active + ",UNSUBSCRIBED\n"), 1, 0, 1, 0, 0);
        assertThat(readers.state(slug, active)).isEqualTo("UNSUBSCRIBED");
        assertThat(readers.consent(activeId)).endsWith("UNSUBSCRIBED IMPORT");
    }

    @Test
    void import_dryRun_countsAndRefusesAndChangesNothing() {
        String slug = Api.newsletter();
        String ada = Readers.address();
        String csv = "email\n" + ada + "\nnobody\n" + ada + "\n";
        var before = rows.readers();
        ValidatableResponse answer = post(slug, csv.getBytes(StandardCharsets.UTF_8), true);
        assertCounts(answer, 3, 1, 0, 1, 1);
        answer.body("dryRun", equalTo(true));
        var after = rows.readers();
        for (String table : List.of("subscriber", "subscription", "consent_record")) {
            assertThat(after.get(table)).isEqualTo(before.get(table));
        }
    }

    @Test
    void import_manyBatches_areAllTaken() {
        String slug = Api.newsletter();
        StringBuilder csv = new StringBuilder("email\n");
        for (int i = 0; i < 2_500; i++) {
            csv.append("n").append(i).append('.').append(slug).append("@example.org\n");
            csv.append(i % 500 == 0 ? "bad\n" : "");
        }
        assertCounts(post(slug, csv.toString().getBytes(StandardCharsets.UTF_8), true), 2_505, 2_500, 0, 0, 5);
        assertCounts(post(slug, csv.toString()), 2_505, 2_500, 0, 0, 5);
        assertThat(rows.number(
                        "select count(*) from mailable_subscription where newsletter_id = ?",
                        readers.newsletterId(slug)))
                .isEqualTo(2_500);
    }

    @Test
    void import_timesOfNoConfirmation_areRefused_andTheOthersAreTaken() {
        String slug = Api.newsletter();
        String good = Readers.address();
        ValidatableResponse answer = post(slug, """
                email,confirmed_at
                a@example.org,+294277-01-01T00:00:00Z
                b@example.org,2999-01-01
                c@example.org,2999-01-01T00:00:00Z
                d@example.org,1969-12-31
                e@example.org,-1000-01-01T00:00:00Z
                %s,1970-01-01
                %s,%s
                """.formatted(good, Readers.address(), Instant.now()));
        assertCounts(answer, 7, 2, 0, 0, 5);
        assertThat(readers.state(slug, good)).isEqualTo("ACTIVE");
        assertThat(editor().get(answer.extract().header("Location") + "/refused.csv")
                        .asString()
                        .lines())
                .contains("3,confirmed_at is not a time between 1970 and now,\"b@example.org,2999-01-01\"");
    }

    @Test
    void import_thatGoesWrongInside_isFailedAndKeepsWhatItRead() {
        String slug = Api.newsletter();
        String bad = Readers.address();
        rows.run("alter table subscriber add constraint broken check (email <> '" + bad + "')");
        try {
            ValidatableResponse answer = post(slug, "email\n" + "nobody\n".repeat(20_000) + bad + "\n")
                    .statusCode(202)
                    .body("state", equalTo("FAILED"));
            editor().get(answer.extract().header("Location"))
                    .then()
                    .statusCode(200)
                    .body("state", equalTo("FAILED"))
                    .body("failure", containsString("in the log under"))
                    .body("refused", equalTo(20_000))
                    .body("added", equalTo(0))
                    .body("finishedAt", notNullValue());
        } finally {
            rows.run("alter table subscriber drop constraint broken");
        }
    }

    @Test
    void import_thatWasRunningWhenTheProgramStopped_isFailedAtStart_whereThisIsTheOnlyNode() throws IOException {
        long id = started();
        imports.onStart(new StartupEvent()); // not the embedded database: another node may be at it
        editor().get("/api/imports/" + id).then().body("state", equalTo("RUNNING"));
        imports.failInterrupted();
        editor().get("/api/imports/" + id)
                .then()
                .body("state", equalTo("FAILED"))
                .body("failure", containsString("stopped before the end"))
                .body("finishedAt", notNullValue());
    }

    private long started() throws IOException {
        ImportFile file =
                new ImportFile(new ByteArrayInputStream("email\n".getBytes(StandardCharsets.UTF_8)), Instant.now());
        return batches.start(readers.newsletterId(Api.newsletter()), false, file);
    }

    @Test
    void import_thatGaveNoSignOfLife_isFailedByTheWatch_andCannotGoOn() throws IOException {
        long silent = started();
        long alive = started();
        rows.run("update import set beat_at = now() - interval '11 minutes' where id = ?", silent);
        imports.watch();
        editor().get("/api/imports/" + silent).then().body("state", equalTo("FAILED"));
        editor().get("/api/imports/" + alive).then().body("state", equalTo("RUNNING"));
        assertThatThrownBy(() -> batches.put(silent, List.of(), List.of(), 0))
                .isInstanceOf(ImportBatches.GivenUp.class);
        batches.put(alive, List.of(), List.of(), 0);
    }

    @Test
    void refusedLines_ofLongAgo_areForgotten() {
        ValidatableResponse answer = post(Api.newsletter(), "email\nnobody\n");
        int id = answer.extract().path("id");
        String count = "select count(*) from import_refusal where import_id = ?";
        imports.watch();
        assertThat(rows.number(count, id)).isEqualTo(1);
        rows.run("update import set finished_at = now() - interval '31 days' where id = ?", id);
        imports.watch();
        assertThat(rows.number(count, id)).isZero();
    }

    @Test
    void import_mailchimpFiles_bringStatesTimesAndSuppressions() {
        String slug = Api.newsletter();
        String ana = Readers.address();
        String bo = Readers.address();
        String cy = Readers.address();
        post(slug, """
                        Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS
                        %s,Ana,Roth,4,"2024-03-01 08:00:00",192.0.2.4,"2024-03-01 08:05:10",192.0.2.9,52.5200000,13.4050000,1,2,Europe/Berlin,DE,BE,"2024-05-02 10:00:00",90001,a1b2c3d4e5,,\"""beta"",""weekly""\"
                        """.formatted(ana)).body("format", equalTo("MAILCHIMP")).body("added", equalTo(1));
        post(slug, """
                        Email Address,First Name,Last Name,OPTIN_TIME,CONFIRM_TIME,CONFIRM_IP,UNSUB_TIME,UNSUB_REASON,LEID
                        %s,Bo,,"2023-01-02 09:00:00","2023-01-02 09:01:00",192.0.2.5,"2024-06-01 12:00:00",NORMAL,90002
                        """.formatted(bo))
                .body("format", equalTo("MAILCHIMP_UNSUBSCRIBED"))
                .body("added", equalTo(1));
        String cleaned =
                "Email Address,First Name,CLEAN_TIME,LEID\n%s,Cy,2024-06-01 12:00:00,3\n%s,Ana,,1\n".formatted(cy, ana);
        post(slug, cleaned.getBytes(StandardCharsets.UTF_8), true).body("suppressed", equalTo(2));
        assertCounts(post(slug, cleaned), 2, 0, 2, 0, 0);
        assertCounts(post(slug, cleaned), 2, 0, 0, 2, 0);

        long anaId = readers.subscriptionId(slug, ana);
        assertThat(rows.text("""
                        select s.state || ' ' || p.name || to_char(subscribed_at at time zone 'UTC', ' HH24:MI:SS')
                          || to_char(confirmed_at at time zone 'UTC', ' HH24:MI:SS')
                        from subscription s join subscriber p on p.id = s.subscriber_id where s.id = ?
                        """, anaId)).isEqualTo("ACTIVE Ana Roth 08:00:00 08:05:10");
        assertThat(rows.texts(
                        "select action || ' ' || via || ' ' || host(ip) from consent_record"
                                + " where subscription_id = ? order by id",
                        anaId))
                .containsExactly("ASKED IMPORT 192.0.2.4", "IMPORTED IMPORT 192.0.2.9");
        assertThat(rows.text(
                        "select state || to_char(unsubscribed_at at time zone 'UTC', ' YYYY-MM-DD HH24')"
                                + " from subscription where id = ?",
                        readers.subscriptionId(slug, bo)))
                .isEqualTo("UNSUBSCRIBED 2024-06-01 12");
        assertThat(readers.state(slug, cy)).isEqualTo("none");
        for (String email : List.of(ana, cy)) {
            EmailAddress address = EmailAddress.parse(email).orElseThrow();
            assertThat(suppressions.isSuppressed(address, readers.newsletterId(slug)))
                    .isTrue();
            assertThat(suppressions.isSuppressed(address, readers.newsletterId(slug) + 1))
                    .isFalse();
        }
        assertCounts(post(slug, "email\n" + cy + "\n"), 1, 0, 0, 1, 0);
        assertThat(rows.number(
                        "select count(*) from mailable_subscription where newsletter_id = ?",
                        readers.newsletterId(slug)))
                .isZero();
    }

    @Test
    void import_dryRun_tellsTheMappingWarningsAndFirstRefused() {
        String slug = Api.newsletter();
        String csv = "uuid;email;name;attributes;status;created_at\n"
                + "u;" + Readers.address() + ";Ana;\"{\"\"city\"\":1}\";enabled;2024-03-01 08:00:00 +0000 UTC\n"
                + "u;info@example.org;;{};blocklisted;\n"
                + "u;nobody;;{};enabled;\n"
                + "u;x@yopmail.com;Zo\u00eb;{};disabled;\n";
        post(slug, csv.getBytes(StandardCharsets.ISO_8859_1), true)
                .statusCode(202)
                .body("state", equalTo("DONE"))
                .body("read", equalTo(4))
                .body("added", equalTo(2))
                .body("changed", equalTo(1))
                .body("suppressed", equalTo(1))
                .body("refused", equalTo(1))
                .body("format", equalTo("LISTMONK"))
                .body("delimiter", equalTo(";"))
                .body("encoding", equalTo("windows-1252"))
                .body("columns.column", contains("uuid", "email", "name", "attributes", "status", "created_at"))
                .body("columns.as", contains(null, "email", "name", null, "state", "subscribed_at"))
                .body("warnings", hasSize(4))
                .body("firstRefused[0].line", equalTo(4))
                .body("firstRefused[0].reason", equalTo("email is not an address"));
        assertThat(rows.number("select count(*) from subscription where newsletter_id = ?", readers.newsletterId(slug)))
                .isZero();
        assertThat(rows.number("select count(*) from suppression where newsletter_id = ?", readers.newsletterId(slug)))
                .isZero();
        editor().get("/api/newsletters/" + slug + "/imports")
                .then()
                .statusCode(200)
                .body("items", hasSize(1))
                .body("items[0].read", equalTo(4))
                .body("next", nullValue());
    }

    @Test
    void import_connectionLost_isFailedAndKeepsWhatItRead_andAgainComesToTheSameEnd() throws IOException {
        String slug = Api.newsletter();
        StringBuilder csv = new StringBuilder("email\n");
        for (int i = 0; i < 20_500; i++) {
            csv.append("r").append(i).append('@').append(slug).append(".example\n");
        }
        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            String head = "POST /api/newsletters/" + slug + "/imports HTTP/1.1\r\nHost: localhost\r\n"
                    + "Authorization: Bearer " + TestDatabase.TOKEN + "\r\nContent-Type: text/csv\r\n"
                    + "Content-Length: 10000000\r\n\r\n";
            socket.getOutputStream().write((head + csv).getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            await().atMost(Duration.ofSeconds(60)).until(() -> added(slug) == 20_000);
        }
        String path = "/api/newsletters/" + slug + "/imports";
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> editor().get(path)
                .then()
                .body("items[0].state", equalTo("FAILED"))
                .body("items[0].failure", containsString("connection was lost")));
        assertCounts(post(slug, csv.toString()), 20_500, 500, 0, 20_000, 0);
    }

    private long added(String slug) {
        return rows.number(
                "select coalesce(sum(added), 0) from import where newsletter_id = ?", readers.newsletterId(slug));
    }

    @Test
    void import_anyFile_leavesNoStagedAddressBehind() {
        String slug = Api.newsletter();
        assertCounts(post(slug, "email\n" + Readers.address() + "\n"), 1, 1, 0, 0, 0);
        assertThat(rows.texts("select relname from pg_class where relname like 'import_stage%'"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"PK\u0003\u0004rest", "\u001f\u008b\u0008rest", "\u0000\u0001\u0002\u0003email", "%PDF-1.7 email"
            })
    void import_noText_isAClearProblemAndNothingIsWritten(String body) {
        String slug = Api.newsletter();
        post(slug, body.getBytes(StandardCharsets.ISO_8859_1), false)
                .statusCode(400)
                .contentType("application/problem+json")
                .body("type", equalTo("invalid"));
        editor().get("/api/newsletters/" + slug + "/imports").then().body("items", hasSize(0));
    }

    @Test
    void refusedReport_isGuardedAgainstFormulas_inEveryCell() {
        ValidatableResponse answer = post(Api.newsletter(), "email\n=HYPERLINK(\"x\")\n@x\n'=1\n-1\n");
        assertThat(editor().get(answer.extract().header("Location") + "/refused.csv")
                        .asString()
                        .lines()
                        .skip(1))
                .hasSize(4)
                .allMatch(line -> line.matches("\\d,email is not an address,\"?'.*"));
    }

    @Test
    void import_otherThanCsv_isUnsupported_andUnknownThingsAreNotFound() {
        String slug = Api.newsletter();
        editor().contentType("application/json")
                .body("{}")
                .post("/api/newsletters/" + slug + "/imports")
                .then()
                .statusCode(415);
        post("nobody", "email\n").statusCode(404);
        editor().get("/api/imports/999999999").then().statusCode(404);
        editor().get("/api/imports/999999999/refused.csv").then().statusCode(404);
        given().contentType("text/csv")
                .body("email\n")
                .post("/api/newsletters/" + slug + "/imports")
                .then()
                .statusCode(401);
        given().get("/api/imports/1").then().statusCode(401);
    }
}
