package dev.broadsheet.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.rendering.Manuscript;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class HostilePreflightTest {

    @TestFactory
    Stream<DynamicTest> check_hostileSource_endsInAReportSoon() {
        Map<String, String> sources = Map.ofEntries(
                Map.entry("brackets", "[".repeat(19_000) + "]".repeat(500_000)),
                Map.entry("half links", "](".repeat(500_000)),
                Map.entry("half links on long lines", ("](( ".repeat(4_900) + "\n").repeat(50)),
                Map.entry("raw pictures", "<img src=a> ".repeat(19_000)),
                Map.entry("stars", "***a".repeat(49_000)),
                Map.entry("spaced links", "[a] (https://x ".repeat(19_000)),
                Map.entry("undefined links", "[a][b] ".repeat(9_900)),
                Map.entry("many links", "[x](/a/b) ".repeat(19_000)),
                Map.entry("many items", "## Community news\n" + "* [x](http://a)\n".repeat(19_000)),
                Map.entry("many anchors", "[x](#y) ".repeat(19_000)),
                Map.entry("tracking", "[x](https://a.b/?utm_a=1) ".repeat(19_000)),
                Map.entry("tracking on long lines", ("[a](https://a.b/?fbclid=1) ".repeat(700) + "\n").repeat(20)),
                Map.entry("a long anchor", "[x](#" + "\uD83D\uDE00".repeat(31) + ")"),
                Map.entry("one long line", "word ".repeat(200_000)),
                Map.entry("one long word", "w".repeat(1_000_000)),
                Map.entry("long address", "[x](" + "A_".repeat(49_000) + ")"),
                Map.entry("comments in a comment", "<!-- a\n# x\n".repeat(9_900) + "-->"),
                Map.entry("comments never closed", "a <!-- ".repeat(19_000)),
                Map.entry("ends of comments", "-->\n\n".repeat(9_900)),
                Map.entry("headings", "# x\n## y\n### z\n#### a\n".repeat(4_900)),
                Map.entry("mojibake", "Ã¼".repeat(400_000)),
                Map.entry("control characters", "\u0001".repeat(1_000_000)),
                Map.entry("conflicts", "a\n=======\n".repeat(9_900) + "<<<<<<< x"),
                Map.entry("notes", "TODO: x\n\n".repeat(9_900)),
                Map.entry("backticks", "` ".repeat(500_000)),
                Map.entry("raw tags", "<div>\n" + "<a b ".repeat(19_000)),
                Map.entry("spaces", " ".repeat(1_000_000)),
                Map.entry("hashes", "#".repeat(1_000_000)),
                Map.entry("colons", "## a\n" + "b:\n\n".repeat(9_900)),
                Map.entry("slots", "## a\n" + "<!-- x go here -->\n\nb\n\n".repeat(4_900)));
        return sources.entrySet().stream()
                .map(source -> DynamicTest.dynamicTest(source.getKey(), () -> {
                    Manuscript manuscript = Manuscript.read("Title: Five\n\n" + source.getValue());
                    Instant start = Instant.now();
                    Report report = Preflight.check(manuscript, Samples.ALONE);
                    Duration took = Duration.between(start, Instant.now());
                    System.out.println(source.getKey() + ": " + took.toMillis() + " ms, "
                            + report.findings().size() + " findings");
                    assertThat(report.findings())
                            .allMatch(finding -> finding.excerpt().length() <= 120);
                    // half a second is the aim on an idle machine; this bound tells slow from never
                    assertThat(took).isLessThan(Duration.ofSeconds(20));
                }));
    }
}
