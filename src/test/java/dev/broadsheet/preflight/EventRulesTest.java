package dev.broadsheet.preflight;

import static dev.broadsheet.preflight.Samples.check;
import static dev.broadsheet.preflight.Samples.context;
import static dev.broadsheet.preflight.Samples.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventRulesTest {

    private static final String GOOD = "* 2024-10-24 | Berlin, DE | [A](https://e.org/a)";

    private static List<Earlier> history(int count) {
        List<Earlier> earlier = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            LocalDate date = LocalDate.of(2024, 10, 23).minusWeeks(i);
            earlier.add(Samples.issue(
                    date,
                    null,
                    null,
                    "## Upcoming Events\n\nEvents between " + date + " - " + date.plusDays(28) + "\n\n### Europe\n* "
                            + date + " | Charlton, OH, US | [B](https://e.org/b)\n    * [**B " + date
                            + "**](https://e.org/b/" + date + ")\n"));
        }
        return earlier;
    }

    @Test
    void notesOfTheEvents_becomeFindingsWithTheLinesOfTheEvent() {
        List<Finding> found = check(
                "## Upcoming Events",
                "",
                "Events between 2024-10-23 - 2024-11-20",
                "",
                "### Europe",
                GOOD,
                "    * [**One**](https://e.org/a/1)",
                "* 2025-10-29 | Virtual( Kampala, UG) | [C](https://e.org/c)",
                "    * [**TBD**](https://e.org/c/1)",
                "* 2024-11-02 * 2024-11-03 | Berlin, DE | [D](https://e.org/d)",
                "    * [**Four**](https://e.org/d/1)",
                "* 2024-10-24 | Berlin, DE | [A](https://e.org/a)",
                "    * [**One**](https://e.org/a/1)");

        assertThat(found)
                .extracting(Finding::rule, Finding::line, Finding::lastLine)
                .containsExactlyInAnyOrder(
                        tuple("event-outside-window", 11, 12),
                        tuple("event-place", 11, 12),
                        tuple("event-title-placeholder", 12, 12),
                        tuple("event-malformed", 13, 14),
                        tuple("event-duplicate", 15, 16),
                        tuple("event-order", 15, 16));
        assertThat(of(Rule.EVENT_PLACE, found).get(0).repair())
                .isEqualTo("* 2025-10-29 | Virtual (Kampala, UG) | [C](https://e.org/c)");
        assertThat(of(Rule.EVENT_MALFORMED, found).get(0).repair())
                .isEqualTo("* 2024-11-02 - 2024-11-03 | Berlin, DE | [D](https://e.org/d)");
    }

    @Test
    void eventOutside_endsWhereTheNextBegins_howeverTheLinesAreIndented() {
        List<Finding> found = of(
                Rule.EVENT_OUTSIDE_WINDOW,
                check(
                        "## Upcoming Events",
                        "",
                        "Events between 2024-10-23 - 2024-11-20",
                        "",
                        "### Europe",
                        GOOD,
                        "    * [**One**](https://e.org/a/1)",
                        "* 2023-10-29 | Virtual (Kampala, UG) | [C](https://e.org/c)",
                        "    * [**Two**](https://e.org/c/1)",
                        " * 2024-11-02 | Berlin, DE | [D](https://e.org/d)",
                        "    * [**Four**](https://e.org/d/1)",
                        "* 2023-10-30 | Virtual (Kampala, UG) | [E](https://e.org/e)",
                        "",
                        "    * [**Five**](https://e.org/e/1)"));

        assertThat(found).extracting(Finding::line, Finding::lastLine).containsExactly(tuple(11, 12), tuple(15, 17));
    }

    @Test
    void severalEventsOutside_areNamedTogetherByTheFirst() {
        List<Finding> found = of(
                Rule.EVENT_OUTSIDE_WINDOW,
                check(
                        "## Upcoming Events",
                        "",
                        "Events between 2024-10-23 - 2024-11-20",
                        "",
                        "### Europe",
                        "* 2023-10-24 | Berlin, DE | [A](https://e.org/a)",
                        "    * [**One**](https://e.org/a/1)",
                        GOOD,
                        "    * [**Two**](https://e.org/a/2)",
                        "* 2025-10-29 | Berlin, DE | [C](https://e.org/c)",
                        "    * [**Three**](https://e.org/c/1)"));

        assertThat(found).extracting(Finding::line).containsExactly(9, 13);
        assertThat(found.get(0).message()).endsWith("Or remove all 2 that lie outside, of the lines 9, 13.");
        assertThat(found.get(1).message()).doesNotContain("all 2");
    }

    @Test
    void eventInAComment_isNoEvent() {
        assertThat(check("## Upcoming Events", "", "<!--", GOOD, GOOD, "-->", "", "None this week."))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Events between 2024-10-23 * 2024-11-20", "Events between 10/23/2024 - 11/20/2024"})
    void windowThatIsNotIso_isAnErrorWithItsRepair(String window) {
        assertThat(of(Rule.EVENTS_WINDOW, check("## Upcoming Events", "", window, "", GOOD)))
                .extracting(Finding::line, Finding::severity, Finding::repair)
                .containsExactly(tuple(6, Finding.Severity.ERROR, "Events between 2024-10-23 - 2024-11-20"));
    }

    @Test
    void windowOfTheNewsletter_isLearnt() {
        Context context = context("x", "The Weekly", history(4));

        for (String window : List.of(
                "Events between 2024-10-16 - 2024-11-13", "Events between 2024-10-23 - 2024-11-21", "Some events.")) {
            String[] text = {"## Upcoming Events", "", window, "", GOOD};
            assertThat(of(Rule.EVENTS_WINDOW, check(context, text))).hasSize(1);
            assertThat(of(Rule.EVENTS_WINDOW, check(text))).isEmpty();
        }
        assertThat(of(
                        Rule.EVENTS_WINDOW,
                        check(context, "## Upcoming Events", "", "Events between 2024-10-23 - 2024-11-20", "", GOOD)))
                .isEmpty();
    }

    @Test
    void cityInAnotherStateThanAlways_isFound() {
        Context context = context("x", "The Weekly", history(4));

        List<Finding> found = of(
                Rule.EVENT_PLACE,
                check(
                        context,
                        "## Upcoming Events",
                        "",
                        "Events between 2024-10-23 - 2024-11-20",
                        "",
                        "* 2024-10-24 | Charlton, NC, US | [B](https://e.org/b)"));

        assertThat(found)
                .extracting(Finding::repair)
                .containsExactly("* 2024-10-24 | Charlton, OH, US | [B](https://e.org/b)");
    }

    @Test
    void eventsOfAnotherForm_areLeftAlone() {
        assertThat(Samples.raised(check(
                        "## Upcoming Events",
                        "",
                        "Conference: 9/2/2025 - 9/5/2025",
                        "",
                        "* 2024-12-01: Summer party, in the garden",
                        "* 12 May, Berlin: [Meetup](https://e.org)")))
                .isEmpty();
    }
}
