package dev.broadsheet.delivery;

import static dev.broadsheet.Api.editor;
import static dev.broadsheet.delivery.Newsroom.awaitState;
import static dev.broadsheet.delivery.Newsroom.campaign;
import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.TestReaders;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of messages that were perhaps handed over, where nobody set a policy. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class InDoubtTest {

    private static final String LATER = "{\"sendAt\": \"2090-01-01T10:00:00Z\"}";

    @Inject
    CampaignWatch watch;

    @Inject
    Claims claims;

    @Inject
    ClaimExpiry expiry;

    @Inject
    Marks marks;

    @Inject
    IdleCampaigns idle;

    @Inject
    TestReaders readers;

    @Inject
    Rows rows;

    private Newsroom newsroom;

    @BeforeEach
    void newsroomOfItsOwn() {
        newsroom = new Newsroom();
        newsroom.publish("one");
    }

    @Test
    void whatWasHandedOverToSendGrid_isHeld_thoughMailGoesAnotherWayByNow() {
        long id = inDoubt(3, 2, "sendgrid", 1);

        watch.look();

        JsonPath held = awaitState(id, "PAUSED");
        assertThat(held.getString("reason.code")).isEqualTo("in-doubt");
        assertThat(held.getInt("counts.inDoubt")).isEqualTo(2);
        assertThat(held.getInt("counts.sent")).as("who is not in doubt").isEqualTo(1);
        settle(id, "RESEND");
        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(3);
        assertThat(rows.texts("select distinct doubts from delivery where campaign_id = ?", id))
                .as("an editor decided")
                .containsExactly("0");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"smtp", "-"})
    void whatWasHandedOverToARelay_isSentAgain_howeverOftenItWasPutOffBefore(String over) {
        long id = inDoubt(2, 2, over, 2);

        watch.look();

        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(2);
    }

    @Test
    void whatEndedInDoubtThreeTimes_waitsForAnEditor() {
        long id = inDoubt(1, 1, "smtp", 3);

        watch.look();

        assertThat(awaitState(id, "PAUSED").getString("reason.code")).isEqualTo("in-doubt");
        settle(id, "SENT");
        assertThat(campaign(id).getString("state")).isEqualTo("DONE");
    }

    @Test
    void claimThatEndsInDoubt_keepsWhomItWasHandedOverTo_andCountsTheDoubt() {
        readers.active(newsroom.newsletter(), 3);
        long id = newsroom.start("one", LATER);
        Campaign campaign = idle.started(id);
        Claim claim = QuarkusTransaction.requiringNew().call(() -> claims.claim(campaign, 0, 3, Duration.ofMinutes(1)));
        QuarkusTransaction.requiringNew()
                .run(() -> claims.record(
                        claim,
                        List.of(new Claims.Result(
                                claim.rows().get(0).deliveryId(),
                                DeliveryState.IN_DOUBT,
                                null,
                                null,
                                "no answer",
                                true))));
        BitSet second = BitSet.valueOf(new long[] {0b010});
        assertThat(marks.write(claim, new BitSet(), second, null).join()).isTrue();
        marks.forget(claim);
        // the node dies, and the campaign is resumed under another transport
        rows.run("update campaign set state = 'PAUSED', transport = 'smtp' where id = ?", id);
        rows.run("update delivery_claim set lease_until = now() - interval '1 second' where id = ?", claim.id());
        QuarkusTransaction.requiringNew().call(expiry::expire);

        assertThat(rows.texts(
                        "select state || ' ' || doubts || ' ' || coalesce(in_doubt_over, '-') from delivery"
                                + " where campaign_id = ? order by id",
                        id))
                .containsExactly("IN_DOUBT 1 outbox", "IN_DOUBT 1 outbox", "QUEUED 0 -");
        Newsroom.post(id, "cancel");
        settle(id, "SENT");
    }

    @Test
    void whoWasSkippedInDoubt_isNotSentTheIssueByALaterCampaign() {
        long id = inDoubt(2, 1, "sendgrid", 1);
        awaitState(id, "PAUSED");

        settle(id, "SKIP");

        assertThat(awaitState(id, "DONE").getInt("counts.skipped")).isEqualTo(1);
        assertThat(dryRun()).isZero();
        assertThat(awaitState(newsroom.start("one", "{}"), "DONE").getInt("recipients"))
                .isZero();
    }

    @Test
    void whoLeftAfterADoubt_isNotSentTheIssueByALaterCampaignWhenTheyAreBack() {
        long reader = readers.active(newsroom.newsletter(), 1).get(0);
        long id = newsroom.start("one", LATER);
        idle.inDoubt(id, 1, "sendgrid", 1);
        awaitState(id, "PAUSED");
        queueAgain(id);
        readers.unsubscribe(reader);

        Newsroom.post(id, "resume");

        assertThat(awaitState(id, "DONE").getInt("counts.skipped")).isEqualTo(1);
        rows.run("update subscription set state = 'ACTIVE' where id = ?", reader);
        assertThat(dryRun()).isZero();
    }

    @Test
    void cancelling_leavesThoseInDoubtWhoPerhapsHaveIt_andAnEditorDecides() {
        long id = inDoubt(3, 2, "sendgrid", 1);
        awaitState(id, "PAUSED");
        queueAgain(id);

        Newsroom.post(id, "cancel");

        assertThat(campaign(id).getInt("counts.sent")).isEqualTo(1);
        assertThat(campaign(id).getInt("counts.inDoubt")).isEqualTo(2);
        assertThat(dryRun()).isZero();
        settle(id, "RESEND");
        assertThat(campaign(id).getInt("counts.cancelled")).isEqualTo(2);
        assertThat(dryRun()).isEqualTo(2);
    }

    /** As the policy does. */
    private void queueAgain(long id) {
        rows.run(
                "update delivery set state = 'QUEUED', due_at = now() where state = 'IN_DOUBT' and campaign_id = ?",
                id);
        idle.recount(id);
    }

    @Test
    void retryOfACancelledCampaign_leavesWhatFailedToALaterOne() {
        readers.active(newsroom.newsletter(), 3);
        long id = newsroom.start("one", LATER);
        idle.started(id);
        rows.run("update campaign set state = 'PAUSED' where id = ?", id);
        rows.run(
                "update delivery set state = 'FAILED' where id = (select min(id) from delivery where campaign_id = ?)",
                id);
        idle.recount(id);
        Newsroom.post(id, "cancel");
        assertThat(dryRun()).isEqualTo(2);

        Newsroom.post(id, "retry");

        assertThat(campaign(id).getString("state")).isEqualTo("CANCELLED");
        assertThat(campaign(id).getInt("counts.failed")).isZero();
        assertThat(campaign(id).getInt("counts.cancelled")).isEqualTo(3);
        assertThat(awaitState(newsroom.start("one", "{}"), "DONE").getInt("counts.sent"))
                .isEqualTo(3);
    }

    private long inDoubt(int howManyReaders, int howManyInDoubt, String over, int doubts) {
        readers.active(newsroom.newsletter(), howManyReaders);
        long id = newsroom.start("one", LATER);
        idle.inDoubt(id, howManyInDoubt, over, doubts);
        return id;
    }

    /** @return whom a campaign would reach now */
    private int dryRun() {
        return editor().contentType("application/json")
                .body("{}")
                .post("/api/newsletters/" + newsroom.newsletter() + "/issues/one/campaigns?dryRun=true")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getInt("recipients");
    }

    private static void settle(long id, String as) {
        editor().contentType("application/json")
                .body("{\"as\": \"" + as + "\"}")
                .post("/api/campaigns/" + id + "/settle")
                .then()
                .statusCode(200);
    }
}
