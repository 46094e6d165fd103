package dev.broadsheet.delivery;

import static dev.broadsheet.Api.editor;
import static dev.broadsheet.delivery.Newsroom.awaitState;
import static dev.broadsheet.delivery.Newsroom.campaign;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.broadsheet.TestDatabase;
import dev.broadsheet.TestReaders;
import dev.broadsheet.mail.Outcome;
import dev.broadsheet.mail.Recipient;
import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a start under other circumstances, and a dead node, leave behind. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class CampaignWatchTest {

    @Inject
    CampaignWatch watch;

    @Inject
    Contact contact;

    @Inject
    IdleCampaigns idle;

    @Inject
    CampaignStart start;

    @Inject
    Claims claims;

    @Inject
    ClaimExpiry expiry;

    @Inject
    TestReaders readers;

    @Inject
    Marks marks;

    @Inject
    DeliveryConfig config;

    @Inject
    LedgerReview review;

    @Inject
    Ledger ledger;

    @Inject
    AgroalDataSource database;

    private Newsroom newsroom;

    @BeforeEach
    void newsroomOfItsOwn() {
        newsroom = new Newsroom();
        newsroom.publish("one");
    }

    @ParameterizedTest
    @CsvSource({
        "transport = 'smtp',                   transport-changed",
        "base_url = 'https://old.example.org', base-url-changed"
    })
    void startUnderOtherCircumstances_pausesWhatWasPlannedBefore_andResumePlansItAnew(String before, String reason) {
        readers.active(newsroom.newsletter(), 2);
        long id = newsroom.start("one", "{\"sendAt\": \"2100-01-01T10:00:00Z\"}");
        sql("update campaign set " + before + " where id = " + id);

        watch.start(new StartupEvent());

        assertThat(campaign(id).getString("state")).isEqualTo("PAUSED");
        assertThat(campaign(id).getString("reason.code")).isEqualTo(reason);
        editor().post("/api/campaigns/" + id + "/resume").then().statusCode(200);
        watch.start(new StartupEvent());
        assertThat(campaign(id).getString("state")).isEqualTo("SCHEDULED");
    }

    @Test
    void claimOfADeadNode_isGivenUpByItsMarks() {
        readers.active(newsroom.newsletter(), 6);
        long id = newsroom.start("one", "{\"sendAt\": \"2100-01-01T10:00:00Z\"}");
        Campaign campaign = idle.started(id);
        Claim claim = QuarkusTransaction.requiringNew().call(() -> claims.claim(campaign, 0, 6, Duration.ofMillis(1)));
        assertThat(claim.rows()).hasSize(6);
        sql("update campaign set state = 'SENDING' where id = " + id);
        sql("update delivery_claim set lease_until = now() + interval '1 minute' where id = " + claim.id());
        BitSet sent = BitSet.valueOf(new long[] {0b000001});
        BitSet inHand = BitSet.valueOf(new long[] {0b000110});
        assertThat(marks.write(claim, sent, inHand, null).join()).isTrue();
        sql("update campaign set state = 'PAUSED' where id = " + id);
        assertThat(marks.write(claim, sent, inHand, null).join())
                .as("a paused campaign hands nothing more over")
                .isFalse();
        sql("update campaign set state = 'SENDING' where id = " + id);
        sql("update delivery_claim set closed = true where id = " + claim.id());
        assertThat(marks.write(claim, sent, inHand, null).join())
                .as("nor does a claim with somebody erased")
                .isFalse();
        sql("update delivery_claim set closed = false, lease_until = now() - interval '1 second' where id = "
                + claim.id());
        assertThat(marks.write(claim, sent, inHand, null).join())
                .as("nor one whose lease has ended")
                .isFalse();
        sql("update campaign set state = 'PAUSED' where id = " + id);

        QuarkusTransaction.requiringNew().call(expiry::expire);

        assertThat(campaign(id).getInt("counts.queued")).isEqualTo(3);
        assertThat(campaign(id).getInt("counts.inDoubt")).isEqualTo(2);
        assertThat(campaign(id).getInt("counts.sent")).isEqualTo(1);

        // what was sent all the same is a fact, also when it comes late
        int doubled = QuarkusTransaction.requiringNew()
                .call(() -> claims.record(
                        claim,
                        claim.rows().stream()
                                .map(row ->
                                        new Claims.Result(row.deliveryId(), DeliveryState.SENT, null, null, null, true))
                                .toList()));
        assertThat(doubled).isZero();
        assertThat(campaign(id).getInt("counts.sent")).isEqualTo(6);
        assertThat(campaign(id).getInt("counts.queued")).isZero();
        sql("update campaign set state = 'SENDING' where id = " + id);
        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(6);
    }

    @Test
    void afterTheDatabaseWasAway_claimsAreGivenUpOnlyWhenALeaseHasPassed() {
        readers.active(newsroom.newsletter(), 2);
        long id = newsroom.start("one", "{\"sendAt\": \"2100-01-01T10:00:00Z\"}");
        Campaign campaign = idle.started(id);
        contact.lost();
        Claim claim = QuarkusTransaction.requiringNew().call(() -> claims.claim(campaign, 0, 2, Duration.ofMinutes(1)));
        assertThat(claim.rows()).hasSize(2);
        sql("update delivery_claim set lease_until = now() - interval '1 second' where id = " + claim.id());

        watch.look();

        assertThat(text("select count(*) from delivery_claim where id = " + claim.id()))
                .isEqualTo("1");
        // the outbox's lease is ten seconds
        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(2);
    }

    @Test
    void issueThatIsWithdrawnBesidePlanning_isNotSent() {
        readers.active(newsroom.newsletter(), 2);
        long id = newsroom.start("one", "{\"sendAt\": \"2100-01-01T10:00:00Z\"}");
        sql("update issue set state = 'WITHDRAWN', withdrawn_at = now()"
                + " where id = (select issue_id from campaign where id = " + id + ")");
        sql("update campaign set send_at = now() where id = " + id);

        start.start(id);

        assertThat(campaign(id).getString("state")).isEqualTo("PAUSED");
        assertThat(campaign(id).getString("reason.code")).isEqualTo("issue-withdrawn");
        assertThat(campaign(id).getString("recipients")).isNull();
        newsroom.publish("one");
        Newsroom.post(id, "resume");
        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(2);
    }

    @Test
    void campaignThatIsPlannedWhileItsIssueIsWithdrawn_isRefused() throws Exception {
        try (var connection = database.getConnection();
                var withdrawing = connection.createStatement()) {
            connection.setAutoCommit(false);
            withdrawing.execute("set local idle_in_transaction_session_timeout = 0");
            withdrawing.execute("update issue set state = 'WITHDRAWN', withdrawn_at = now() where newsletter_id ="
                    + " (select id from newsletter where slug = '" + newsroom.newsletter() + "')");
            CompletableFuture<Integer> planned =
                    CompletableFuture.supplyAsync(() -> editor().contentType("application/json")
                            .header("Idempotency-Key", "k")
                            .body("{}")
                            .post("/api/newsletters/" + newsroom.newsletter() + "/issues/one/campaigns")
                            .statusCode());
            awaitSomebodyWaiting("issue");
            connection.commit();
            assertThat(planned.get()).isEqualTo(409);
        }
    }

    @Test
    void pauseWhileTheRecipientsAreFrozen_isFeltAtOnce_andResumeFreezesThemAnew() throws Exception {
        long reader = readers.active(newsroom.newsletter(), 2).get(0);
        long id = newsroom.start("one", "{\"sendAt\": \"2100-01-01T10:00:00Z\"}");
        ledger.ensurePartition(Long.parseLong(text("select issue_id from campaign where id = " + id)));
        sql("update campaign set send_at = now() where id = " + id);
        try (var connection = database.getConnection();
                var other = connection.createStatement()) {
            connection.setAutoCommit(false);
            other.execute("set local idle_in_transaction_session_timeout = 0");
            // another campaign of the issue that takes long
            other.execute("insert into delivery (issue_id, campaign_id, subscription_id, lane, state, updated_at)"
                    + " select issue_id, -1, " + reader + ", 0, 'QUEUED', now() from campaign where id = " + id);
            CompletableFuture<Void> starting = CompletableFuture.runAsync(() -> start.start(id));
            awaitSomebodyWaiting("insert into delivery");

            Newsroom.post(id, "pause");

            assertThat(campaign(id).getString("state")).isEqualTo("PAUSED");
            connection.rollback();
            starting.get();
        }
        assertThat(campaign(id).getString("state")).isEqualTo("PAUSED");
        assertThat(campaign(id).getString("recipients")).isNull();
        Newsroom.post(id, "resume");
        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(2);
    }

    @Test
    void campaignThatSomebodyElseHoldsForLong_isBusy() throws Exception {
        long id = newsroom.start("one", "{\"sendAt\": \"2100-01-01T10:00:00Z\"}");
        try (var connection = database.getConnection();
                var holder = connection.createStatement()) {
            connection.setAutoCommit(false);
            holder.execute("set local idle_in_transaction_session_timeout = 0");
            holder.execute("select 1 from campaign where id = " + id + " for update");

            editor().post("/api/campaigns/" + id + "/pause")
                    .then()
                    .statusCode(503)
                    .header("Retry-After", "5")
                    .body("type", equalTo("busy"));

            connection.rollback();
        }
        Newsroom.post(id, "pause");
        Newsroom.post(id, "cancel");
    }

    @Test
    void countersAndRows_areComparedAtOneMoment() throws Exception {
        readers.active(newsroom.newsletter(), 20);
        long id = newsroom.start("one", "{}");
        awaitState(id, "DONE");
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> feedback = CompletableFuture.runAsync(() -> {
            while (!over.get()) {
                move(id, "SENT", "DELIVERED");
                move(id, "DELIVERED", "SENT");
            }
        });
        try {
            for (int i = 0; i < 300; i++) {
                LedgerReview.Tally tally =
                        QuarkusTransaction.requiringNew().call(() -> review.tally(Campaign.<Campaign>findById(id)));
                assertThat(tally.agrees(20L)).as(tally.toString()).isTrue();
            }
        } finally {
            over.set(true);
            feedback.get();
        }
    }

    /** All rows, and their counters, in one transaction, as the provider's events do. */
    private void move(long id, String from, String to) {
        QuarkusTransaction.requiringNew().run(() -> {
            try (var connection = database.getConnection();
                    var update = connection.createStatement()) {
                update.execute("update delivery set state = '" + to + "' where campaign_id = " + id + " and state = '"
                        + from + "'");
                update.execute("update lane_count set " + to + " = " + to + " + " + from + ", " + from
                        + " = 0 where campaign_id = " + id);
            } catch (java.sql.SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** @param what of its statement */
    private void awaitSomebodyWaiting(String what) {
        await().atMost(8, SECONDS)
                .until(() -> text("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                                + " and datname = current_database() and query like '%" + what + "%'")
                        .equals("1"));
    }

    @Test
    void answerUnderOneClaim_isCommittedWithTheNextMarkUnderAnother() {
        readers.active(newsroom.newsletter(), 4);
        long id = newsroom.start("one", "{\"sendAt\": \"2100-01-01T10:00:00Z\"}");
        Campaign campaign = idle.started(id);
        Claim one = QuarkusTransaction.requiringNew().call(() -> claims.claim(campaign, 0, 2, Duration.ofMinutes(1)));
        Claim other = QuarkusTransaction.requiringNew().call(() -> claims.claim(campaign, 0, 2, Duration.ofMinutes(1)));
        BitSet first = BitSet.valueOf(new long[] {1});

        assertThat(marks.write(one, new BitSet(), first, null).join()).isTrue();
        marks.note(one, first, new BitSet(), null);
        assertThat(marks.write(other, new BitSet(), first, null).join()).isTrue();
        sql("update campaign set state = 'PAUSED' where id = " + id);
        sql("update delivery_claim set lease_until = now() - interval '1 second' where campaign_id = " + id);
        QuarkusTransaction.requiringNew().call(expiry::expire);

        assertThat(campaign(id).getInt("counts.sent")).isEqualTo(1);
        assertThat(campaign(id).getInt("counts.inDoubt")).isEqualTo(1);
        sql("update campaign set state = 'SENDING' where id = " + id);
        marks.forget(one);
        marks.forget(other);
        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(4);
    }

    @Test
    void messageThatTurnsOutToBeSentAfterItWasGivenUp_isSent_andItsReaderIsNotMailedAgain() {
        readers.active(newsroom.newsletter(), 2);
        long id = newsroom.start("one", "{\"sendAt\": \"2100-01-01T10:00:00Z\"}");
        Campaign campaign = idle.started(id);
        Claim claim = QuarkusTransaction.requiringNew().call(() -> claims.claim(campaign, 0, 1, Duration.ofMinutes(1)));
        sql("update delivery_claim set lease_until = now() - interval '1 second' where id = " + claim.id());
        QuarkusTransaction.requiringNew().call(expiry::expire);
        Newsroom.post(id, "cancel");
        assertThat(campaign(id).getInt("counts.cancelled")).isEqualTo(2);

        QuarkusTransaction.requiringNew().call(() -> claims.record(claim, sent(claim)));

        assertThat(campaign(id).getInt("counts.sent")).isEqualTo(1);
        assertThat(campaign(id).getInt("counts.cancelled")).isEqualTo(1);
        long later = newsroom.start("one", "{}");
        assertThat(awaitState(later, "DONE").getInt("recipients")).isEqualTo(1);
    }

    @Test
    void secondRequestOfAClaim_leavesTheFirstsNameWithWhatIsInDoubtOfIt() {
        readers.active(newsroom.newsletter(), 4);
        long id = newsroom.start("one", "{\"sendAt\": \"2100-01-01T10:00:00Z\"}");
        Campaign campaign = idle.started(id);
        Claim claim =
                QuarkusTransaction.requiringNew().call(() -> claims.claim(campaign, 0, 4, Duration.ofMinutes(30)));
        HandoverLog log = new HandoverLog(marks, claims, config, Clock.systemUTC(), claim, () -> false);
        List<Recipient> all = claim.rows().stream()
                .map(row -> new Recipient(
                        HandoverLog.id(claim, row.deliveryId()),
                        row.email(),
                        null,
                        "id@example.org",
                        Map.of(),
                        Map.of(),
                        Map.of()))
                .toList();

        assertThat(log.mark(all.subList(0, 2), "first")).isTrue();
        all.subList(0, 2).forEach(recipient -> log.outcome(recipient, new Outcome.InDoubt("no answer")));
        assertThat(log.mark(all.subList(2, 4), "second")).isTrue();
        // the node dies here
        sql("update campaign set state = 'PAUSED' where id = " + id);
        sql("update delivery_claim set lease_until = now() - interval '1 second' where id = " + claim.id());
        QuarkusTransaction.requiringNew().call(expiry::expire);
        marks.forget(claim);

        assertThat(text("select string_agg(request_id, ' ' order by id) from delivery where state = 'IN_DOUBT'"
                        + " and campaign_id = " + id))
                .isEqualTo("first first second second");
        Newsroom.post(id, "cancel");
    }

    @Test
    void nodeUnderAnotherTransport_claimsNothing() {
        readers.active(newsroom.newsletter(), 2);
        long id = newsroom.start("one", "{\"sendAt\": \"2090-01-01T10:00:00Z\"}");
        Campaign campaign = idle.started(id);
        campaign.transport = "sendgrid";
        assertThat(QuarkusTransaction.requiringNew()
                        .call(() -> claims.claim(campaign, 0, 6, Duration.ofMinutes(1)))
                        .rows())
                .isEmpty();
    }

    @Test
    void messageInDoubtAgainAndAgain_isLeftToAnEditor_whoseIssueMustStillBePublished() {
        readers.active(newsroom.newsletter(), 1);
        long id = newsroom.start("one", "{\"sendAt\": \"2090-01-01T10:00:00Z\"}");
        idle.inDoubt(id, 1, null, 3);

        watch.look();

        assertThat(campaign(id).getString("state")).isEqualTo("PAUSED");
        assertThat(campaign(id).getString("reason.code")).isEqualTo("in-doubt");
        editor().post("/api/newsletters/" + newsroom.newsletter() + "/issues/one/withdraw")
                .then()
                .statusCode(200);
        editor().contentType("application/json")
                .body("{\"as\": \"RESEND\"}")
                .post("/api/campaigns/" + id + "/settle")
                .then()
                .statusCode(200);
        assertThat(campaign(id).getString("state")).isEqualTo("PAUSED");
        assertThat(campaign(id).getString("reason.code")).isEqualTo("issue-withdrawn");
        assertThat(campaign(id).getInt("counts.queued")).isEqualTo(1);
        editor().post("/api/campaigns/" + id + "/retry").then().statusCode(409);
    }

    private static List<Claims.Result> sent(Claim claim) {
        return claim.rows().stream()
                .map(row -> new Claims.Result(row.deliveryId(), DeliveryState.SENT, null, null, null, true))
                .toList();
    }

    private String text(String select) {
        return QuarkusTransaction.requiringNew().call(() -> {
            try (var connection = database.getConnection();
                    var statement = connection.createStatement();
                    var row = statement.executeQuery(select)) {
                row.next();
                return row.getString(1);
            }
        });
    }

    private void sql(String statement) {
        QuarkusTransaction.requiringNew().run(() -> {
            try (var connection = database.getConnection();
                    var update = connection.createStatement()) {
                update.execute(statement);
            } catch (java.sql.SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
