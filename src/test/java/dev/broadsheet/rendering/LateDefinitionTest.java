package dev.broadsheet.rendering;

import static org.assertj.core.api.Assertions.assertThat;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Definitions right below text, as Python-Markdown reads them, which the real sources were written for. */
class LateDefinitionTest {

    private static Document content(String markdown) {
        return Jsoup.parse(RealMails.render("Title: Five\n\n" + markdown).contentHtml());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "See [the list][x].\n[x]: https://e.org/a",
                "See [the list][x].\n  [x]: <https://e.org/a> \"A title\"",
                "* See [the list][x].\n[x]:https://e.org/a",
                "* See [the list][x].\n  [x]: https://e.org/a",
                "> See [the list][x].\n> [x]: https://e.org/a",
                "See [the list][x].\n[x]: https://e.org/a\n[y]: https://e.org/b"
            })
    void definitionBelowText_defines(String markdown) {
        Document content = content(markdown);

        assertThat(content.text()).isEqualTo("See the list.");
        assertThat(content.select("a").eachAttr("href")).containsExactly("https://e.org/a");
    }

    @Test
    void textBelowADefinition_isAParagraph() {
        Document content = content("One [x].\n[x]: https://e.org/a\nTwo.");

        assertThat(content.select("p").eachText()).containsExactly("One x.", "Two.");
    }

    @Test
    void listAroundADefinition_isOneList() {
        Document content = content("* a [x]\n[x]: https://e.org/a\n* b\n[y]: https://e.org/b\n* c [y]\n\n1. d");

        assertThat(content.select("ul")).hasSize(1);
        assertThat(content.select("ul > li").eachText()).containsExactly("a x", "b", "c y");
        assertThat(content.select("ul p")).isEmpty();
        assertThat(content.select("ol > li").eachText()).containsExactly("d");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "One.\n[Edit]: thanks",
                "One.\n[Edit]: see https://e.org",
                "One.\n\\[x]: https://e.org",
                "```\nOne.\n[x]: https://e.org\n```"
            })
    void lineThatDefinesNothing_isShown(String markdown) {
        assertThat(content(markdown).text()).startsWith("One.").contains("]: ");
    }
}
