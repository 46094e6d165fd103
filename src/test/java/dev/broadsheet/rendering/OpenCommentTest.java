package dev.broadsheet.rendering;

import static org.assertj.core.api.Assertions.assertThat;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What readers see where comments are open, as Python-Markdown shows it, which the real sources were written for. */
class OpenCommentTest {

    private static Document content(String markdown) {
        return Jsoup.parse(RealMails.render("Title: Five\n\n" + markdown).contentHtml());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Before.\n\n<!-- x\n\n## After\n",
                "Before.\n\n<!-- x\nmore\n\n## After\n",
                "Before.\n\n<!-- old -->\n\n<!-- x\n\n## After\n",
                "Before.\n\n* item\n\n    <!-- x\n\n## After\n",
                "Before.\n\n> <!-- x\n> quoted\n\n## After\n",
                "Before <!-- x\n\n## After\n",
                "Before.\n\n<!-- old --> <!-- x\n\n## After\n",
                "Before.\n\n<div>\n<!-- x\n</div>\n\n## After\n"
            })
    void render_commentNeverClosed_isShownAndTheRestReadOn(String markdown) {
        Document content = content(markdown);

        assertThat(content.text()).startsWith("Before").contains("<!-- x").doesNotContain("old");
        assertThat(content.select("h2").eachText()).containsExactly("After");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Before.\n\n<!-- x\n\n## Hidden\n\n-->\n\n## After\n",
                "Before.\n\n<!-- x\n\n## Hidden\n\n<!-- y -->\n\n## After\n",
                "Before.\n\n<!-- old --> <!-- x\nHidden\n\n-->\n\n## After\n",
                "Before.\n\n<!-- old\n--> <!-- x\n\n## Hidden\n\n-->\n\n## After\n",
                "Before.\n\n<!-- a --> <!-- b\n\n* Hidden\n\n--> <!-- c\n\nHidden\n\n-->\n\n## After\n",
                "Before.\n\n<div>\n<!-- x\n\n## Hidden\n\n-->\n</div>\n\n## After\n"
            })
    void render_commentClosedLater_hidesUpToItsClose(String markdown) {
        Document content = content(markdown);

        assertThat(content.text()).startsWith("Before").doesNotContain("Hidden").doesNotContain("<!--");
        assertThat(content.select("h2").eachText()).containsExactly("After");
    }

    @Test
    void render_commentOpenInCode_isCode() {
        Document content = content("`<!-- x`\n\n    <!-- y\n\n```\n<!-- z\n```\n\n## After\n");

        assertThat(content.select("code").eachText()).containsExactly("<!-- x", "<!-- y", "<!-- z");
        assertThat(content.select("h2").eachText()).containsExactly("After");
    }

    @Test
    void sections_commentNeverClosed_areThoseThatReadersSee() {
        Manuscript manuscript = Manuscript.read("Title: Five\n\n## One\n\n<!-- x\n\n## Two\n");

        assertThat(manuscript.sections()).extracting(Section::id).containsExactly("one", "two");
    }
}
