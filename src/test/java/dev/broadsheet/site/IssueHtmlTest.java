package dev.broadsheet.site;

import static org.assertj.core.api.Assertions.assertThat;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

class IssueHtmlTest {

    @Test
    void belowTitle_textThatCountsFromOne_goesDownByOneWhole() {
        assertThat(IssueHtml.belowTitle("<p>Hi</p><h1 id=\"a\">A</h1><h2>B</h2><h1>D</h1><hr>"))
                .isEqualTo("<p>Hi</p><h2 id=\"a\">A</h2><h3>B</h3><h2>D</h2><hr>");
    }

    @Test
    void belowTitle_textThatCountsFromTwo_staysButForAStrayOne() {
        assertThat(IssueHtml.belowTitle("<h2>A</h2><h3>B</h3><h1>Quote</h1><p>&lt;h1&gt;</p>"))
                .isEqualTo("<h2>A</h2><h3>B</h3><h2>Quote</h2><p>&lt;h1&gt;</p>");
        assertThat(IssueHtml.belowTitle("<p>None</p>")).isEqualTo("<p>None</p>");
    }

    @Test
    void belowTitle_skippedLevels_moveUp() {
        assertThat(IssueHtml.belowTitle("<h2>A</h2><h4>B</h4><h6>C</h6><h4>D</h4><h3>E</h3><h2>F</h2>"))
                .isEqualTo("<h2>A</h2><h3>B</h3><h4>C</h4><h3>D</h3><h3>E</h3><h2>F</h2>");
        assertThat(IssueHtml.belowTitle("<h4>A</h4><h3>B</h3>")).isEqualTo("<h2>A</h2><h2>B</h2>");
    }

    @Test
    void belowTitle_headingInAHeading_endsWhatItBegan() {
        assertThat(IssueHtml.belowTitle("<h1>A <em><h5>B</h5></em></h1>")).isEqualTo("<h2>A <em><h3>B</h3></em></h2>");
    }

    @Test
    void onPage_table_scrollsByItself_andIsAlignedByClass() {
        Document page = Jsoup.parse(IssueHtml.onPage(
                "<table><tr><th align=\"CENTER\">a</th><td colspan=\"2\" align=\"right\">b</td></tr></table>"
                        + "<p>&lt;td align=\"left\"&gt;</p>"));
        assertThat(page.select("div.wide[tabindex=0] > table")).hasSize(1);
        assertThat(page.select("[align]")).isEmpty();
        assertThat(page.select("th.center, td.right[colspan=2]")).hasSize(2);
        assertThat(page.selectFirst("p").text()).isEqualTo("<td align=\"left\">");
    }

    @Test
    void inFeed_linksToAnchors_goToTheIssuesPage_andNothingElseChanges() {
        assertThat(IssueHtml.inFeed(
                        "<a title=\"x\" href=\"#a\">b</a> <a href=\"https://example.org/#c\">d</a>"
                                + "<code>&lt;a href=\"#e\"&gt;</code>",
                        "https://example.org/?a=$1&b"))
                .isEqualTo("<a title=\"x\" href=\"https://example.org/?a=$1&amp;b#a\">b</a>"
                        + " <a href=\"https://example.org/#c\">d</a><code>&lt;a href=\"#e\"&gt;</code>");
    }

    @Test
    void summary_namesTheSectionsThatHaveSomethingInThem_upToALength() {
        assertThat(IssueHtml.summary(
                        "<p>Hello</p><h2 id=\"n\">News &amp; <em>more</em></h2><h3>x</h3><p>a</p><h2>Empty</h2>"
                                + "<h2>Jobs</h2><p>b</p><h2>Jobs</h2><p>c</p>"))
                .isEqualTo("News & more · Jobs");
        assertThat(IssueHtml.summary("<h2>A section name</h2><p>x</p>" + numbered(40)))
                .startsWith("A section name · Section 1")
                .hasSizeLessThanOrEqualTo(160);
        assertThat(IssueHtml.summary("<p>Hello</p>")).isEmpty();
    }

    private static String numbered(int count) {
        StringBuilder sections = new StringBuilder();
        for (int i = 1; i <= count; i++) {
            sections.append("<h2>Section ").append(i).append("</h2><p>x</p>");
        }
        return sections.toString();
    }
}
