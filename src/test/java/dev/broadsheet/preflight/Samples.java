package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Manuscript;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Small sources, and newsletters around them. */
final class Samples {

    static final Context ALONE = context("weekly", "The Weekly", List.of());

    private Samples() {}

    static Context context(String slug, String title, List<Earlier> earlier) {
        return new Context(slug, title, Set.of("weekly.example.org"), date -> true, earlier, true, null);
    }

    /** A text below front matter of two lines: its first line is the fourth. */
    static List<Finding> check(String... lines) {
        return check(ALONE, lines);
    }

    static List<Finding> check(Context context, String... lines) {
        return report(context, "Title: The Weekly 12\nDate: 2024-10-23\n\n" + String.join("\n", lines))
                .findings();
    }

    static Report report(Context context, String source) {
        return Preflight.check(Manuscript.read(source), context);
    }

    /** Those of one rule. */
    static List<Finding> of(Rule rule, List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.rule().equals(rule.id()))
                .toList();
    }

    /** {@code rule line severity}, for all that is more than information. */
    static List<String> raised(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.severity() != Finding.Severity.INFO)
                .map(finding -> finding.rule() + " " + finding.line())
                .toList();
    }

    /** Issues of each week before 2024-10-23, newest first, each made from a source. */
    static List<Earlier> weekly(int count, String body) {
        List<Earlier> earlier = new ArrayList<>();
        for (int i = count; i >= 1; i--) {
            LocalDate date = LocalDate.of(2024, 10, 23).minusWeeks(i);
            earlier.add(0, issue(date, 12 - i, "News", body));
        }
        return earlier;
    }

    static Earlier issue(LocalDate date, @Nullable Integer number, @Nullable String category, String body) {
        Report report = report(ALONE, "Title: The Weekly\nDate: " + date + "\n\n" + body.replace("DATE", "" + date));
        return new Earlier("weekly-" + date, date, number, category, report.facts());
    }
}
