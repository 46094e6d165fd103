package dev.broadsheet.preflight;

import static dev.broadsheet.preflight.Samples.check;
import static dev.broadsheet.preflight.Samples.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.broadsheet.preflight.Finding.Blocks;
import dev.broadsheet.preflight.Finding.Severity;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextRulesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "// TODO change the - to *",
                "TODO",
                "TODO: write this",
                "**TODO** more",
                "* TODO: write this",
                "## TODO",
                "This appears in the **Call** section of the next issue (#) of the digest.",
                "You may remove the `call-for-testing` label.  Please feel free to leave it.",
                "COTW goes here",
                "Lorem ipsum dolor sit amet"
            })
    void noteToEditors_blocksSending(String line) {
        List<Finding> found = of(Rule.PLACEHOLDER_TEXT, check(line));

        assertThat(found).hasSize(1);
        assertThat(found.get(0).blocks()).isEqualTo(Blocks.SEND);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "* [TODO lists compared](https://e.org)",
                "* [remove FIXME in parser](https://e.org)",
                "* TODO lists compared",
                "TODO lists are a plague.",
                "A text with\nTODO in it.",
                "<!-- TODO: more -->",
                "Text `TODO`",
                "    TODO: code",
                "Everyone goes here in summer."
            })
    void sameWordsWhereTheyAreMeant_areLeftAlone(String line) {
        assertThat(of(Rule.PLACEHOLDER_TEXT, check(line))).isEmpty();
    }

    @Test
    void conflictMarks_areFoundEach() {
        List<Finding> found = check("* a", "<<<<<<< branch/x", "* b", "=======", "* c", "", ">>>>>>> main");

        assertThat(of(Rule.CONFLICT_MARKER, found)).extracting(Finding::line).containsExactly(5, 7, 10);
        assertThat(found.get(0).blocks()).isEqualTo(Blocks.PUBLISH);
    }

    @Test
    void titleThatIsANote_blocksSending() {
        String source = "Title: TODO\nSubject: Five things\nPreheader: TBD: think of one\n\nText.";
        List<Finding> found =
                of(Rule.PLACEHOLDER_TEXT, Samples.report(Samples.ALONE, source).findings());

        assertThat(found).extracting(Finding::line).containsExactly(1, 3);
        assertThat(found.get(0).blocks()).isEqualTo(Blocks.SEND);
        assertThat(Samples.report(Samples.ALONE, "Title: TODO lists compared\n\nText.")
                        .findings())
                .isEmpty();
    }

    @Test
    void conflictMarksWithoutNames_areFoundWhereAllStandInTheirOrder() {
        assertThat(of(Rule.CONFLICT_MARKER, check("<<<<<<<", "* b", "=======", "* c", ">>>>>>>")))
                .extracting(Finding::line)
                .containsExactly(4, 6, 8);
        assertThat(of(Rule.CONFLICT_MARKER, check("<<<<<<<", "b", "=======", "c", ">>>>>>> main")))
                .extracting(Finding::line)
                .containsExactly(4, 6, 8);
        assertThat(of(Rule.CONFLICT_MARKER, check("<<<<<<< main", "b", "=======", "c", ">>>>>>>")))
                .extracting(Finding::line)
                .containsExactly(4, 6, 8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "News\n=======\n\n>>>>>>>\n\n<<<<<<<",
                "<<<<<<<\n\nNews\n=======\nx",
                "<<<<<<<\nx\n>>>>>>>",
                "News\n=======\nx"
            })
    void someOfTheMarksWithoutNames_areOrnaments(String text) {
        assertThat(of(Rule.CONFLICT_MARKER, check(text))).isEmpty();
    }

    @Test
    void underlineOrnamentAndCode_areNoConflict() {
        assertThat(of(
                        Rule.CONFLICT_MARKER,
                        check("News", "=======", "x", "", "=======", "", "```", "<<<<<<< HEAD", ">>>>>>> x", "```")))
                .isEmpty();
    }

    @Test
    void commentWithinAComment_isFoundWithWhatItHides() {
        List<Finding> found = of(
                Rule.COMMENT_UNCLOSED,
                check(
                        "<!-- Remove if empty>",
                        "",
                        "### [Unsafe](https://e.org)",
                        "<!-- Remove if empty>",
                        "",
                        "### New",
                        "<!-- a -->"));

        assertThat(found).extracting(Finding::line).containsExactly(4, 7);
        assertThat(found.get(0).message()).contains("“Unsafe” (line 6)").doesNotContain("New");
        assertThat(found.get(1).message()).contains("“New” (line 9)");
        assertThat(found.get(0).repair()).isEqualTo("<!-- Remove if empty -->");
        assertThat(found.get(0).blocks()).isEqualTo(Blocks.PUBLISH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Text\n\n<!-- open\n\n## More\n\nx", "a <!-- b\n\nc", "<div>\n<!-- open\n\nText"})
    void commentThatNothingEnds_isFound(String text) {
        assertThat(of(Rule.COMMENT_UNCLOSED, check(text))).hasSize(1);
    }

    @Test
    void editorsNestedComments_areRight() {
        assertThat(check("<!--", "<!~~ a ~~>", "-->", "", "Text <!-- b --> and `<!--`."))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<!-- a -->\n* b\n\nText.\n-->", "<!-- a --> -->", "Text\n\n-->"})
    void strayEndOfComment_isFound(String text) {
        assertThat(of(Rule.COMMENT_STRAY_CLOSE, check(text))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<!-- a -->\n\nA --> B", "Read more -->", "> ```\n>  --> ext.rs:1:8\n> ```", "`-->`"})
    void arrow_isNoStrayEnd(String text) {
        assertThat(of(Rule.COMMENT_STRAY_CLOSE, check(text))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "NÃ¼rnberg, Nürnberg",
        "TrÃ³jmiasto, Trójmiasto",
        "Rust â€“ budowanie narzÄ™dzi, Rust – budowanie narzędzi",
        "ðŸ¦€, 🦀",
        "itâ€™s, it’s",
        "ÐŸÑ€Ð¸Ð²ÐµÑ‚, Привет",
        "æ—¥æœ¬, 日本",
        "itÃ¢â‚¬â„¢s, it’s",
    })
    void mojibake_isMended(String damaged, String mended) {
        List<Finding> found = of(Rule.MOJIBAKE, check("* " + damaged + " x"));

        assertThat(found).extracting(Finding::repair).containsExactly("* " + mended + " x");
        assertThat(found.get(0).blocks()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "„Spaß“ und „Fuß“",
                "« café » et « à »",
                "un café…» et «CAFÉ»",
                "«MANHÃ»",
                "Àé ÑÐ Œuvre ½ ± °C",
                "the replacement character (\uFFFD)",
                "`Ã¼` in code",
                "🏳️‍🌈 日本 Привет"
            })
    void rightLetters_areNoMojibake(String text) {
        assertThat(of(Rule.MOJIBAKE, check(text))).isEmpty();
    }

    @Test
    void controlCharacters_areErrors_invisibleOnesInformation() {
        List<Finding> found = check("[x](\u0002https://e.org)", "", "a\u200Bb", "", "🏳️\u200D🌈\tc");

        assertThat(found)
                .extracting(Finding::rule, Finding::line, Finding::severity, Finding::repair)
                .containsExactly(
                        tuple("control-char", 4, Severity.ERROR, "[x](https://e.org)"),
                        tuple("control-char", 6, Severity.INFO, "ab"));
    }

    @Test
    void backtickWithoutPartner_isFound() {
        List<Finding> found =
                check("Use `a` and `b.", "", "A `span over", "lines` and `` ` ``.", "", "the `old' quotes");

        assertThat(of(Rule.CODE_ODD_BACKTICKS, found)).extracting(Finding::line).containsExactly(4);
    }

    @Test
    void tagsAndPictures_areLookedAt() {
        List<Finding> found = check(
                "A Vec<T> and <small>x</small> `<U>`",
                "",
                "<script src=\"x\"></script>",
                "",
                "![](https://e.org/x.png) ![a cat](https://e.org/y.png) ![a dog](dog.png)",
                "",
                "<!-- <V> -->");

        assertThat(of(Rule.HTML_TAG, found)).extracting(Finding::line).containsExactly(4, 6);
        assertThat(of(Rule.IMAGE_REMOTE, found)).extracting(Finding::column).containsExactly(1, 26);
    }
}
