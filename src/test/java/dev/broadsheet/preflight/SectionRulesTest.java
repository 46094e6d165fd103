package dev.broadsheet.preflight;

import static dev.broadsheet.preflight.Samples.check;
import static dev.broadsheet.preflight.Samples.context;
import static dev.broadsheet.preflight.Samples.of;
import static dev.broadsheet.preflight.Samples.weekly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SectionRulesTest {

    @Test
    void headingWithNothingBelow_isFoundWithAllThatLeavingItOutTakes() {
        List<Finding> found =
                check("## A", "", "<!-- none -->", "", "[x]: https://e.org", "", "## B", "Text.", "", "## C");

        assertThat(of(Rule.SECTION_EMPTY, found))
                .extracting(Finding::line, Finding::lastLine)
                .containsExactly(tuple(4, 8), tuple(13, 13));
    }

    @Test
    void headingWithAPictureCodeOrSections_isNotEmpty() {
        assertThat(check("## A", "### B", "![a cat](cat.png)", "", "### C", "    code", "", "### D", "<b>x</b>"))
                .isEmpty();
    }

    @Test
    void titleAboveTheText_isNoEmptySection() {
        assertThat(check("# The Weekly 12", "", "# News", "Text.")).isEmpty();
    }

    @Test
    void headingWithOnlyEmptySections_isUnfilled() {
        List<Finding> found = check("## A", "### B", "### C", "", "## D", "x");

        assertThat(of(Rule.SECTION_UNFILLED, found))
                .extracting(Finding::line, Finding::lastLine)
                .containsExactly(tuple(4, 6));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "## RFCs\n\nThese were approved this week:\n\n<!-- list -->",
                "## Testing\n\nThese would benefit from tests:\n\nIf you are an implementer, add your label.",
                "## Crate of the Week\n\n<!-- COTW goes here -->\n\n[Please submit your votes][x]!\n\n[x]: https://e.org",
                "## Crate of the Week\n\n[Please submit your suggestions for next week](https://e.org)!",
                "## Calls\n\nAlways wanted to help?\n\nVisit the page.\n\n<!-- Calls go here -->\n\nIf you are an owner, ask.",
                "## Updates\n\n<!-- Updates go here -->\n\n### More\n\nText.",
            })
    void sectionWithItsIntroductionOnly_isUnfilled(String text) {
        assertThat(of(Rule.SECTION_UNFILLED, check(text)))
                .extracting(Finding::line)
                .containsExactly(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "## RFCs\n\nThese were approved:\n\n* [x](https://e.org)",
                "## RFCs\n\nThese were approved:\n\n### More\n\nText.",
                "## Crate of the Week\n\n<!-- COTW goes here -->\n\nIt is [x](https://e.org).\n\nPlease submit votes!",
                "## Crate of the Week\n\nIt is [x](https://e.org).\n\n<!-- COTW goes here -->\n\nPlease submit votes!",
                "## Calls\n\nAlways wanted to help?\n\n<!-- Calls go here -->\n\n*No calls this week.*\n\nIf you are an owner, ask.",
                "## Contact\n\nIf you are in doubt, write to us.",
                "## Talks\n\nPlease submit your talk by Friday.",
                "## Address\n\nYou reach us at:\n\nSome Street 1",
            })
    void sectionWithContent_isLeftAlone(String text) {
        assertThat(of(Rule.SECTION_UNFILLED, check(text))).isEmpty();
    }

    @Test
    void leavingOutAnUnfilledLastSection_leavesTheFooter() {
        List<Finding> found = check(
                "# Quote of the Week",
                "",
                "<!-- QOTW goes here -->",
                "",
                "Please submit quotes!",
                "",
                "Edited by Ada.");

        assertThat(of(Rule.SECTION_UNFILLED, found))
                .extracting(Finding::lastLine)
                .containsExactly(8);
    }

    @Test
    void sectionAsEveryTime_isUnfilledByHabit() {
        String usual =
                "## Mitmachen\n\nWer mag, macht mit.\n\n* [DATE](https://e.org/DATE)\n\n## Impressum\n\nDer Verein.\n";
        Context context = context("x", "The Weekly", weekly(4, usual));
        String[] bare = {"## Mitmachen", "", "Wer mag, macht mit.", "", "## Impressum", "", "Der Verein."};

        assertThat(of(Rule.SECTION_UNFILLED, check(context, bare)))
                .extracting(Finding::line)
                .containsExactly(4);
        assertThat(check(bare)).isEmpty();
    }

    @Test
    void sameHeadingTwice_isFoundWithinOneSectionOnly() {
        List<Finding> found = check("## A", "### X", "a", "### X", "b", "## B", "### X", "c");

        assertThat(of(Rule.SECTION_DUPLICATE, found)).extracting(Finding::line).containsExactly(7);
    }

    @Test
    void lineAboutAnEmptySectionBelowAnother_isMisplaced() {
        List<Finding> found = check(
                "## A",
                "### Cargo",
                "",
                "### Language Team",
                "* *No Cargo issues this week.*",
                "",
                "### B",
                "No B today.");

        assertThat(of(Rule.SECTION_MISPLACED, found)).extracting(Finding::line).containsExactly(8);
    }

    @Test
    void paragraphThatNearlyRepeatsAnother_isFound() {
        List<Finding> found = check(
                "If you are an owner and would like your text to appear in this list, add a label to it.",
                "",
                "If you are an owner and would like your text to appear on this list, add the label to it.",
                "",
                "If you are an owner and would sing, then do so loudly in the garden behind our house.");

        assertThat(of(Rule.PARAGRAPH_DUPLICATE, found))
                .extracting(Finding::line)
                .containsExactly(6);
    }

    @Test
    void headingsThatOtherProgramsReadOtherwise_areFound() {
        List<Finding> found = check(
                "## A",
                "In large part due to",
                "#122010, which undoes it.",
                "",
                " ### B",
                "x",
                "",
                "####C",
                "",
                "#tag");

        assertThat(found)
                .extracting(Finding::rule, Finding::line, Finding::repair)
                .containsExactly(
                        tuple("heading-accidental", 6, "\\#122010, which undoes it."),
                        tuple("heading-indented", 8, "### B"),
                        tuple("heading-space", 11, "#### C"));
    }

    @Test
    void levelSkipped_isInformation() {
        List<Finding> found = check("## A", "x", "#### B", "x", "## C", "x");

        assertThat(found).extracting(Finding::rule, Finding::line).containsExactly(tuple("heading-skip", 6));
        assertThat(found.get(0).severity()).isEqualTo(Finding.Severity.INFO);
    }

    @Test
    void listsThatOtherProgramsReadOtherwise_areFoundOnce() {
        List<Finding> found = check("Text", "* a", "  - b", "  - c", "* d", "  - e", "* f", "    * g");

        assertThat(found)
                .extracting(Finding::rule, Finding::line)
                .containsExactly(tuple("list-without-blank", 5), tuple("list-indent", 6));
    }
}
