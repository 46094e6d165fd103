package dev.broadsheet.delivery;

import static dev.broadsheet.delivery.Newsroom.awaitState;
import static dev.broadsheet.delivery.Newsroom.campaign;
import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.TestReaders;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An installation that starts its campaigns paused, and gives up what is in doubt. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
@TestProfile(StandbyTest.Standby.class)
class StandbyTest {

    public static class Standby implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("broadsheet.delivery.start", "paused", "broadsheet.delivery.in-doubt", "skip");
        }
    }

    @Inject
    CampaignWatch watch;

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
    void cleanCanary_isStartedPausedToo_andDoesNotGoOnByItself() {
        readers.active(newsroom.newsletter(), 4);
        long id = newsroom.start("one", "{\"canary\": {\"size\": 2, \"then\": \"CLEAN_FOR\"}}");
        assertThat(campaign(id).getString("reason.code")).isEqualTo("start-paused");
        Newsroom.post(id, "resume");
        assertThat(awaitState(id, "PAUSED").getString("reason.code")).isEqualTo("CANARY");

        watch.start(new StartupEvent());

        assertThat(campaign(id).getString("reason.code")).isEqualTo("start-paused");
        assertThat(campaign(id).getString("canary.state")).isEqualTo("WAITING");
        rows.run("update campaign set reason_since = now() - interval '1 day' where id = ?", id);
        watch.look();
        assertThat(campaign(id).getInt("counts.sent")).isEqualTo(2);
        Newsroom.post(id, "resume");
        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(4);
    }

    @Test
    void whatIsInDoubt_isGivenUpHoweverOftenItWas_andNoLaterCampaignSendsIt() {
        readers.active(newsroom.newsletter(), 2);
        long id = newsroom.start("one", "{}");
        idle.inDoubt(id, 2, "sendgrid", 5);

        watch.look();

        assertThat(awaitState(id, "DONE").getInt("counts.skipped")).isEqualTo(2);
        long later = newsroom.start("one", "{}");
        Newsroom.post(later, "resume");
        assertThat(awaitState(later, "DONE").getInt("recipients")).isZero();
    }
}
