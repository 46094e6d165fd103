package dev.broadsheet.delivery;

import static dev.broadsheet.delivery.Newsroom.awaitState;
import static dev.broadsheet.delivery.Newsroom.campaign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.TestReaders;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Times to send that passed while nobody ran, where an editor is to decide about them. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
@TestProfile(MisfireTest.Hold.class)
class MisfireTest {

    public static class Hold implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("broadsheet.delivery.misfire", "hold");
        }
    }

    @Inject
    CampaignStart start;

    @Inject
    TestReaders readers;

    @Inject
    Rows rows;

    private Newsroom newsroom;

    @BeforeEach
    void newsroomOfItsOwn() {
        newsroom = new Newsroom();
        newsroom.publish("one");
        readers.active(newsroom.newsletter(), 2);
    }

    @Test
    void campaignThatIsTooLate_isHeld_andOneCallSendsIt() {
        long id = late("16 minutes");

        start.start(id);

        assertThat(campaign(id).getString("state")).isEqualTo("PAUSED");
        assertThat(campaign(id).getString("reason.code")).isEqualTo("misfired");
        assertThat(rows.texts("select kind || ' ' || code from alert where campaign_id = ?", id))
                .containsExactly("PAUSED misfired");
        start.start(id);
        assertThat(campaign(id).getString("state")).isEqualTo("PAUSED");
        Newsroom.post(id, "resume");
        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(2);
    }

    @Test
    void campaignThatIsALittleLate_starts() {
        long id = late("14 minutes");
        start.start(id);
        awaitState(id, "DONE");
    }

    @Test
    void scheduleThatIsTooLate_makesAPausedCampaign_andOneCallSendsIt() {
        ZonedDateTime missed = Instant.now().atZone(ZoneOffset.UTC).minus(Duration.ofHours(2));
        schedule(missed.getMinute() + " " + missed.getHour() + " * * *");
        timeCame("3 days"); // and the day before yesterday, and yesterday: all of them are one

        long id = awaitCampaign();
        assertThat(awaitState(id, "PAUSED").getString("reason.code")).isEqualTo("misfired");
        assertThat(rows.texts("select kind || ' ' || code from alert where newsletter_id = ?", newsletterId()))
                .containsExactly("PAUSED misfired");
        Newsroom.post(id, "resume");
        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(2);
        assertThat(campaigns()).hasSize(1);
    }

    @Test
    void scheduleOfWhichALaterTimeIsRecent_isSent() {
        schedule("*/5 * * * *");
        timeCame("3 hours");
        awaitState(awaitCampaign(), "DONE");
    }

    /** One that nothing starts but the test. */
    private long late(String by) {
        long id = newsroom.start("one", "{\"sendAt\": \"2100-01-01T10:00:00Z\"}");
        rows.run("update campaign set send_at = now() - ?::interval where id = ?", by, id);
        return id;
    }

    private void schedule(String cron) {
        newsroom.settings("\"schedule\": \"" + cron + "\"");
    }

    private void timeCame(String ago) {
        rows.run(
                "update newsletter_schedule set next_run = now() - ?::interval where newsletter_id = ?",
                ago,
                newsletterId());
    }

    private long awaitCampaign() {
        await().atMost(Duration.ofSeconds(20)).until(() -> campaigns().size() == 1);
        return Long.parseLong(campaigns().get(0));
    }

    private List<String> campaigns() {
        return rows.texts("select id from campaign where newsletter_id = ?", newsletterId());
    }

    private long newsletterId() {
        return rows.number("select id from newsletter where slug = ?", newsroom.newsletter());
    }
}
