package dev.broadsheet.delivery;

import static dev.broadsheet.Api.editor;
import static dev.broadsheet.delivery.Newsroom.awaitState;
import static dev.broadsheet.delivery.Newsroom.campaign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;

import dev.broadsheet.Api;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.TestReaders;
import dev.broadsheet.accounts.Tokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class ReportResourceTest {

    private static final List<String> STATES = List.of(
            "queued",
            "sending",
            "inDoubt",
            "sent",
            "delivered",
            "bounced",
            "complained",
            "failed",
            "skipped",
            "cancelled");

    @Inject
    TestReaders readers;

    @Inject
    Rows rows;

    @Inject
    CampaignReports reports;

    @Inject
    StoredReports stored;

    private Newsroom newsroom;

    @BeforeEach
    void newsroomOfItsOwn() {
        newsroom = new Newsroom();
        newsroom.publish("one");
    }

    private static String path(long id) {
        return "/api/campaigns/" + id + "/report";
    }

    private static JsonPath report(long id) {
        return editor().get(path(id)).then().statusCode(200).extract().jsonPath();
    }

    private long done(int howMany) {
        readers.active(newsroom.newsletter(), howMany);
        long id = newsroom.start("one", "{}");
        awaitState(id, "DONE");
        return id;
    }

    /** A campaign that has ended, of these readers, whose rows a test writes itself; its counters begin at zero. */
    private long bare(int howMany) {
        readers.active(newsroom.newsletter(), howMany);
        long id = newsroom.start("one", "{\"sendAt\": \"2100-01-01T00:00:00Z\"}");
        long issue = issue(id);
        rows.run("create table if not exists delivery_" + issue
                + " (like delivery including all) with (fillfactor = 50)");
        rows.run("alter table delivery attach partition delivery_" + issue + " for values in (" + issue + ")");
        rows.run("insert into delivery (issue_id, campaign_id, subscription_id, lane, state, sent_at, updated_at)"
                + " select c.issue_id, c.id, s.id, 0, 'SENT', '2026-11-18T10:00:30Z', '2026-11-18T10:00:30Z'"
                + " from campaign c join subscription s on s.newsletter_id = c.newsletter_id where c.id = " + id);
        rows.run(
                "update campaign set state = 'DONE', recipients = ?, started_at = now(), finished_at = now() where id = ?",
                howMany,
                id);
        count(id);
        return id;
    }

    private long issue(long id) {
        return rows.number("select issue_id from campaign where id = ?", id);
    }

    private void count(long id) {
        rows.run("delete from lane_count where campaign_id = ?", id);
        rows.run("""
                insert into lane_count (campaign_id, lane, queued, sending, in_doubt, sent, delivered, bounced, complained,
                  failed, skipped, cancelled)
                select campaign_id, 0, count(*) filter (where state = 'QUEUED'), count(*) filter (where state = 'SENDING'),
                  count(*) filter (where state = 'IN_DOUBT'), count(*) filter (where state = 'SENT'),
                  count(*) filter (where state = 'DELIVERED'), count(*) filter (where state = 'BOUNCED'),
                  count(*) filter (where state = 'COMPLAINED'), count(*) filter (where state = 'FAILED'),
                  count(*) filter (where state = 'SKIPPED'), count(*) filter (where state = 'CANCELLED')
                from delivery where campaign_id = ? group by 1
                """, id);
    }

    /** Moves rows from one to another, by their place, as events would. */
    private void set(long id, int from, int to, String set) {
        rows.run(
                "update delivery set " + set + " where campaign_id = ? and id in (select id from delivery"
                        + " where campaign_id = ? order by id offset ? limit ?)",
                id,
                id,
                from,
                to - from);
        count(id);
    }

    /** Gives subscribers other domains, by their place. */
    private void domain(long id, int from, int to, String domain) {
        rows.run("""
                update subscriber p set email = split_part(email, '@', 1) || '@' || ?,
                  email_key = split_part(email, '@', 1) || '@' || lower(?)
                from (select subscription_id from delivery where campaign_id = ? order by id offset ? limit ?) d
                join subscription s on s.id = d.subscription_id where p.id = s.subscriber_id
                """, domain, domain, id, from, to - from);
    }

    /** All that must add up, whatever is in it. */
    private static void assertAddsUp(JsonPath report) {
        Map<String, Integer> counts = report.getMap("counts");
        for (String state : STATES) {
            int named = sum(report, "byDomain.items.counts." + state);
            assertThat(named + report.getInt("byDomain.rest.counts." + state))
                    .as(state)
                    .isEqualTo(counts.get(state));
        }
        assertThat(sum(report, "byDomain.items.recipients") + report.getInt("byDomain.rest.recipients"))
                .isEqualTo(counts.values().stream().mapToInt(n -> n).sum());
        for (String state : List.of("delivered", "bounced", "complained", "failed")) {
            assertThat(sum(report, "byTime.items." + state)).as(state).isEqualTo(counts.get(state));
        }
        for (String state : List.of("bounced", "complained", "failed")) {
            String which = ".findAll { it.state == '" + state.toUpperCase(java.util.Locale.ROOT) + "' }.count";
            assertThat(sum(report, "byReason.items" + which) + sum(report, "byReason.rest" + which))
                    .as(state)
                    .isEqualTo(counts.get(state));
        }
    }

    private static int sum(JsonPath report, String path) {
        return report.getList(path, Integer.class).stream().mapToInt(n -> n).sum();
    }

    @Test
    void report_ofACampaignThatHasNotStarted_isEmpty() {
        readers.active(newsroom.newsletter(), 1);
        long id = newsroom.start("one", "{\"sendAt\": \"2100-01-01T00:00:00Z\"}");
        Instant before = Instant.now();

        JsonPath report = report(id);

        assertThat(report.getInt("campaign")).isEqualTo((int) id);
        assertThat(Instant.parse(report.getString("asOf"))).isAfterOrEqualTo(before);
        assertThat(report.getString("byTime.bucket")).isEqualTo("PT1M");
        assertThat(report.getList("byTime.items")).isEmpty();
        assertThat(report.getList("byDomain.items")).isEmpty();
        assertThat(report.getInt("byDomain.rest.recipients")).isZero();
        assertThat(report.getList("byReason.items")).isEmpty();
        assertAddsUp(report);
    }

    @Test
    void report_ofWhatWasHandedOver_isOfNow_andAddsUpToTheCounts() {
        Instant before = Instant.now().minusSeconds(60);
        long id = done(3);

        JsonPath report = report(id);

        assertThat(report.getMap("counts")).isEqualTo(campaign(id).getMap("counts"));
        assertThat(sum(report, "byTime.items.sent")).isEqualTo(3);
        assertThat(Instant.parse(report.getString("byTime.items[0].from"))).isBetween(before, Instant.now());
        assertThat(report.getList("byDomain.items.domain")).containsExactly(newsroom.newsletter() + ".example");
        assertThat(report.getInt("byDomain.items[0].recipients")).isEqualTo(3);
        assertThat(report.getInt("byDomain.items[0].counts.sent")).isEqualTo(3);
        assertThat(report.getList("byReason.items")).isEmpty();
        assertAddsUp(report);
    }

    @Test
    void byTime_countsHandOversWhenTheyWere_andAnswersWhenTheyCame() {
        long id = bare(8);
        set(id, 0, 1, "state = 'DELIVERED', answered_at = '2026-11-18T10:00:31Z'");
        set(id, 1, 2, "state = 'DELIVERED', answered_at = '2026-11-18T12:30:00Z'");
        set(id, 2, 3, "state = 'BOUNCED', answered_at = '2026-11-18T12:30:59Z', bounce = 'SOFT'");
        set(id, 3, 4, "state = 'COMPLAINED', answered_at = '2026-11-18T12:31:00Z'");
        // refused while it was handed over: never sent
        set(id, 4, 5, "state = 'BOUNCED', sent_at = null, bounce = 'HARD', updated_at = '2026-11-18T10:01:00Z'");
        set(id, 5, 6, "state = 'FAILED', sent_at = null, updated_at = '2026-11-18T10:02:00Z'");
        // as before there were times
        set(id, 6, 7, "sent_at = null, updated_at = '2026-11-18T10:03:00Z'");

        JsonPath report = report(id);

        assertThat(report.getString("byTime.bucket")).isEqualTo("PT1M");
        assertThat(report.<Map<String, Object>>getList("byTime.items"))
                .extracting(Map::values)
                .extracting(values -> values.stream().map(String::valueOf).toList())
                .containsExactly(
                        List.of("2026-11-18T10:00:00Z", "5", "1", "0", "0", "0"),
                        List.of("2026-11-18T10:01:00Z", "0", "0", "1", "0", "0"),
                        List.of("2026-11-18T10:02:00Z", "0", "0", "0", "0", "1"),
                        List.of("2026-11-18T10:03:00Z", "1", "0", "0", "0", "0"),
                        List.of("2026-11-18T12:30:00Z", "0", "1", "1", "0", "0"),
                        List.of("2026-11-18T12:31:00Z", "0", "0", "0", "1", "0"));
        assertAddsUp(report);
    }

    @Test
    void byDomain_namesTheTwentyLargest_andPutsTheOthersTogether() {
        long id = bare(65);
        for (int i = 0; i < 22; i++) {
            domain(id, 2 * i, 2 * i + 2, String.format("d%02d.Example.org", i));
        }
        domain(id, 44, 60, "büro.example");
        set(id, 44, 50, "state = 'DELIVERED', answered_at = now()");

        JsonPath report = report(id);

        assertThat(report.getList("byDomain.items")).hasSize(20);
        assertThat(report.getString("byDomain.items[0].domain")).isEqualTo("büro.example");
        assertThat(report.getInt("byDomain.items[0].recipients")).isEqualTo(16);
        assertThat(report.getInt("byDomain.items[0].counts.delivered")).isEqualTo(6);
        assertThat(report.getInt("byDomain.items[0].counts.sent")).isEqualTo(10);
        assertThat(report.getString("byDomain.items[1].domain")).isEqualTo(newsroom.newsletter() + ".example");
        assertThat(report.getInt("byDomain.items[1].recipients")).isEqualTo(5);
        assertThat(report.getString("byDomain.items[2].domain")).isEqualTo("d00.example.org");
        assertThat(report.getString("byDomain.items[19].domain")).isEqualTo("d17.example.org");
        assertThat(report.getInt("byDomain.rest.recipients")).isEqualTo(8);
        assertAddsUp(report);
    }

    @Test
    void byReason_putsRepliesTogetherThatSayTheSame_andWhatIsPutOff() {
        long id = bare(12);
        set(id, 0, 4, "state = 'BOUNCED', answered_at = now(), bounce = 'HARD', reason = '550 5.1.1 Unknown, id 77'");
        set(id, 4, 5, "state = 'BOUNCED', answered_at = now(), bounce = 'HARD', reason = '550 5.1.1 Unknown, id 78'");
        set(id, 5, 6, "state = 'BOUNCED', answered_at = now(), bounce = 'SOFT', reason = '452 4.2.2 Full'");
        set(id, 6, 7, "state = 'COMPLAINED', answered_at = now()");
        set(id, 7, 9, "state = 'QUEUED', sent_at = null, reason = '451 4.7.1 Later'");
        set(id, 9, 10, "state = 'QUEUED', sent_at = null");
        set(id, 10, 11, "reason = 'not yet: 451 4.7.1 Later'");

        JsonPath report = report(id);

        assertThat(report.<Map<String, Object>>getList("byReason.items"))
                .extracting(item -> item.get("state") + " " + item.get("bounce") + " " + item.get("words") + " "
                        + item.get("count"))
                .containsExactlyInAnyOrder(
                        "BOUNCED HARD 550 5.1.1 Unknown, id 77 5",
                        "QUEUED null 451 4.7.1 Later 2",
                        "SENT null not yet: 451 4.7.1 Later 1",
                        "BOUNCED SOFT 452 4.2.2 Full 1",
                        "COMPLAINED null null 1");
        assertThat(report.getString("byReason.items[0].words")).isEqualTo("550 5.1.1 Unknown, id 77");
        assertThat(report.getList("byReason.rest")).isEmpty();
        assertAddsUp(report);
    }

    @Test
    void report_afterAPersonWasErased_countsThemAmongTheOthers() {
        long id = done(2);
        long subscription = rows.number("select min(subscription_id) from delivery where campaign_id = ?", id);

        editor().delete("/api/newsletters/" + newsroom.newsletter() + "/subscribers/" + subscription)
                .then()
                .statusCode(204);

        JsonPath report = report(id);
        assertThat(report.getInt("byDomain.items[0].recipients")).isEqualTo(1);
        assertThat(report.getInt("byDomain.rest.recipients")).isEqualTo(1);
        assertThat(report.getInt("byDomain.rest.counts.sent")).isEqualTo(1);
        assertAddsUp(report);
    }

    @Test
    void report_ofALaterCampaignOfTheIssue_isOfItsOwnRowsAlone() {
        done(3);
        long second = done(1);

        assertThat(report(second).getInt("counts.sent")).isEqualTo(1);
        assertAddsUp(report(second));
    }

    @Test
    void csv_hasALineForEachOfThem_andRunsNothing() {
        long id = bare(4);
        set(id, 0, 1, "state = 'BOUNCED', answered_at = '2026-11-18T10:02:00Z', bounce = 'HARD', reason = '=1+1'");
        String domain = newsroom.newsletter() + ".example";
        domain(id, 1, 2, "small.example");

        String csv = editor().get(path(id) + ".csv")
                .then()
                .statusCode(200)
                .contentType("text/csv;charset=UTF-8")
                .header("Content-Disposition", containsString("campaign-" + id + "-report.csv"))
                .header("Cache-Control", "no-store")
                .extract()
                .asString();

        assertThat(csv.replaceFirst("campaign,[^,]+", "campaign,ASOF").lines())
                .containsExactly(
                        "section,name,state,bounce,number,queued,sending,in_doubt,sent,delivered,bounced,complained,failed,"
                                + "skipped,cancelled",
                        "campaign,ASOF,,,4,0,0,0,3,0,1,0,0,0,0",
                        "time,2026-11-18T10:00:00Z,,,,,,,4,0,0,0,0,,",
                        "time,2026-11-18T10:02:00Z,,,,,,,0,0,1,0,0,,",
                        "domain," + domain + ",,,3,0,0,0,2,0,1,0,0,0,0",
                        "domain,small.example,,,1,0,0,0,1,0,0,0,0,0,0",
                        "other-domains,,,,0,0,0,0,0,0,0,0,0,0,0",
                        "reason,'=1+1,BOUNCED,HARD,1,,,,,,,,,,");
    }

    @Test
    void report_ofADroppedLedger_isKept_withoutWhatFewShare() {
        long id = bare(12);
        domain(id, 0, 6, "large.example");
        domain(id, 6, 10, "few.example");
        set(id, 0, 5, "state = 'BOUNCED', answered_at = now(), bounce = 'HARD', reason = '550 5.1.1 No ' || id");
        set(id, 5, 6, "state = 'BOUNCED', answered_at = now(), bounce = 'HARD', reason = '550 5.7.1 Ask Jane'");
        Map<String, Integer> counts = report(id).getMap("counts");

        drop();

        assertThat(rows.text("select to_regclass(?)", "delivery_" + issue(id))).isNull();
        JsonPath report = report(id);
        assertThat(report.getMap("counts")).isEqualTo(counts);
        assertThat(report.getList("byDomain.items.domain")).containsExactly("large.example");
        assertThat(report.getInt("byDomain.rest.recipients")).isEqualTo(6);
        assertThat(report.getList("byReason.items.words")).containsExactly("550 5.1.1 No …");
        assertThat(report.getList("byReason.rest.count")).containsExactly(1);
        assertAddsUp(report);
        assertThat(sum(report, "byTime.items.sent")).isEqualTo(12);
        editor().get(path(id) + ".csv").then().statusCode(200).body(containsString("domain,large.example,"));
    }

    @Test
    void report_ofALedgerThatWasDroppedBeforeReportsWereKept_isGone() {
        long id = done(1);
        drop();
        rows.run("delete from campaign_report where campaign_id = ?", id);

        for (String as : List.of("", ".csv")) {
            editor().get(path(id) + as)
                    .then()
                    .statusCode(410)
                    .contentType("application/problem+json")
                    .body("type", equalTo("ledger-dropped"));
        }
    }

    private void drop() {
        editor().delete("/api/newsletters/" + newsroom.newsletter() + "/issues/one/deliveries")
                .then()
                .statusCode(204);
    }

    /** One that is not counted while somebody waits. */
    private long large() {
        long id = bare(CampaignReports.FEW + 1);
        domain(id, 0, 1_000, "large.example");
        rows.run("update campaign_report set rest_until = 'epoch'");
        return id;
    }

    @Test
    void report_ofALargeCampaign_isMadeOnce_andNamesNothingThatFewShare() {
        long id = large();

        List<CompletableFuture<String>> asked = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> report(id).getString("asOf")))
                .toList();
        assertThat(asked.stream().map(CompletableFuture::join).distinct()).hasSize(1);

        JsonPath report = report(id);
        assertThat(report.getInt("counts.sent")).isEqualTo(1_001);
        assertThat(report.getList("byDomain.items.domain")).containsExactly("large.example");
        assertThat(report.getInt("byDomain.rest.recipients")).isEqualTo(1);
        assertAddsUp(report);
    }

    @Test
    void report_ofALargeCampaign_isMadeAnewInTheBackground_whereItsCountsHaveChanged() {
        long id = large();
        String first = report(id).getString("asOf");
        rows.run("update campaign_report set rest_until = 'epoch'");
        reports.refresh();
        assertThat(report(id).getString("asOf")).as("nothing has changed").isEqualTo(first);

        set(id, 0, 10, "state = 'DELIVERED', answered_at = now()");
        rows.run("update campaign_report set rest_until = '2100-01-01' where campaign_id = ?", id);
        reports.refresh();
        assertThat(report(id).getString("asOf")).as("too soon after the last").isEqualTo(first);

        rows.run("update campaign_report set rest_until = 'epoch'");
        awaitRefreshed(id, first);
        JsonPath report = report(id);
        assertThat(report.getInt("counts.delivered")).isEqualTo(10);
        assertAddsUp(report);
        assertThat(rows.text("select rest_until > made_at from campaign_report where campaign_id = ?", id))
                .isEqualTo("t");
    }

    /** Another test's large campaign may come first. */
    private void awaitRefreshed(long id, String first) {
        org.awaitility.Awaitility.await().untilAsserted(() -> {
            rows.run("update campaign_report set rest_until = 'epoch'");
            reports.refresh();
            assertThat(report(id).getString("asOf")).isNotEqualTo(first);
        });
    }

    @Test
    void droppingALedger_keepsTheReportOfItsLastCounts() {
        long id = large();
        report(id);
        set(id, 0, 10, "state = 'DELIVERED', answered_at = now()");

        drop();

        assertThat(report(id).getInt("counts.delivered")).isEqualTo(10);
        assertThat(stored.find(id)).isPresent();
        assertAddsUp(report(id));
    }

    @Test
    void report_needsTheScopeRead_ofThisNewsletter() {
        long id = done(1);
        for (String as : List.of("", ".csv")) {
            Tokens.with("read", newsroom.newsletter()).get(path(id) + as).then().statusCode(200);
            Tokens.with("write", newsroom.newsletter())
                    .get(path(id) + as)
                    .then()
                    .statusCode(403);
            Tokens.with("read", Api.newsletter()).get(path(id) + as).then().statusCode(404);
            RestAssured.given().get(path(id) + as).then().statusCode(401);
            editor().get(path(999_999_999) + as).then().statusCode(404);
        }
    }

    @Test
    void report_isDescribed() {
        RestAssured.given()
                .queryParam("format", "json")
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .body(
                        "paths.'/api/campaigns/{id}/report'.get.responses.'200'.content.'application/json'.schema.'$ref'",
                        equalTo("#/components/schemas/CampaignReport"))
                .body("paths", hasKey("/api/campaigns/{id}/report.csv"));
    }
}
