package dev.broadsheet.site;

import static dev.broadsheet.Api.editor;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.Api;
import dev.broadsheet.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import net.fortuna.ical4j.data.CalendarBuilder;
import net.fortuna.ical4j.model.Calendar;
import net.fortuna.ical4j.model.component.VEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class EventsPageTest {

    private static final String SOURCE = """
            Title: Week %1$s
            Date: %1$s

            ## Upcoming Events

            Events between 2026-03-25 - 2026-04-22

            ### Virtual

            * 2026-03-26 | Hybrid (Malmö, SE) | [The Club](https://example.org/club)
                * [**An evening, with \\*stars\\* & friends**](https://example.org/evening)

            ### Europe

            * 2026-03-26 | Hybrid (Malmö, SE) | [The Club](https://example.org/club)
                * [**An evening, with \\*stars\\* & friends**](https://example.org/evening)
            * 2026-04-01 - 2026-04-03 | Paris, FR | [Les Amis](https://example.org/amis)
                * [**Three days, told on %1$s**](https://example.org/days)
            """;

    private String newsletter;

    @BeforeEach
    void newNewsletter() {
        newsletter = Api.newsletter();
    }

    private void publish(String date) {
        String issue = "/api/newsletters/" + newsletter + "/issues/" + date;
        editor().contentType("text/markdown")
                .body(SOURCE.formatted(date).getBytes(StandardCharsets.UTF_8))
                .put(issue)
                .then()
                .statusCode(201);
        editor().post(issue + "/publish").then().statusCode(200);
    }

    private Response calendar() {
        return given().get("/n/" + newsletter + "/events.ics");
    }

    @Test
    void show_eventsOfTwoIssues_hasEachOnce_asAValidCalendar() throws Exception {
        publish("2026-03-18");
        publish("2026-03-25");

        Response answer = calendar();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("text/calendar;charset=utf-8");
        Calendar calendar =
                new CalendarBuilder().build(new StringReader(new String(answer.asByteArray(), StandardCharsets.UTF_8)));
        assertThat(calendar.validate().getEntries()).isEmpty();
        assertThat(calendar.<VEvent>getComponents("VEVENT"))
                .extracting(event -> event.getSummary().getValue())
                .containsExactlyInAnyOrder("An evening, with *stars* & friends", "Three days, told on 2026-03-25");
    }

    @Test
    void show_toWhoHasIt_isNotModified_untilAnIssueComes() {
        publish("2026-03-18");
        String tag = calendar().header("ETag");

        given().header("If-None-Match", tag)
                .get("/n/" + newsletter + "/events.ics")
                .then()
                .statusCode(304);
        publish("2026-03-25");
        given().header("If-None-Match", tag)
                .get("/n/" + newsletter + "/events.ics")
                .then()
                .statusCode(200);
    }

    @Test
    void show_withoutEvents_isNotThere() {
        calendar().then().statusCode(404);
    }
}
