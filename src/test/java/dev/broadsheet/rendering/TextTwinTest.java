package dev.broadsheet.rendering;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTwinTest {

    private static String text(String markdown) {
        return String.join(
                        "\n",
                        TextTwin.of(Manuscript.read("Title: Five\n\n" + markdown)
                                        .toHtml("https://example.org/"))
                                .lines())
                + "\n";
    }

    @Test
    void of_headings_underlinesThem() {
        assertThat(text("# One\n\nText.\n\n## Two\n### Three\n#### Four\nEnd.")).isEqualTo("""
                One
                ===

                Text.


                Two
                ---

                Three
                ~~~~~

                Four
                ....

                End.
                """);
    }

    @Test
    void of_onlyLinkFarFromTheEnd_isNumbered() {
        assertThat(text("Read [the guide](https://e.org/guide) before you come, since the room is small, the way to"
                        + " it is long, and there is no tea."))
                .isEqualTo("""
                        Read the guide [1] before you come, since the room is small, the way to it
                        is long, and there is no tea.
                        [1] https://e.org/guide
                        """);
    }

    @Test
    void of_mailLinks_sayWhomTheyGoTo() {
        assertThat(text("[Write](mailto:ada%40e.org?subject=Hi%20there)")).isEqualTo("Write\nada@e.org\n");
        assertThat(text("[Tell](mailto:?subject=Hi)")).isEqualTo("Tell\nmailto:?subject=Hi\n");
    }

    @Test
    void of_nestedLists_indentsAndKeepsLinksBelowTheirText() {
        assertThat(text("""
                * 2026-03-25 | Oslo | [Tea Club](https://tea.example/) + [Leaf](https://leaf.example/)
                    * [**Cups**](https://tea.example/cups)
                * Plain
                  1. one
                  2. two
                     > quoted

                After.
                """)).isEqualTo("""
                * 2026-03-25 | Oslo | Tea Club [1] + Leaf [2]
                  [1] https://tea.example/
                  [2] https://leaf.example/
                  * Cups
                    https://tea.example/cups
                * Plain
                  1. one
                  2. two

                     > quoted

                After.
                """);
    }

    @Test
    void of_linkInTheMiddle_isNumberedAndTheSameAddressOnlyOnce() {
        assertThat(text("See [a](https://a.example/) and [b](https://b.example/), [a again](https://a.example/)."))
                .isEqualTo("""
                See a [1] and b [2], a again [1].
                [1] https://a.example/
                [2] https://b.example/
                """);
        assertThat(text("See [the tea page](https://a.example/).")).isEqualTo("""
                See the tea page.
                https://a.example/
                """);
        assertThat(text("<https://a.example/> and <me@a.example>")).isEqualTo("""
                https://a.example/ and me@a.example
                """);
    }

    @Test
    void of_longLines_wrapsAt76AndBreaksNoAddress() {
        String address = "https://example.org/" + "x".repeat(120);
        String text = text(
                "word ".repeat(60) + "\n\n* [" + "item ".repeat(30) + "](" + address + ")\n\n> " + "q ".repeat(90));

        assertThat(text).contains("\n  " + address + "\n");
        assertThat(text.lines().filter(line -> !line.contains(address)))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(76));
        assertThat(text.lines().filter(line -> line.contains(" q"))).allMatch(line -> line.startsWith("> q"));
    }

    @Test
    void of_quotesAndCode_keepTheirShape() {
        assertThat(text("""
                Before.
                > First.
                >
                > > Inner `x  y`.

                ```rust
                fn main() {
                    tea();

                }
                ```
                """)).isEqualTo("""
                Before.

                > First.
                >
                > > Inner `x y`.

                    fn main() {
                        tea();

                    }
                """);
    }

    @Test
    void of_tables_areColumnsWhereTheyFitElseRecords() {
        assertThat(text("| Tea | Minutes |\n|---|--:|\n| Green | 2 |\n| [Black](https://b.example/) | 4 |"))
                .isEqualTo("""
                Tea        Minutes
                ---------  -------
                Green            2
                Black [1]        4
                [1] https://b.example/
                """);
        String wide = text("| Tea | Note |\n|---|---|\n| Green | " + "long ".repeat(20) + "|");
        assertThat(wide).startsWith("* Tea: Green\n  Note: long long").doesNotContain("---");
    }

    @Test
    void render_linkWithoutAddress_isItsWordsInMailAndText() {
        Rendered rendered = RealMails.render("Title: Five\n\nSee [here]() and [there](https://a.example/).");

        assertThat(rendered.mailHtml()).contains(">See here and <a href=\"https://a.example/\">there</a>.<");
        assertThat(rendered.mailText()).contains("\nSee here and there.\nhttps://a.example/\n");
        assertThat(rendered.contentHtml()).contains("<a href=\"\">here</a>");
    }

    @Test
    void of_picturesAndBreaks_areSaid() {
        assertThat(text("![A cup](c.png) one<br>two ![](d.png)")).isEqualTo("[A cup] one\ntwo\n");
    }
}
