package dev.broadsheet.rendering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SectionsTest {

    private static List<String> ids(Rendered rendered) {
        return rendered.sections().stream().map(Rendered.RenderedSection::id).toList();
    }

    private static String slice(String text, Rendered.Range range) {
        return text.substring(range.start(), range.end());
    }

    @Test
    void render_sample_knowsWhereEachSectionStandsInAllThreeTexts() {
        Rendered rendered = RealMails.render(RealMails.sample());

        assertThat(ids(rendered)).contains("updates-from-the-community", "updates-from-the-community/articles");
        for (Rendered.RenderedSection section : rendered.sections()) {
            String tag = "<h" + section.level();
            assertThat(slice(rendered.contentHtml(), section.content()))
                    .startsWith(tag)
                    .endsWith("\n");
            assertThat(slice(rendered.mailHtml(), section.mail())).startsWith(tag);
            assertThat(slice(rendered.mailText(), section.text()).strip()).startsWith(section.title());
        }
    }

    @Test
    void without_severalOneOfThemInAnother_cutsEachOnceAndKeepsTheFrame() {
        Rendered rendered =
                RealMails.render("Title: Five\n\nHi.\n\n## A\na\n\n### B\nb\n\n### C\nc\n\n## D\nd\n\n# E\ne\n");

        Rendered without = rendered.without(List.of("a/b", "a", "d", "nowhere"));

        assertThat(without.contentHtml()).isEqualTo("<p>Hi.</p>\n<h1 id=\"e\">E</h1>\n<p>e</p>\n");
        assertThat(Jsoup.parse(without.mailHtml()).select(".card").text()).isEqualTo("Five Hi. E e");
        assertThat(without.mailHtml()).contains(RealMails.SLOTS.unsubscribeUrl(), "</html>");
        assertThat(without.mailText()).contains("Hi.\n\n\nE\n-\n\ne\n\n---").contains("Unsubscribe:");
        assertThat(rendered.without(Set.of("nowhere")).mailHtml()).isEqualTo(rendered.mailHtml());
    }

    private static List<String> manuscriptIds(String source) {
        return Manuscript.read(source).sections().stream()
                .filter(section -> section.level() == 2 || section.level() == 3)
                .map(Section::id)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "## ![Tea](https://e.org/t.png) News\n\na\n\n### More\n\nb\n\n## D\n\nd",
                "## One<br>two\n\na\n\n### More\n\nb\n\n## D\n\nd",
                "<div>\n\n## A\n\na\n\n### B\n\nb\n\n</div>\n\n## D\n\nd",
                "<a name=\"x\">\n\n## A\n\na\n\n### B\n\nb\n\n## D\n\nd",
                "## A\n\na\n\n<h2>Raw</h2>\n\nr\n\n### B\n\nb\n\n## D\n\nd",
            })
    void sections_withRawHtmlOrPicturesInHeadings_areTheSameAsTheManuscripts(String body) {
        String source = "Title: Five\n\n" + body;
        Rendered rendered = RealMails.render(source);

        assertThat(ids(rendered)).isEqualTo(manuscriptIds(source)).contains("d");
        Rendered without = rendered.without(List.of("d"));
        assertThat(Jsoup.parse(without.contentHtml()).text())
                .doesNotContain("D d")
                .contains("b");
        assertThat(Jsoup.parse(without.mailHtml()).select(".card").text())
                .doesNotContain("D d")
                .contains("b");
    }

    /** A quote or a fold shows something around the heading, so no section can be cut out of it alone. */
    @Test
    void section_withinAFold_isNotOffered_andTheOthersKeepTheirIds() {
        String source = "Title: Five\n\n<details>\n\n## A\n\n</details>\n\n### A\n\na\n\n## A\n\nb";

        assertThat(ids(RealMails.render(source))).containsExactly("a/a", "a_1");
        assertThat(manuscriptIds(source)).containsExactly("a", "a/a", "a_1");
    }

    @Test
    void anchorsBetweenBlocks_doNotMoveTheSections() {
        for (String anchor : List.of(
                "<hr><a name=\"x\"></a>", "<hr><a name=\"x\"><b>y</b> z</a>", "<hr><a href=\"\">y <b>z</b></a>")) {
            Rendered rendered =
                    RealMails.render("Title: Five\n\n" + anchor + "\n\n## A\n\na\n\n## D\n\nd\n\n## E\n\ne");
            Rendered without = rendered.without(List.of("d"));

            assertThat(Jsoup.parse(without.mailHtml()).select(".card").text()).endsWith("A a E e");
            assertThat(without.mailText())
                    .contains("\n\na\n")
                    .contains("\nE\n-")
                    .doesNotContain("\nD\n");
            assertThat(rendered.mailHtml()).doesNotContain("<a name", "href=\"\"");
        }
    }

    /** As far as it can be the same: anchors count on, and the preheader names the issue's sections. */
    @Test
    void without_eachSectionOfEachRealIssue_isWhatItsSourceWithoutTheLinesGives() {
        Map<String, String> differences = new TreeMap<>();
        for (Corpus.Item item : Corpus.items()) {
            Rendered whole = RealMails.render(item.source());
            Manuscript manuscript = Manuscript.read(item.source());
            for (Section section : manuscript.sections()) {
                if (section.level() != 2 && section.level() != 3) {
                    continue;
                }
                Set<Integer> lines = IntStream.rangeClosed(section.line(), section.endLine())
                        .boxed()
                        .collect(Collectors.toSet());
                Rendered expected =
                        new Renderer().render(Manuscript.read(item.source(), lines), RealMails.FRAME, RealMails.SLOTS);
                Rendered found = whole.without(List.of(section.id()));
                if (!plain(found.contentHtml()).equals(plain(expected.contentHtml()))) {
                    differences.put(item.name() + " " + section.id() + " content", "differs");
                }
                if (!plain(found.mailHtml()).equals(plain(expected.mailHtml()))) {
                    differences.put(item.name() + " " + section.id() + " mail", "differs");
                }
                if (!found.mailText().strip().equals(expected.mailText().strip())) {
                    differences.put(item.name() + " " + section.id() + " text", "differs");
                }
            }
        }
        assertThat(differences).isEmpty();
    }

    private static String plain(String html) {
        return html.replaceAll(" id=\"[^\"]*\"", "")
                .replaceAll("(?s)<div class=\"preheader\".*?</div>", "")
                .replaceAll("#[a-z0-9_-]+\"", "\"")
                .replaceAll("\\s+", " ");
    }

    @Test
    void sections_ofEveryRealIssue_haveTheSameIdsInManuscriptAndMail() {
        for (Corpus.Item item : Corpus.items()) {
            List<String> ids = ids(RealMails.render(item.source()));

            assertThat(Manuscript.read(item.source()).sections().stream()
                            .filter(section -> section.level() == 2 || section.level() == 3)
                            .map(Section::id))
                    .as(item.name())
                    .isEqualTo(ids);
            assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
        }
    }

    /** Those whose name stands once in the issue; a second one of the name is counted on. */
    @Test
    void sections_ofTheSameName_haveTheSameIdInEveryRealIssue() {
        Map<String, Set<String>> idsByName = new HashMap<>();
        for (Corpus.Item item : Corpus.items()) {
            String second = "";
            Map<String, String> ids = new HashMap<>();
            Set<String> doubled = new HashSet<>();
            for (Section section : Manuscript.read(item.source()).sections()) {
                if (section.level() <= 2) {
                    second = section.level() == 2 ? section.title() : "";
                }
                String name = (section.level() == 3 ? second + " / " : "") + section.title();
                if (section.level() <= 3 && ids.put(name.toLowerCase(Locale.ROOT), section.id()) != null) {
                    doubled.add(name.toLowerCase(Locale.ROOT));
                }
            }
            ids.keySet().removeAll(doubled);
            ids.forEach((name, id) ->
                    idsByName.computeIfAbsent(name, n -> new HashSet<>()).add(id));
        }
        assertThat(idsByName).hasSizeGreaterThan(50).allSatisfy((name, ids) -> assertThat(ids)
                .hasSize(1));
    }
}
