package dev.broadsheet.delivery;

import static dev.broadsheet.Api.editor;
import static dev.broadsheet.delivery.Newsroom.awaitState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.broadsheet.Readers;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.TestReaders;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A newsletter that is sent by its schedule. Its time comes by moving the row that holds it. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class NewsletterScheduleTest {

    @Inject
    ScheduleWatch watch;

    @Inject
    TestReaders readers;

    @Inject
    Rows rows;

    private Newsroom newsroom;
    private String editor;

    @BeforeEach
    void newsletterOfItsOwn() {
        newsroom = new Newsroom();
        editor = Readers.address();
        readers.active(newsroom.newsletter(), 2);
        schedule("0 18 * * 3");
    }

    @Test
    void itsTime_sendsTheNewestIssueOnce_howeverManyLook() {
        issue("older", "2026-11-11");
        issue("newer", "2026-11-18");
        newsroom.put("draft", source("2026-11-25"));

        timeComes("1 minute");
        CompletableFuture.allOf(Stream.generate(() -> CompletableFuture.runAsync(watch::look))
                        .limit(4)
                        .toArray(CompletableFuture[]::new))
                .join();

        List<Long> made = awaitCampaigns(1);
        assertThat(awaitState(made.get(0), "DONE").getString("issue")).isEqualTo("newer");
        assertThat(Newsroom.campaign(made.get(0)).getInt("counts.sent")).isEqualTo(2);
        assertThat(nextRun()).isAfter(Instant.now()).isBefore(Instant.now().plus(Duration.ofDays(7)));
        watch.look();
        assertThat(campaigns()).hasSize(1);

        // what is left is older than the last that was sent
        timeComes("1 minute");
        awaitNotSent("no-issue");
        assertThat(campaigns()).hasSize(1);
        assertThat(rows.texts(
                        "select action from audit_entry where newsletter = ? and action = 'campaign.create'",
                        newsroom.newsletter()))
                .as("the house leaves nothing in the editors' trail")
                .isEmpty();
    }

    @Test
    void severalMissedTimes_areOneLateSending() {
        issue("one", "2026-11-18");
        schedule("0 * * * *");
        timeComes("3 days");
        List<Long> made = awaitCampaigns(1);
        awaitState(made.get(0), "DONE");
        watch.look();
        assertThat(campaigns()).hasSize(1);
        assertThat(rows.number("select count(*) from alert where newsletter_id = ? and kind = 'NOT_SENT'", id()))
                .isZero();
    }

    @Test
    void noIssue_isToldWithTheTimeAndTheCall() {
        timeComes("1 minute");
        awaitNotSent("no-issue");
        await().until(() -> !rows.texts("select 1 from single_mail where recipient = ?", editor)
                .isEmpty());
        assertThat(rows.text(
                                "select c.message ->> 'text' from single_mail m join single_mail_content c on c.id = m.content_id"
                                        + " where m.recipient = ?",
                                editor)
                        .replace('\n', ' '))
                .contains("No published issue is newer than the last one that was sent.")
                .contains("/api/newsletters/" + newsroom.newsletter() + "/issues/ISSUE/campaigns");
        assertThat(campaigns()).isEmpty();
        assertThat(nextRun()).isAfter(Instant.now());
    }

    @Test
    void issueWithOpenFindings_isNotSent_andTheEditorsHearWhy() {
        newsroom.put("one", source("2026-11-18") + "\n[Talk about it](DISCUSSION_LINK_HERE)\n");
        newsroom.publish("one");
        timeComes("1 minute");
        awaitNotSent("findings-open");
        assertThat(rows.text("select reason from alert where newsletter_id = ?", id()))
                .startsWith("one: Preflight found");
        assertThat(campaigns()).isEmpty();
        assertThat(nextRun()).isAfter(Instant.now());
    }

    @Test
    void newerIssueThatWasSentAndWithdrawn_keepsOlderOnesFromBeingSent() {
        issue("newer", "2026-11-18");
        awaitState(newsroom.start("newer", "{}"), "DONE");
        newsroom.withdraw("newer");
        issue("older", "2026-11-11");
        timeComes("1 minute");
        awaitNotSent("no-issue");
        assertThat(campaigns()).hasSize(1);
    }

    @Test
    void issueThatIsPlannedByHand_isLeftAlone_andOneWhosePlanWasCancelledIsSent() {
        issue("one", "2026-11-18");
        long byHand = newsroom.start("one", "{\"sendAt\": \"2100-01-01T10:00:00Z\"}");
        timeComes("1 minute");
        awaitNotSent("no-issue");
        assertThat(campaigns()).containsExactly(byHand);

        Newsroom.post(byHand, "cancel");
        timeComes("1 minute");
        awaitState(awaitCampaigns(2).get(1), "DONE");
    }

    @Test
    void anotherScheduleZoneOrNone_countsAtOnce() {
        issue("one", "2026-11-18");
        Instant before = nextRun();
        newsroom.settings("\"schedule\": \"0 18 * * 3\", \"timeZone\": \"America/New_York\"");
        assertThat(Duration.between(before, nextRun()).toHours() % (7 * 24)).isIn(4L, 5L, 5L - 7 * 24, 4L - 7 * 24);
        timeComes("1 minute");
        newsroom.settings(
                "\"schedule\": \"0 18 * * 3\", \"timeZone\": \"Asia/Tokyo\""); // before anybody looked, or after
        long made = campaigns().size();
        newsroom.settings("\"schedule\": null");
        assertThat(rows.number("select count(*) from newsletter_schedule where newsletter_id = ?", id()))
                .isZero();
        watch.look();
        assertThat(campaigns()).hasSize((int) made);
    }

    @Test
    void scheduleFromBeforeItWasKept_countsFromNowOn() {
        issue("one", "2026-11-18");
        rows.run("update newsletter_schedule set next_run = null where newsletter_id = ?", id());
        await().until(() -> !rows.texts(
                        "select 1 from newsletter_schedule where newsletter_id = ? and next_run > now()", id())
                .isEmpty());
        assertThat(campaigns()).isEmpty();
    }

    @Test
    void sendAt_isByTheNewslettersClock_alsoWhereItIsChanged() {
        newsroom.settings("\"timeZone\": \"Europe/Berlin\"");
        issue("one", "2026-11-18");
        long id = newsroom.start("one", "{\"sendAt\": \"2027-03-28T02:30:00\"}"); // does not exist
        assertThat(Newsroom.campaign(id).getString("sendAt")).isEqualTo("2027-03-28T01:00:00Z");
        editor().contentType("application/json")
                .body("{\"sendAt\": \"2027-10-31T02:30:00\"}") // exists twice
                .patch("/api/campaigns/" + id)
                .then()
                .statusCode(200);
        assertThat(Newsroom.campaign(id).getString("sendAt")).isEqualTo("2027-10-31T00:30:00Z");
        Newsroom.post(id, "cancel");
    }

    private void schedule(String cron) {
        newsroom.settings("\"schedule\": \"" + cron + "\", \"alertEmails\": [\"" + editor + "\"]");
    }

    private void issue(String slug, String date) {
        newsroom.put(slug, source(date));
        newsroom.publish(slug);
    }

    private static String source(String date) {
        return "Title: Issue\nDate: " + date + "\n\n## News\n\n* [A](https://example.org/a)\n";
    }

    private void timeComes(String ago) {
        rows.run("update newsletter_schedule set next_run = now() - ?::interval where newsletter_id = ?", ago, id());
    }

    private Instant nextRun() {
        return rows
                .texts(
                        "select to_char(next_run at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
                                + " from newsletter_schedule where newsletter_id = ?",
                        id())
                .stream()
                .map(Instant::parse)
                .findFirst()
                .orElseThrow();
    }

    private List<Long> awaitCampaigns(int howMany) {
        await().atMost(Duration.ofSeconds(20)).until(() -> campaigns().size() == howMany);
        return campaigns();
    }

    private List<Long> campaigns() {
        return rows.texts("select id from campaign where newsletter_id = ? order by id", id()).stream()
                .map(Long::valueOf)
                .toList();
    }

    private void awaitNotSent(String code) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> rows.number(
                                "select count(*) from alert where newsletter_id = ? and kind = 'NOT_SENT' and code = ?",
                                id(),
                                code)
                        == 1);
    }

    private long id() {
        return rows.number("select id from newsletter where slug = ?", newsroom.newsletter());
    }
}
