package dev.broadsheet.subscribers;

import static dev.broadsheet.Api.editor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;

import dev.broadsheet.Api;
import dev.broadsheet.Readers;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.TestReaders;
import dev.broadsheet.accounts.Tokens;
import dev.broadsheet.platform.AddressHashes;
import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.platform.LinkTokens.Purpose;
import dev.broadsheet.suppression.Suppressions;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class GrowthResourceTest {

    @Inject
    Readers readers;

    @Inject
    TestReaders some;

    @Inject
    Rows rows;

    @Inject
    Suppressions suppressions;

    @Inject
    AddressHashes hashes;

    @Inject
    Growth growth;

    @Inject
    AddressChange addressChange;

    /** One where it is another day than in UTC, and not about to be the next. */
    private static String elsewhere() {
        return LocalTime.now(ZoneOffset.UTC).getHour() >= 11 ? "Pacific/Kiritimati" : "Etc/GMT+12";
    }

    private static String newsletter(String zone) {
        String slug = Api.newsletter();
        editor().contentType("application/json")
                .body("""
                        {"title": "Weekly", "fromName": "The Editors", "fromEmail": "editors@example.org",
                         "postalAddress": "1 Main Street", "timeZone": "%s"}
                        """.formatted(zone))
                .put("/api/newsletters/" + slug)
                .then()
                .statusCode(200);
        return slug;
    }

    private static String path(String slug) {
        return "/api/newsletters/" + slug + "/growth";
    }

    private static JsonPath growth(String slug) {
        return editor().get(path(slug)).then().statusCode(200).extract().jsonPath();
    }

    /** Of the last day, the reasons that are not zero. */
    private static Map<String, Integer> today(String slug, String by) {
        Map<String, Integer> numbers =
                new HashMap<>(growth(slug).getMap("days[-1]." + by, String.class, Integer.class));
        numbers.values().removeIf(number -> number == 0);
        return numbers;
    }

    private static int active(String slug) {
        return growth(slug).getInt("active");
    }

    private String email(long subscription) {
        return rows.text(
                "select p.email from subscriber p join subscription s on s.subscriber_id = p.id where s.id = ?",
                subscription);
    }

    private byte[] hash(long subscription) {
        return hashes.hash(email(subscription));
    }

    private static void post(Purpose purpose, long subscription, String page) {
        String token = Readers.tokens(Duration.ZERO).sign(purpose, subscription);
        RestAssured.given().post(page + token).then().statusCode(200);
    }

    @Test
    void get_nothingHappened_isThirtyDaysOfZerosUpToTheNewslettersToday() {
        String zone = elsewhere();
        String slug = newsletter(zone);
        LocalDate today = LocalDate.now(ZoneId.of(zone));
        assertThat(today).isNotEqualTo(LocalDate.now(ZoneOffset.UTC));
        editor().get(path(slug))
                .then()
                .statusCode(200)
                .body("newsletter", equalTo(slug))
                .body("timeZone", equalTo(zone))
                .body("from", equalTo(today.minusDays(29).toString()))
                .body("to", equalTo(today.toString()))
                .body("active", equalTo(0))
                .body("days", hasSize(30))
                .body("days[0].date", equalTo(today.minusDays(29).toString()))
                .body("days[29].date", equalTo(today.toString()))
                .body("days.gained", everyItem(equalTo(0)))
                .body("days.lost", everyItem(equalTo(0)))
                .body("days.gainedBy.CONFIRMED", everyItem(equalTo(0)))
                .body("days.lostBy.ERASED", everyItem(equalTo(0)));
    }

    @Test
    void get_readerWhoConfirmsLeavesAndUndoes_countsOnBothSidesOfTheNewslettersDay() {
        String slug = newsletter(elsewhere());
        readers.pending(slug, Readers.address());
        assertThat(today(slug, "gainedBy")).isEmpty();
        long id = readers.active(slug, Readers.address());
        assertThat(today(slug, "gainedBy")).isEqualTo(Map.of("CONFIRMED", 1));

        post(Purpose.UNSUBSCRIBE, id, "/unsubscribe/");
        assertThat(active(slug)).isZero();
        post(Purpose.UNDO_UNSUBSCRIBE, id, "/unsubscribe/undo/");

        assertThat(today(slug, "gainedBy")).isEqualTo(Map.of("CONFIRMED", 1, "UNDONE", 1));
        assertThat(today(slug, "lostBy")).isEqualTo(Map.of("UNSUBSCRIBED", 1));
        JsonPath growth = growth(slug);
        assertThat(growth.getInt("active")).isEqualTo(1);
        assertThat(growth.getInt("days[-1].gained")).isEqualTo(2);
        assertThat(growth.getInt("days[-1].lost")).isEqualTo(1);
        assertThat(growth.getInt("days[-2].gained")).isZero();
    }

    @Test
    void get_readerWhoLeavesBeforeConfirming_isNeitherGainedNorLost() {
        String slug = newsletter(elsewhere());
        String email = Readers.address();
        readers.pending(slug, email);
        editor().post("/api/newsletters/" + slug + "/subscribers/" + readers.subscriptionId(slug, email)
                        + "/unsubscribe")
                .then()
                .statusCode(200);
        assertThat(today(slug, "gainedBy")).isEmpty();
        assertThat(today(slug, "lostBy")).isEmpty();
    }

    @Test
    void get_readerWhoDisowns_isLostOnceByThat() {
        String slug = newsletter(elsewhere());
        long id = readers.active(slug, Readers.address());
        String email = email(id);
        RestAssured.given()
                .formParam("not-me", "yes")
                .post(readers.confirmLink(email))
                .then()
                .statusCode(200);
        assertThat(readers.state(slug, email)).isEqualTo("UNSUBSCRIBED");
        assertThat(today(slug, "lostBy")).isEqualTo(Map.of("DISOWNED", 1));
        assertThat(active(slug)).isZero();
    }

    @Test
    void get_imports_countThoseWhoCameAndThoseWhoHadLeftElsewhere() {
        String slug = newsletter(elsewhere());
        String one = Readers.address();
        String two = Readers.address();
        editor().contentType("text/csv")
                .body("email,state\n" + one + ",ACTIVE\n" + two + ",ACTIVE\n" + Readers.address() + ",UNSUBSCRIBED\n")
                .post("/api/newsletters/" + slug + "/imports")
                .then()
                .statusCode(202);
        assertThat(today(slug, "gainedBy")).isEqualTo(Map.of("IMPORTED", 2));
        editor().contentType("text/csv")
                .body("email,state\n" + one + ",UNSUBSCRIBED\n")
                .post("/api/newsletters/" + slug + "/imports")
                .then()
                .statusCode(202);
        assertThat(today(slug, "lostBy")).isEqualTo(Map.of("IMPORTED", 1));
        assertThat(active(slug)).isEqualTo(1);
    }

    @Test
    void get_suppressions_areLossesByTheirReason_onceForEachReader() {
        String slug = newsletter(elsewhere());
        List<Long> three = some.active(slug, 3);
        long newsletter = readers.newsletterId(slug);
        suppressions.suppress(hash(three.get(0)), null, Suppressions.Reason.BOUNCED);
        suppressions.suppress(hash(three.get(0)), newsletter, Suppressions.Reason.COMPLAINED);
        suppressions.suppress(hash(three.get(1)), newsletter, Suppressions.Reason.COMPLAINED);
        suppressions.suppress(hash(three.get(1)), newsletter, Suppressions.Reason.COMPLAINED);
        some.unsubscribe(three.get(1)); // lost already
        some.unsubscribe(three.get(2));
        suppressions.suppress(hash(three.get(2)), newsletter, Suppressions.Reason.REQUESTED); // lost already
        assertThat(today(slug, "lostBy")).isEqualTo(Map.of("BOUNCED", 1, "COMPLAINED", 1, "UNSUBSCRIBED", 1));
        assertThat(active(slug)).isZero();
    }

    @Test
    void get_readersWhoLeaveWhileTheyAreSuppressed_areLostOnce() {
        String slug = newsletter(elsewhere());
        List<Long> ids = some.active(slug, 40);
        List<byte[]> hashed = ids.stream().map(this::hash).toList();
        CompletableFuture<Void> leaving = CompletableFuture.runAsync(() -> ids.forEach(some::unsubscribe));
        hashed.forEach(hash -> suppressions.suppress(hash, null, Suppressions.Reason.BOUNCED));
        leaving.join();
        assertThat(growth(slug).getInt("days[-1].lost")).isEqualTo(40);
        assertThat(active(slug)).isZero();
    }

    @Test
    void get_liftedSuppression_isGained_onceNothingSuppressesTheAddressAnyMore() {
        String slug = newsletter(elsewhere());
        long id = some.active(slug, 1).get(0);
        suppressions.suppress(hash(id), null, Suppressions.Reason.BOUNCED);
        suppressions.suppress(hash(id), readers.newsletterId(slug), Suppressions.Reason.REQUESTED);
        rows.run("delete from suppression where address_hash = ? and newsletter_id is null", hash(id));
        assertThat(active(slug)).isZero();
        rows.run("delete from suppression where address_hash = ?", hash(id));
        assertThat(today(slug, "gainedBy")).isEqualTo(Map.of("IMPORTED", 1, "LIFTED", 1));
        assertThat(active(slug)).isEqualTo(1);
    }

    @Test
    void get_readerWhoConfirmsADeadMailboxAnew_isGainedByThat() {
        String slug = newsletter(elsewhere());
        String email = Readers.address();
        suppressions.suppress(EmailAddress.parse(email).orElseThrow(), null, Suppressions.Reason.BOUNCED);
        readers.active(slug, email);
        assertThat(today(slug, "gainedBy")).isEqualTo(Map.of("CONFIRMED", 1));
        assertThat(active(slug)).isEqualTo(1);
    }

    @Test
    void get_erasedReader_isLostByThat_andTheirComingStays() {
        String slug = newsletter(elsewhere());
        long id = readers.active(slug, Readers.address());
        long left = readers.active(slug, Readers.address());
        some.unsubscribe(left);
        for (long each : List.of(id, left)) {
            editor().delete("/api/newsletters/" + slug + "/subscribers/" + each)
                    .then()
                    .statusCode(204);
        }
        assertThat(today(slug, "gainedBy")).isEqualTo(Map.of("CONFIRMED", 2));
        assertThat(today(slug, "lostBy")).isEqualTo(Map.of("UNSUBSCRIBED", 1, "ERASED", 1));
        assertThat(active(slug)).isZero();
    }

    @Test
    void get_deadAddressThatWasChanged_isGainedByThat() {
        String slug = newsletter(elsewhere());
        long id = some.active(slug, 1).get(0);
        suppressions.suppress(hash(id), null, Suppressions.Reason.BOUNCED);
        rows.run(
                "insert into reader_link (subscription_id, purpose, new_email, made_at) values (?, 'NEW_ADDRESS', ?, now())",
                id,
                Readers.address());
        addressChange.change(rows.number("select id from reader_link where subscription_id = ?", id), Client.UNKNOWN);
        assertThat(today(slug, "gainedBy")).isEqualTo(Map.of("IMPORTED", 1, "ADDRESS_CHANGED", 1));
        assertThat(active(slug)).isEqualTo(1);
    }

    @Test
    void get_afterAddingUp_saysTheSameFromARowForEachReason() {
        String slug = newsletter(elsewhere());
        List<Long> five = some.active(slug, 5);
        some.unsubscribe(five.get(0));
        some.unsubscribe(five.get(1));
        String before = editor().get(path(slug)).asString();
        growth.addUp();
        assertThat(rows.number(
                        "select count(*) from subscription_growth where newsletter_id = ?", readers.newsletterId(slug)))
                .isEqualTo(2);
        assertThat(editor().get(path(slug)).asString()).isEqualTo(before);
        some.unsubscribe(five.get(2));
        growth.addUp();
        assertThat(active(slug)).isEqualTo(2);
        assertThat(today(slug, "lostBy")).isEqualTo(Map.of("UNSUBSCRIBED", 3));
    }

    @Test
    void csv_ofThreeDaysAroundTheClockChange_hasALineForEachDayAndAColumnForEachReason() {
        String slug = newsletter("Europe/Berlin");
        rows.run(
                "insert into subscription_growth (newsletter_id, day, reason, gained, lost)"
                        + " values (?, '2026-03-29', 'CONFIRMED', 3, 0), (?, '2026-03-30', 'BOUNCED', 0, 2)",
                readers.newsletterId(slug),
                readers.newsletterId(slug));
        String csv = editor().get(path(slug) + ".csv?from=2026-03-28&to=2026-03-30")
                .then()
                .statusCode(200)
                .contentType("text/csv;charset=UTF-8")
                .header("Content-Disposition", containsString(slug + "-growth.csv"))
                .extract()
                .asString();
        assertThat(csv.lines())
                .containsExactly(
                        "date,gained,lost,gained_confirmed,gained_imported,gained_undone,gained_lifted,"
                                + "gained_address_changed,lost_unsubscribed,lost_disowned,lost_complained,lost_bounced,"
                                + "lost_requested,lost_not_me,lost_erased,lost_imported,lost_address_changed",
                        "2026-03-28,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0",
                        "2026-03-29,3,0,3,0,0,0,0,0,0,0,0,0,0,0,0,0",
                        "2026-03-30,0,2,0,0,0,0,0,0,0,0,2,0,0,0,0,0");
        editor().get(path(slug) + "?from=2026-03-28&to=2026-03-30")
                .then()
                .body("days.date", equalTo(List.of("2026-03-28", "2026-03-29", "2026-03-30")))
                .body("days.gained", equalTo(List.of(0, 3, 0)))
                .body("days[2].lostBy.BOUNCED", equalTo(2))
                .body("active", equalTo(1));
    }

    @Test
    void get_tenYears_isAnswered_andADayMoreIsNot() {
        String slug = newsletter("UTC");
        editor().get(path(slug) + "?from=2020-01-01&to="
                        + LocalDate.of(2020, 1, 1).plusDays(3_659))
                .then()
                .statusCode(200)
                .body("days", hasSize(3_660));
        editor().get(path(slug) + "?from=2020-01-01&to="
                        + LocalDate.of(2020, 1, 1).plusDays(3_660))
                .then()
                .statusCode(400)
                .body("type", equalTo("invalid"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from=yesterday",
                "to=2026-02-30",
                "from=2026-03-02&to=2026-03-01",
                "from=2026-03-01T00:00:00Z",
                "to=%2B999999999-12-31",
                "from=-0044-03-15&to=-0044-03-16",
                "from=2999-01-01"
            })
    void get_datesThatAreNone_areRefused(String query) {
        String slug = newsletter("UTC");
        for (String as : List.of("", ".csv")) {
            editor().urlEncodingEnabled(false)
                    .get(path(slug) + as + "?" + query)
                    .then()
                    .statusCode(400)
                    .contentType("application/problem+json")
                    .body("type", equalTo("invalid"));
        }
    }

    @Test
    void get_needsTheScopeRead_ofThisNewsletter() {
        String slug = newsletter("UTC");
        for (String as : List.of("", ".csv")) {
            Tokens.with("read", slug).get(path(slug) + as).then().statusCode(200);
            Tokens.with("write", slug).get(path(slug) + as).then().statusCode(403);
            Tokens.with("read", Api.newsletter()).get(path(slug) + as).then().statusCode(404);
            RestAssured.given().get(path(slug) + as).then().statusCode(401);
            editor().get(path("nowhere") + as).then().statusCode(404);
        }
    }
}
