package dev.broadsheet.preflight;

import static dev.broadsheet.preflight.Samples.ALONE;
import static dev.broadsheet.preflight.Samples.check;
import static dev.broadsheet.preflight.Samples.context;
import static dev.broadsheet.preflight.Samples.of;
import static dev.broadsheet.preflight.Samples.weekly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.broadsheet.preflight.Finding.Blocks;
import dev.broadsheet.preflight.Finding.Severity;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkRulesTest {

    @ParameterizedTest
    @ValueSource(strings = {"REDDIT_LINK_HERE", "#", "URL", "https://INSERT_LINK_HERE", "link-here", "{{url}}"})
    void placeholderAsAddress_blocksSending(String address) {
        List<Finding> found = of(Rule.PLACEHOLDER_LINK, check("[Discuss](" + address + ")"));

        assertThat(found).hasSize(1);
        assertThat(found.get(0).blocks()).isEqualTo(Blocks.SEND);
        assertThat(found.get(0).severity()).isEqualTo(Severity.ERROR);
    }

    @Test
    void placeholderInADefinition_isToldWhereItStands() {
        List<Finding> found = check("See [all][merged] and [more][merged].", "", "[merged]: TODO");

        assertThat(of(Rule.PLACEHOLDER_LINK, found)).extracting(Finding::line).containsExactly(6);
    }

    @Test
    void rawLinkWithPlaceholder_isFound() {
        assertThat(of(Rule.PLACEHOLDER_LINK, check("x <a href=\"LINK_HERE\">Discuss</a>")))
                .hasSize(1);
    }

    @Test
    void addressInCommentOrCode_isNoLink() {
        assertThat(check("Text. <!-- [ - ]() --> `[x](URL)`", "", "<!-- [y](LINK_HERE) -->"))
                .isEmpty();
    }

    @Test
    void backToTop_isNoPlaceholder() {
        assertThat(check("[Back to top](#), [up](#top)")).isEmpty();
    }

    @Test
    void rawPicture_isLookedAtLikeAnyOther() {
        List<Finding> found = check(
                "* <img alt=\"balloon\" src=\"https://e.org/a.png\"> and <IMG src='https://e.org/b.png'>",
                "<!-- <img src=\"https://e.org/c.png\"> -->",
                "",
                "<div>",
                "<img alt=\"tada\"",
                "  src=\"PICTURE_LINK_HERE\">",
                "</div>");

        assertThat(of(Rule.IMAGE_REMOTE, found))
                .extracting(Finding::line, Finding::column)
                .containsExactly(tuple(4, 3), tuple(4, 53));
        assertThat(of(Rule.IMAGE_REMOTE, found).get(1).message()).contains("alt=");
        assertThat(of(Rule.PLACEHOLDER_LINK, found)).extracting(Finding::line).containsExactly(8);
    }

    @Test
    void noAddress_isFound() {
        assertThat(of(Rule.LINK_EMPTY, check("[Testing steps]() and ![picture]()")))
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "'a [x](hhttps://e.org/a) b', 'a [x](https://e.org/a) b'",
        "'[x](htttp://e.org)', '[x](http://e.org)'",
        "'[x](https//e.org/a)', '[x](https://e.org/a)'",
        "'[x](http:/e.org/a)', '[x](http://e.org/a)'",
        "'[x](https://https://e.org/a)', '[x](https://e.org/a)'",
        "'[x](www.e.org/a)', '[x](https://www.e.org/a)'",
        "'[x](docs.rs/serde)', '[x](https://docs.rs/serde)'",
        "'[x](ada@e.org)', '[x](mailto:ada@e.org)'",
        "'[Oxidize] (https://e.org/)', '[Oxidize](https://e.org/)'",
        "'* [Luzern]((https://e.org/)', '* [Luzern](https://e.org/)'",
        "'thanks to [#1](https://e.org/. It', 'thanks to [#1](https://e.org/). It'",
    })
    void brokenAddress_isMended(String line, String repair) {
        List<Finding> found = of(Rule.LINK_MALFORMED, check(line));

        assertThat(found).hasSize(1);
        assertThat(found.get(0).repair()).isEqualTo(repair);
        assertThat(found.get(0).blocks()).isEqualTo(Blocks.PUBLISH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "* 2024-10-10 - 2024-10-11 | Vienna, AT | [Euro Rust](eurorust)",
                "[x](mailto:)",
                "[x](mailto:ada)",
                "[x](https://)",
                "[x](<https://e.org/a b>)",
                "[x](https://e.org/a b)",
                "cases](https://e.org/1)",
                "[x](javascript:alert)",
            })
    void brokenAddressNobodyCanGuess_isFoundWithoutRepair(String line) {
        List<Finding> found = of(Rule.LINK_MALFORMED, check(line));

        assertThat(found).hasSize(1);
        assertThat(found.get(0).repair()).isNull();
    }

    @Test
    void schemeThatMailDrops_isAWarning() {
        List<Finding> found = of(Rule.LINK_MALFORMED, check("[chat](irc://irc.example.org/rust)"));

        assertThat(found).extracting(Finding::severity).containsExactly(Severity.WARNING);
        assertThat(found.get(0).blocks()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[a](/about) [b](../other/page.html) [c](images/x.png) [d](notes.pdf) [e](?page=2) [f](//e.org/x)",
                "[a](mailto:ada@example.org?subject=Hi%20there&body=x) [b](mailto:?subject=x) [c](mailto:ada%40example.org)",
                "[a](<MAILTO:ada@example.org?subject=Hello there>) [b](mailto:ada+weekly@example.org,bo@example.org)",
                "[a](mailto:ada@example.org) [b](http://localhost:8080/x) [c](HTTPS://Example.org)",
                "[a](https://en.wikipedia.org/wiki/Rust_(language)) [b](https://e.org/%20x?y=[1])",
                "[a](https://web.archive.org/web/2020/https://e.org/)",
                "[a \\[b\\](c)](https://e.org) and \\[d\\](e)",
                "[![picture](https://e.org/x.png)](https://e.org)",
                "`[x] (https://e.org)` and `a](b`",
                "[calendar] (https://e.org/)\n\n[calendar]: https://e.org/cal",
            })
    void rightAddress_isLeftAlone(String line) {
        assertThat(Samples.raised(check(line))).isEmpty();
    }

    @Test
    void pageBesideTheIssue_isAWarningThatBlocksNothing() {
        List<Finding> found = of(Rule.LINK_MALFORMED, check("[About](about)"));

        assertThat(found).extracting(Finding::severity).containsExactly(Severity.WARNING);
        assertThat(found.get(0).blocks()).isNull();
    }

    @Test
    void nameOfAnEarlierIssue_isAnAddress() {
        Context context = context("weekly-12", "The Weekly", weekly(1, "Text."));

        assertThat(check(context, "[last week](weekly-2024-10-16)")).isEmpty();
    }

    @Test
    void nameThatNothingDefines_isFound() {
        assertThat(of(Rule.LINK_UNDEFINED, check("See the [calendar][cal] and [more][].")))
                .hasSize(2);
    }

    @Test
    void bracketsThatAreNoLinks_areLeftAlone() {
        assertThat(of(Rule.LINK_UNDEFINED, check("Of a[i][j] and [1][2], `[x][y]`, [audio][Title](https://e.org)")))
                .isEmpty();
    }

    @Test
    void nameThatEarlierIssuesDefine_isFoundWhereItIsLost() {
        Context context =
                context("weekly-12", "The Weekly", weekly(3, "See the [calendar].\n\n[calendar]: https://e.org"));

        assertThat(of(Rule.LINK_UNDEFINED, check(context, "See the [calendar].")))
                .extracting(Finding::column)
                .containsExactly(9);
        assertThat(of(Rule.LINK_UNDEFINED, check("See the [calendar]."))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://e.org/a?utm_source=x&utm_medium=y, https://e.org/a",
        "https://e.org/a?b=1&fbclid=x#c, https://e.org/a?b=1#c",
        "https://youtu.be/abc?si=x, https://youtu.be/abc",
        "https://e.org/?mc_cid=1&d=2, https://e.org/?d=2",
    })
    void tracking_isStripped(String address, String stripped) {
        List<Finding> found = of(Rule.LINK_TRACKING, check("* [x](" + address + ") and so on"));

        assertThat(found).extracting(Finding::repair).containsExactly("* [x](" + stripped + ") and so on");
    }

    @Test
    void ownOrHarmlessParameters_areLeftAlone() {
        assertThat(check("[a](https://weekly.example.org/?utm_source=mail) [b](https://e.org/?si=1&b=2)"))
                .isEmpty();
    }

    @Test
    void redirect_isUnwrapped() {
        List<Finding> found =
                of(Rule.LINK_REDIRECTOR, check("[x](https://www.google.com/url?q=https%3A%2F%2Fe.org%2Fa&sa=D) y"));

        assertThat(found).extracting(Finding::repair).containsExactly("[x](https://e.org/a) y");
    }

    @Test
    void anchorOfNoHeading_isFound() {
        List<Finding> found =
                check("[a](#news) [b](#gone) [c](#More-News)", "", "## News", "x", "", "## More News", "x");

        assertThat(of(Rule.ANCHOR_UNKNOWN, found)).hasSize(2);
        assertThat(of(Rule.ANCHOR_UNKNOWN, found).get(1).repair()).isEqualTo("[a](#news) [b](#gone) [c](#more-news)");
    }

    @Test
    void encodedAnchor_isReadAsBrowsersReadIt() {
        List<Finding> found = of(
                Rule.ANCHOR_UNKNOWN,
                check(
                        "[a](#%E6%97%A5%E6%9C%AC) [b](#日本) [c](#caf%C3%A9) [d](#100%)",
                        "", "## 日本", "x", "", "## Café", "x"));

        assertThat(found).extracting(Finding::column).containsExactly(35, 51);
        assertThat(found.get(0).repair()).contains("[c](#cafe)");
    }

    @Test
    void anchorOfARawOrRepeatedHeading_isKnown() {
        assertThat(of(
                        Rule.ANCHOR_UNKNOWN,
                        check("[a](#x) [b](#y) [c](#y_1)", "", "<h2>X</h2>", "", "## Y", "", "## Y")))
                .isEmpty();
    }

    @Test
    void sameAddressTwiceInTheCommunitysPart_isFound() {
        List<Finding> found = check(
                "## Updates from our community",
                "* [a](https://e.org/a)",
                "* [b](https://e.org/b) by [c](https://e.org/c)",
                "* [a again](http://www.e.org/a/?utm_source=x) by [c](https://e.org/c)");

        assertThat(of(Rule.LINK_DUPLICATE, found)).extracting(Finding::line).containsExactly(7);
    }

    @Test
    void addressOfAnEarlierIssue_isFound() {
        String body = "## Community news\n* [a](https://e.org/a)\n";

        assertThat(of(Rule.LINK_DUPLICATE, check(context("x", "The Weekly", weekly(1, body)), body.split("\n"))))
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("weekly-2024-10-16"));
    }

    @Test
    void itemOfTheCommunityThatLinksToTheNewsletter_isFound() {
        String[] body = {
            "[We](https://the-weekly.org/) greet you.",
            "",
            "## Community news",
            "* [Announcing x](https://the-weekly.org/2024/10/16/)",
            "",
            "## About",
            "* [Archive](https://weekly.example.org/)"
        };

        assertThat(of(Rule.LINK_SELF, check(body))).extracting(Finding::line).containsExactly(7);
    }

    @Test
    void discussionElsewhereOrOfAnotherIssue_isFound() {
        String number = "Title: The Weekly 12\nNumber: 12\nDate: 2024-10-23\n\nText.\n\n";
        String reddit = "https://www.reddit.com/r/rust/comments/1/the_weekly_";

        assertThat(of(Rule.DISCUSS_LINK, check("[Discuss on r/rust](https://e.org/x)")))
                .hasSize(1);
        assertThat(of(
                        Rule.DISCUSS_LINK,
                        Samples.report(ALONE, number + "[Discuss on r/rust](" + reddit + "11/)")
                                .findings()))
                .hasSize(1);
        assertThat(Samples.report(ALONE, number + "[Discuss on r/rust](" + reddit + "12/)")
                        .findings())
                .isEmpty();
    }

    @Test
    void discussionOfTheIssueBefore_isFound() {
        String body = "Text.\n\n[Discuss here](https://e.org/thread/1)";

        assertThat(of(Rule.DISCUSS_LINK, check(context("x", "The Weekly", weekly(1, body)), body.split("\n"))))
                .hasSize(1);
    }

    @Test
    void textsOfLinks_areLookedAt() {
        List<Finding> found = check(
                "[Diesel - https://e.org/4840](https://e.org/4840)",
                "[a function (c_variadic](https://e.org)",
                "[fix the lint that warns of needless borrows where the borrow is nee…](https://e.org)",
                "[a `)` b :) c \\[0, 1) (fine)](https://e.org) <https://e.org/auto>");

        assertThat(found)
                .extracting(finding -> finding.rule() + " " + finding.line())
                .containsExactly("link-text-url 4", "link-text-unbalanced 5", "link-text-truncated 6");
    }

    @Test
    void habitOfLinkingToOneself_isNoMistake() {
        String body = "## Community news\n* [DATE](https://the-weekly.org/DATE)\n";

        assertThat(of(Rule.LINK_SELF, check(context("x", "The Weekly", weekly(4, body)), body.split("\n"))))
                .isEmpty();
    }
}
