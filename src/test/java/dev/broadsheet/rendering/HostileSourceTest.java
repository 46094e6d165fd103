package dev.broadsheet.rendering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.broadsheet.platform.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class HostileSourceTest {

    private static final Slots SLOTS = new Slots("0123456789abcdef0123456789abcdef");
    private static final MailFrame FRAME =
            new MailFrame("News", "en", "https://example.org/1", "https://example.org/1", null, Theme.DEFAULT);

    private final Renderer renderer = new Renderer();

    @TestFactory
    Stream<DynamicTest> render_hostileSource_endsInAResultOrAProblemSoon() {
        Map<String, String> sources = Map.ofEntries(
                Map.entry("quotes", ">".repeat(10_000) + " x"),
                Map.entry("lists", "* ".repeat(10_000) + " x"),
                Map.entry("numbered lists", "1. ".repeat(10_000) + " x"),
                Map.entry("brackets", "[".repeat(10_000) + "x" + "]".repeat(10_000)),
                Map.entry("open brackets", "[a](".repeat(10_000)),
                Map.entry("links in links", "[".repeat(10_000) + "x" + "](y)".repeat(10_000)),
                Map.entry("emphasis", "*a _b ".repeat(10_000)),
                Map.entry("emphasis in emphasis", "*a **a ".repeat(5_000) + "b** b* ".repeat(5_000)),
                Map.entry("stars", "*".repeat(10_000) + "x" + "*".repeat(10_000)),
                Map.entry(
                        "backticks",
                        Stream.iterate("`", s -> s + "`").limit(700).reduce("", (a, b) -> a + " " + b)),
                Map.entry("elements", "<div>".repeat(10_000) + "x"),
                Map.entry("inline elements", "a " + "<b>".repeat(10_000) + "x" + "</b>".repeat(10_000)),
                Map.entry("elements of lists", "<ul><li>".repeat(10_000) + "x"),
                Map.entry("tables in tables", "<table><tr><td>".repeat(10_000) + "x"),
                Map.entry("unclosed tags", "<a href=\"".repeat(50_000)),
                Map.entry("unclosed comments", "a <!-- ".repeat(100_000)),
                Map.entry("a hundred thousand short links", "[a](b)\n".repeat(100_000)),
                Map.entry("a megabyte of quotes", "> ".repeat(500_000) + "x"),
                Map.entry("a megabyte of stars", "*".repeat(1_000_000)),
                Map.entry("stars and letters", "***a".repeat(49_000)),
                Map.entry("open comments", "<!-- a --> <!-- b\n".repeat(50_000)),
                Map.entry("one long line", "word ".repeat(200_000)),
                Map.entry("one long word", "w".repeat(1_000_000)),
                Map.entry("many links", "[x](https://example.org/a)\n".repeat(40_000)),
                Map.entry("many items", "* [x](https://example.org/a)\n".repeat(35_000)),
                Map.entry("many headings", "## x\n".repeat(100_000)),
                Map.entry("long table", "|a|b|\n|-|-|\n" + "|[a](b)|c|\n".repeat(9_000)),
                Map.entry("many references", "[a]: /x\n".repeat(100_000)),
                Map.entry("many footers", "[a]".repeat(300_000)));
        return sources.entrySet().stream()
                .map(source -> DynamicTest.dynamicTest(source.getKey(), () -> {
                    Instant start = Instant.now();
                    String result;
                    try {
                        Rendered rendered =
                                renderer.render(Manuscript.read("Title: Five\n\n" + source.getValue()), FRAME, SLOTS);
                        assertThat(rendered.mailText()).isNotEmpty();
                        result = rendered.mailHtml().length() + " characters";
                    } catch (Problem problem) {
                        assertThat(problem.type()).isEqualTo("source-too-crowded");
                        result = problem.type();
                    }
                    Duration took = Duration.between(start, Instant.now());
                    System.out.println(source.getKey() + ": " + took.toMillis() + " ms, " + result);
                    // a result within 2 s is the aim on an idle machine; this bound tells slow from never
                    assertThat(took).isLessThan(Duration.ofSeconds(20));
                }));
    }

    @Test
    void read_tooManyMarksOfEmphasis_isAProblem() {
        for (String mark : List.of("***a", "_a ", "__a ")) {
            Problem problem =
                    catchThrowableOfType(Problem.class, () -> Manuscript.read("Title: Five\n\n" + mark.repeat(50_001)));

            assertThat(problem.type()).isEqualTo("source-too-crowded");
        }
        assertThat(Manuscript.read("Title: Five\n\n" + "*".repeat(1_000_000)).lines())
                .hasSize(3);
    }

    @Test
    void render_justBelowTheBounds_isAResult() {
        String lines = "## x\n".repeat(9_900) + "* [x](https://example.org/a)\n".repeat(9_900);

        assertThat(renderer.render(Manuscript.read("Title: Five\n\n" + lines), FRAME, SLOTS)
                        .contentHtml())
                .contains("<li>");
    }

    @Test
    void render_tableThatMultiplies_isAProblem() {
        String wide = "|a".repeat(5_000) + "\n" + "|-".repeat(5_000) + "\n" + "|a\n".repeat(2_000);

        Problem problem = catchThrowableOfType(
                Problem.class, () -> renderer.render(Manuscript.read("Title: Five\n\n" + wide), FRAME, SLOTS));

        assertThat(problem.type()).isEqualTo("table-too-large");
    }
}
