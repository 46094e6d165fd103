package dev.broadsheet.delivery;

import static dev.broadsheet.Api.editor;
import static dev.broadsheet.delivery.Newsroom.awaitState;
import static dev.broadsheet.delivery.Newsroom.campaign;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.broadsheet.Api;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.TestReaders;
import dev.broadsheet.accounts.Tokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class LimitResourceTest {

    @Inject
    TestReaders readers;

    @Inject
    Rows rows;

    @BeforeEach
    @AfterEach
    void asTheEnvironmentSays() {
        patch("{\"messagesPerSecond\": null, \"perHour\": null, \"perDay\": null, \"warmUp\": null}")
                .statusCode(200)
                .body("setHere", empty());
    }

    private static ValidatableResponse patch(String body) {
        return editor().contentType("application/json")
                .body(body)
                .patch("/api/limits")
                .then();
    }

    private static JsonPath lastAudited() {
        return editor().get("/api/audit?limit=1").jsonPath();
    }

    @Test
    void get_whereNothingIsSet_isTheEnvironments() {
        Tokens.with("read", Api.newsletter())
                .get("/api/limits")
                .then()
                .statusCode(200)
                .body("messagesPerSecond", equalTo(1000f))
                .body("perHour", nullValue())
                .body("perDay", nullValue())
                .body("warmUp", nullValue())
                .body("setHere", empty());
    }

    @Test
    void patch_changesWhatItNames_andNullIsTheEnvironmentsAgain() {
        patch("{\"messagesPerSecond\": 2.5, \"perHour\": 100}")
                .statusCode(200)
                .body("messagesPerSecond", equalTo(2.5f))
                .body("perHour", equalTo(100))
                .body("setHere", contains("messagesPerSecond", "perHour"));
        patch("{\"perDay\": 1000, \"warmUp\": \"2026-12-01\"}").statusCode(200);
        editor().get("/api/limits")
                .then()
                .body("messagesPerSecond", equalTo(2.5f))
                .body("perHour", equalTo(100))
                .body("perDay", equalTo(1000))
                .body("warmUp", equalTo("2026-12-01"))
                .body("setHere", contains("messagesPerSecond", "perHour", "perDay", "warmUp"));
        patch("{\"messagesPerSecond\": null, \"warmUp\": null, \"perHour\": 1}")
                .statusCode(200)
                .body("messagesPerSecond", equalTo(1000f))
                .body("perHour", equalTo(1))
                .body("perDay", equalTo(1000))
                .body("warmUp", nullValue())
                .body("setHere", contains("perHour", "perDay"));
        assertThat(rows.text("select concat_ws(' ', per_second, per_hour, per_day, warm_up) from send_limit"
                        + " where key = 'all'"))
                .isEqualTo("1 1000");
    }

    @Test
    void patch_isAuditedWithWhatChanged_andOnceOnly() {
        patch("{\"messagesPerSecond\": 2.5, \"warmUp\": \"2026-12-01\"}").statusCode(200);
        JsonPath first = lastAudited();
        patch("{\"messagesPerSecond\": 2.5}").statusCode(200);
        patch("{}").statusCode(200);
        JsonPath same = lastAudited();
        patch("{\"messagesPerSecond\": null, \"perHour\": 7}").statusCode(200);
        JsonPath second = lastAudited();

        assertThat(first.getString("items[0].action")).isEqualTo("limits.change");
        assertThat(first.getString("items[0].newsletter")).isNull();
        assertThat(first.getString("items[0].subject")).isEqualTo("limits/all");
        assertThat(first.getMap("items[0].details"))
                .isEqualTo(Map.of("messagesPerSecond", 2.5f, "warmUp", "2026-12-01"));
        assertThat(same.getInt("items[0].id")).isEqualTo(first.getInt("items[0].id"));
        assertThat(second.getMap("items[0].details"))
                .isEqualTo(Map.of("messagesPerSecond", "environment", "perHour", 7));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{\"messagesPerSecond\": 0}",
                "{\"messagesPerSecond\": 0.0009}",
                "{\"messagesPerSecond\": -1}",
                "{\"messagesPerSecond\": 1000001}",
                "{\"messagesPerSecond\": 1e999}",
                "{\"messagesPerSecond\": NaN}",
                "{\"messagesPerSecond\": \"NaN\"}",
                "{\"messagesPerSecond\": \"5\"}",
                "{\"messagesPerSecond\": true}",
                "{\"perHour\": 0}",
                "{\"perHour\": -5}",
                "{\"perHour\": 1.5}",
                "{\"perHour\": \"100\"}",
                "{\"perHour\": {}}",
                "{\"perDay\": 0}",
                "{\"perDay\": 9223372036854775808}",
                "{\"perDay\": 1e300}",
                "{\"warmUp\": 20261201}",
                "{\"warmUp\": \"\"}",
                "{\"warmUp\": \"2026-02-30\"}",
                "{\"warmUp\": \"2026-12-01T00:00:00Z\"}",
                "{\"warmUp\": \"-4999-12-01\"}",
                "{\"warmUp\": \"+999999-12-01\"}",
                "{\"perMinute\": 5}",
                "{\"perHour\": 7, \"perDay\": 0}",
            })
    void patch_whatIsNoLimit_isRefusedAndNothingChanges(String body) {
        patch(body).statusCode(400).contentType("application/problem+json").body("type", equalTo("invalid"));
        editor().get("/api/limits").then().body("setHere", empty());
    }

    @Test
    void patch_needsATokenForAllNewsletters() {
        Tokens.with("admin", Api.newsletter())
                .contentType("application/json")
                .body("{\"perHour\": 5}")
                .patch("/api/limits")
                .then()
                .statusCode(403)
                .body("type", equalTo("scope-missing"))
                .body("scope", equalTo("admin"));
        editor().get("/api/limits").then().body("setHere", empty());
    }

    @Test
    void ratesOfTheHouseAndOfACampaign_raisedWhileItsLanesWait_countAtOnce() {
        Newsroom newsroom = new Newsroom();
        readers.active(newsroom.newsletter(), 30);
        newsroom.publish("one");
        newsroom.publish("two");

        patch("{\"messagesPerSecond\": 0.01}").statusCode(200);
        long slowHouse = newsroom.start("one", "{}");
        await().atMost(20, SECONDS).until(() -> allLanesWait(slowHouse));
        patch("{\"messagesPerSecond\": 100}").statusCode(200);
        awaitState(slowHouse, "DONE");

        long slow = newsroom.start("two", "{\"messagesPerSecond\": 0.01}");
        await().atMost(20, SECONDS).until(() -> campaign(slow).getInt("counts.sent") == 1 && allLanesWait(slow));
        editor().contentType("application/json")
                .body("{\"messagesPerSecond\": 100}")
                .patch("/api/campaigns/" + slow)
                .then()
                .statusCode(200);
        awaitState(slow, "DONE");
    }

    /** Whether it is being sent, and each lane means to come back in more than a minute, when a test's patience has ended. */
    private boolean allLanesWait(long campaign) {
        return rows.text("""
                select count(*) > 0 and bool_and(next_fire_time > (extract(epoch from now()) + 60) * 1000)
                  and not exists (select 1 from qrtz_fired_triggers where job_name like ?)
                from qrtz_triggers where job_name like ?
                """, "lane-" + campaign + "-%", "lane-" + campaign + "-%")
                .equals("t");
    }

    @Test
    void hourThatIsUsedUp_holdsCampaigns_untilItsLimitIsRaised() {
        Newsroom newsroom = new Newsroom();
        readers.active(newsroom.newsletter(), 8);
        newsroom.publish("one");
        rows.run("delete from sent_minute");
        patch("{\"perHour\": 5}").statusCode(200);

        long id = newsroom.start("one", "{}");
        await().atMost(30, SECONDS).until(() -> campaign(id).getInt("counts.sent") == 5);
        assertThat(campaign(id).getInt("counts.queued")).isEqualTo(3);

        patch("{\"perHour\": 1000}").statusCode(200);
        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(8);
    }

    @Test
    void dryRun_tellsTheTimeByTheRateInForce() {
        Newsroom newsroom = new Newsroom();
        readers.active(newsroom.newsletter(), 10);
        newsroom.publish("one");
        patch("{\"messagesPerSecond\": 0.5}").statusCode(200);

        editor().contentType("application/json")
                .header("Idempotency-Key", Api.fresh("key"))
                .body("{}")
                .post("/api/newsletters/" + newsroom.newsletter() + "/issues/one/campaigns?dryRun=true")
                .then()
                .statusCode(200)
                .body("estimatedSeconds", equalTo(20));
    }
}
