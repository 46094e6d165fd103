package dev.broadsheet.rendering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeftOutTest {

    private static final String SOURCE = """
            Title: Five

            First line,
            second line,
            third line.

            ## Links

            * One
            * Two,
              which goes on
            * Three

            ## Events

            * 2026-03-25 | Oslo | Tea Club
                * [**Cups**](https://tea.example/cups)
            * 2026-03-26 | Rome | Leaf Club
                * [**Pots**](https://leaf.example/pots)

            ### Later

            Nothing yet.

            ## Tables

            | Tea | Minutes |
            |---|---|
            | Green | 2 |
            | Black | 4 |

            ```
            boil
            pour
            wait
            ```

            <div>
            <b>left</b>
            <b>right</b>
            </div>

            > Said
            > twice
            """;

    private static int line(String start) {
        String[] lines = SOURCE.split("\n");
        return IntStream.range(0, lines.length)
                        .filter(i -> lines[i].strip().startsWith(start))
                        .findFirst()
                        .orElseThrow()
                + 1;
    }

    /** What the source gives had an editor deleted the lines by hand. */
    private static String deleted(Set<Integer> lines) {
        String[] all = SOURCE.split("\n", -1);
        return content(
                IntStream.range(0, all.length)
                        .filter(i -> !lines.contains(i + 1))
                        .mapToObj(i -> all[i])
                        .collect(Collectors.joining("\n")),
                Set.of());
    }

    private static String content(String source, Set<Integer> leftOut) {
        return Manuscript.read(source, leftOut)
                .toHtml("https://example.org/")
                .html()
                .replaceAll("\\s+", " ")
                .replaceAll("> ", ">")
                .replaceAll(" </", "</");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a line in a paragraph     | second line  | second line",
                "a paragraph's first line  | First line   | First line",
                "a paragraph's last line   | third line   | third line",
                "a list item               | * One        | * One",
                "an item of two lines      | * Two        | which goes on",
                "a line within an item     | which goes on | which goes on",
                "an event and its child    | * 2026-03-25 | * [**Cups",
                "an event's child          | * [**Cups    | * [**Cups",
                "a table row               | `| Green`    | `| Green`",
                "a line of code            | pour         | pour",
                "a line of HTML            | <b>left      | <b>left",
                "a line of a quote         | > Said       | > Said",
                "a section                 | ## Events    | Nothing yet",
                "a subsection              | ### Later    | Nothing yet",
                "a heading alone           | ## Links     | ## Links"
            })
    void read_linesLeftOut_givesWhatDeletingThemGives(String what, String from, String to) {
        Set<Integer> lines = IntStream.rangeClosed(line(unquoted(from)), line(unquoted(to)))
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(content(SOURCE, lines)).isEqualTo(deleted(lines)).isNotEqualTo(content(SOURCE, Set.of()));
    }

    private static String unquoted(String text) {
        return text.replace("`", "");
    }

    @Test
    void read_eventLeftOutWithoutItsChild_keepsTheChildAlone() {
        String content = content(SOURCE, Set.of(line("* 2026-03-25")));

        assertThat(content).doesNotContain("Oslo").contains("Cups", "Rome", "Pots");
    }

    @Test
    void read_sectionLeftOut_isNoSectionAndTheLinesStayCounted() {
        Manuscript manuscript = Manuscript.read(
                SOURCE,
                IntStream.rangeClosed(line("## Events"), line("Nothing yet"))
                        .boxed()
                        .collect(Collectors.toSet()));

        assertThat(manuscript.sections()).extracting(Section::title).containsExactly("Links", "Tables");
        assertThat(manuscript.sections().get(1).line()).isEqualTo(line("## Tables"));
        assertThat(manuscript.lines()).hasSize(SOURCE.split("\n", -1).length);
    }

    @Test
    void read_lineBetweenHardBreaksLeftOut_leavesOneBreak() {
        String content = content("Title: x\n\nOne  \nTwo  \nThree\n", Set.of(4));

        assertThat(content).isEqualTo(content("Title: x\n\nOne  \nThree\n", Set.of()));
        assertThat(content("Title: x\n\nOne  \nTwo  \nThree\n", Set.of(5)))
                .isEqualTo(content("Title: x\n\nOne  \nTwo\n", Set.of()));
        assertThat(content("Title: x\n\nOne  \nTwo  \nThree\n", Set.of(3)))
                .isEqualTo(content("Title: x\n\nTwo  \nThree\n", Set.of()));
    }

    @Test
    void read_firstLineOfACommentLeftOut_doesNotShowWhatItHides() {
        assertThat(content("Title: x\n\nOne\n\n<!-- note\nsecret\n-->\n\nTwo\n", Set.of(5)))
                .contains("One", "Two")
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "'<!-- foo\\nbar -->', 6",
        "'<!--\\nfoo\\n--> text -->', 7",
        "'  <!-- note\\nsecret\\n-->', 5",
        "'<div>\\n<!-- note\\nsecret\\n-->\\n</div>', 6",
        "'<!-- a --><!-- note\\nsecret\\n-->', 5",
        "'<!--> x <!-- note\\nsecret\\n-->', 5"
    })
    void read_aLineWithAMarkOfACommentLeftOut_neitherShowsWhatItHidesNorHidesTheRest(String html, int line) {
        assertThat(content("Title: x\n\nOne\n\n" + html.replace("\\n", "\n") + "\n\n## Rest\n\nTwo\n", Set.of(line)))
                .contains("One", "Rest", "Two")
                .doesNotContain("secret", "note", "--&gt;", "text");
    }

    @Test
    void withLinksOf_aSecondDefinitionOfAName_isItsLineAlone() {
        Manuscript manuscript =
                Manuscript.read("Title: x\n\n[n]: https://one.example\n\n[n]\n\n[n]: https://two.example\n");

        assertThat(manuscript.withLinksOf(Set.of(7))).containsExactly(7);
        assertThat(manuscript.withLinksOf(Set.of(3))).containsExactly(3, 5);
    }

    @Test
    void withLinksOf_aDefinition_areTheLinesOfItsLinks() {
        Manuscript manuscript = Manuscript.read("""
                Title: x

                * [One][Here there]
                * [Here There][] and
                  more
                * [here there]
                * [Inline](TODO)
                * [Other][other]

                [here  There]: TODO
                [other]: https://other.example/
                """);

        assertThat(manuscript.withLinksOf(Set.of(10))).containsExactly(3, 4, 6, 10);
        assertThat(manuscript.withLinksOf(Set.of(11))).containsExactly(8, 11);
        assertThat(manuscript.withLinksOf(Set.of(7))).containsExactly(7);
        assertThat(manuscript.isShownOn(Set.of(10))).isFalse();
        assertThat(manuscript.isShownOn(Set.of(7))).isTrue();
        assertThat(manuscript.isShownOn(Set.of(1))).isFalse();
    }

    @Test
    void read_linkDefinitionLeftOut_keepsItsLinksWhole() {
        assertThat(content("Title: x\n\n[a]\n\n[a]: https://a.example/\n", Set.of(5)))
                .contains("href=\"https://a.example/\"");
    }
}
