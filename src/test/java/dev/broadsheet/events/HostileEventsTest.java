package dev.broadsheet.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Hostile sections: the bound is far from what linear time takes and far below what anything worse does. */
class HostileEventsTest {

    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final String TOP = "* 2024-10-24 | Berlin, DE | [G](https://example.org/g)";

    static Stream<Arguments> sections() {
        List<String> pieces = List.of(
                "[",
                "]",
                "](",
                "[a](",
                "(",
                ")",
                "|",
                " | ",
                "* ",
                "**",
                "**](https://",
                "](https://a)",
                " + [a](https://b)",
                "`",
                "\\",
                "&",
                "&amp;",
                "_a",
                "2024-10-24 ",
                "2024-10-24, ",
                "-27",
                "and ",
                " TBD",
                "May ",
                "[Jan 1 | ",
                ", ",
                "+",
                "http:");
        List<Arguments> sections = new ArrayList<>();
        for (String piece : pieces) {
            String many = piece.repeat(1_000_000 / piece.length());
            String some = piece.repeat(3_900 / piece.length());
            String fit = piece.repeat(250 / piece.length());
            sections.add(Arguments.of("one line of " + piece, List.of(TOP, TOP + many, "    * [**" + many, many)));
            sections.add(Arguments.of(
                    "long lines of " + piece,
                    Collections.nCopies(
                            100,
                            List.of(
                                            some,
                                            "* " + some,
                                            "* 2024-10-24 | " + some,
                                            "* 2024-10-24 | Berlin, DE | [" + some,
                                            "    * [**" + some,
                                            "    * [**" + some + "**](https://example.org)")
                                    .stream()
                                    .reduce((a, b) -> a + "\n" + b)
                                    .orElseThrow())));
            sections.add(Arguments.of(
                    "many lines of " + piece,
                    Collections.nCopies(
                            3_000,
                            "* 2024-10-24 | " + fit + " | [G](https://example.org/g)\n    * [**" + fit
                                    + "**](https://example.org/" + piece.strip() + ")")));
        }
        sections.add(Arguments.of("100,000 events", Collections.nCopies(100_000, TOP)));
        sections.add(Arguments.of(
                "one event of 100,000 titles", List.of(TOP, ("    * [**T**](https://e.org/t)\n").repeat(100_000))));
        sections.add(Arguments.of("100,000 titles", Collections.nCopies(100_000, "    * [**T**](https://e.org/t)")));
        sections.add(Arguments.of("100,000 regions", Collections.nCopies(100_000, "### #####")));
        return sections.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sections")
    void hostileSection_isReadCheckedAndMadeACalendarInTime(String what, List<String> blocks) {
        List<String> lines = blocks.stream().flatMap(String::lines).toList();
        Assertions.assertTimeoutPreemptively(BOUND, () -> {
            EventsSection section = Sections.of(lines.toArray(String[]::new));
            EventsCorpusTest.notes(section);
            String calendar = EventCalendar.of(
                    what, List.of(new IssueEvents("a", Sections.ISSUE_DATE, Instant.EPOCH, section.events())));
            assertThat(calendar).endsWith("END:VCALENDAR\r\n");
        });
    }
}
