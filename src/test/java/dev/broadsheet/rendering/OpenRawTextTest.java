package dev.broadsheet.rendering;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Vec<Script>} without backticks is a mistake that editors make: it must not cost the rest of the issue. */
class OpenRawTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Script",
                "style",
                "Title",
                "textarea",
                "xmp",
                "iframe",
                "noembed",
                "noframes",
                "noscript",
                "plaintext",
                "template",
                "select",
                "math",
                "svg",
                "frameset"
            })
    void read_tagWithoutItsEnd_keepsAllThatFollows(String tag) {
        String source =
                "Title: x\n\n* [Using Vec<" + tag + "> in x](https://a.example/)\n* [Two](https://b.example/)\n\n"
                        + "## Rest\n\nA <" + tag + "> more\n\n[Three](https://c.example/) words\n";

        String html = Manuscript.read(source).toHtml("https://example.org/").html();

        assertThat(html)
                .contains("href=\"https://a.example/\"", "href=\"https://b.example/\"", "href=\"https://c.example/\"")
                .contains("Rest</h2>", "words", "Using Vec&lt;" + tag + "&gt; in x")
                .doesNotContain("<" + tag);
    }

    @Test
    void read_scriptWithItsEnd_isGoneWithItsText() {
        assertThat(Manuscript.read(
                                "Title: x\n\nOne\n\n<script>alert(1)</script>\n\n<script>\nx()\n</script>\n\nTwo <script>y</script>\n")
                        .toHtml("https://example.org/")
                        .html())
                .contains("One", "Two")
                .doesNotContain("alert", "x()", "script");
    }
}
