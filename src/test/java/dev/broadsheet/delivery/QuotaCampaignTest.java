package dev.broadsheet.delivery;

import static dev.broadsheet.Api.editor;
import static dev.broadsheet.delivery.Newsroom.awaitState;
import static dev.broadsheet.delivery.Newsroom.campaign;
import static java.util.concurrent.TimeUnit.SECONDS;
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
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A campaign under a limit of an hour. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
@TestProfile(QuotaCampaignTest.FiveAnHour.class)
class QuotaCampaignTest {

    public static class FiveAnHour implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("broadsheet.delivery.per-hour", "5");
        }
    }

    @Inject
    TestReaders readers;

    @Inject
    Rows rows;

    @Test
    void campaign_sendsWhatTheHourAllows_andGoesOnInTheNext() {
        rows.run("delete from sent_minute");
        Newsroom newsroom = new Newsroom();
        readers.active(newsroom.newsletter(), 8);
        newsroom.publish("one");

        long id = newsroom.start("one", "{}");
        await().atMost(30, SECONDS).until(() -> campaign(id).getInt("counts.sent") == 5);
        assertThat(rows.number("select sum(messages)::bigint from sent_minute")).isEqualTo(5);
        assertThat(campaign(id).getString("state")).isEqualTo("SENDING");
        assertThat(campaign(id).getInt("counts.queued")).isEqualTo(3);

        rows.run("update sent_minute set minute = minute - interval '2 hours'");
        editor().post("/api/campaigns/" + id + "/pause").then().statusCode(200);
        editor().post("/api/campaigns/" + id + "/resume").then().statusCode(200); // its lanes look at once
        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(8);
        rows.run("delete from sent_minute");
    }
}
