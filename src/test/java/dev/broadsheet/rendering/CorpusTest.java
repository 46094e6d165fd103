package dev.broadsheet.rendering;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

class CorpusTest {

    /** Gmail cuts a mail off here. */
    private static final int CLIP = 102_400;

    /** A real link to leave is longer than the tag that stands for it. */
    private static final int REAL_LINKS = 200;

    private static final Slots SLOTS = new Slots("0123456789abcdef0123456789abcdef");
    private static final MailFrame FRAME = new MailFrame(
            "This Week in Rust",
            "en",
            "https://news.example.org/n/twir/issues/570",
            "https://news.example.org/n/twir/issues/570",
            "1 Example Street\nExample Town",
            Theme.DEFAULT);

    /**
     * Where we differ and stay so, each with its reason. Counts that {@code commonmarkDiffers} allows are not here; these
     * follow from such counts.
     */
    private static final Map<String, String> KNOWN = Map.of(
            // a child bullet indented by one to three spaces, as its editors meant it: upstream makes it a sibling
            "issues/2015-08-10-this-week-in-rust.md maxListDepth", "1 but 2",
            // U+0002 in an address: no link by CommonMark
            "issues/2022-01-19-this-week-in-rust.md linksDistinct", "132 but 131",
            // a fenced block in a quote, as its editors meant it: upstream reads its fences as inline code
            "issues/2022-03-16-this-week-in-rust.md inlineCode", "54 but 52");

    private final Renderer renderer = new Renderer();

    @Test
    void render_everyRealIssue_hasTheStructureThatUpstreamsRendererGives() {
        Map<String, String> differences = new TreeMap<>();
        for (Corpus.Item item : Corpus.items()) {
            Manuscript manuscript = Manuscript.read(item.source());
            compare(item, manuscript, renderer.render(manuscript, FRAME, SLOTS), differences);
        }
        assertThat(differences).isEqualTo(new TreeMap<>(KNOWN));
    }

    private static void compare(
            Corpus.Item item, Manuscript manuscript, Rendered rendered, Map<String, String> differences) {
        Document content = Jsoup.parse(rendered.contentHtml());
        JsonNode expect = item.expect();
        List<String> found = new ArrayList<>();
        for (Element heading : content.select("h1,h2,h3,h4,h5,h6")) {
            found.add(heading.tagName().charAt(1) + " " + heading.text().strip());
        }
        List<String> wanted = new ArrayList<>();
        expect.get("headings")
                .forEach(h -> wanted.add(h.get("level").asInt() + " "
                        + h.get("text").asText().replaceAll("\\s+", " ").strip()));
        if (!found.equals(wanted)) {
            JsonNode other = expect.get("commonmarkDiffers").get("headings");
            if (other == null || other.asInt() != found.size()) {
                differences.put(item.name() + " headings", wanted + " but " + found);
            }
        }
        count(item, "links", content.select("a[href]").size(), differences);
        count(item, "listItems", content.select("li").size(), differences);
        count(item, "lists", content.select("ul,ol").size(), differences);
        count(item, "images", content.select("img").size(), differences);
        count(item, "codeBlocks", content.select("pre").size(), differences);
        count(item, "tables", content.select("table").size(), differences);
        count(item, "blockquotes", content.select("blockquote").size(), differences);
        List<String> anchors = content.select("h1,h2,h3,h4,h5,h6").eachAttr("id");
        if (Set.copyOf(anchors).size() != found.size()) {
            differences.put(item.name() + " headingAnchors", found.size() + " but " + anchors);
        }
        int depth = content.select("ul,ol").stream()
                .mapToInt(list -> 1
                        + (int) list.parents().stream()
                                .filter(parent -> parent.is("ul,ol"))
                                .count())
                .max()
                .orElse(0);
        count(item, "maxListDepth", depth, differences);
        count(item, "inlineCode", content.select(":not(pre) > code").size(), differences);
        count(
                item,
                "linksDistinct",
                (int) content.select("a[href]").eachAttr("href").stream()
                        .distinct()
                        .count(),
                differences);
        List<String> links = content.select("a[href]").eachAttr("href");
        links(item, "linksFirst5", links.subList(0, Math.min(5, links.size())), differences);
        links(item, "linksLast5", links.subList(Math.max(0, links.size() - 5), links.size()), differences);
        if (!manuscript.frontMatter().title().equals(expect.get("title").asText())
                || !String.valueOf(manuscript.frontMatter().date())
                        .equals(expect.get("date").asText())
                || !String.valueOf(manuscript.frontMatter().number())
                        .equals(expect.get("number").asText())) {
            differences.put(
                    item.name() + " front matter", manuscript.frontMatter().toString());
        }
    }

    private static void count(Corpus.Item item, String what, int found, Map<String, String> differences) {
        int wanted = item.expect().get(what).asInt();
        JsonNode other = item.expect().get("commonmarkDiffers").get(what);
        if (found != wanted && (other == null || other.asInt() != found)) {
            differences.put(item.name() + " " + what, wanted + " but " + found);
        }
    }

    private static void links(Corpus.Item item, String what, List<String> found, Map<String, String> differences) {
        List<String> wanted = new ArrayList<>();
        item.expect().get(what).forEach(link -> {
            String href = link.asText();
            String folder = "https://news.example.org/n/twir/issues/";
            wanted.add(href.contains(":") || href.isEmpty() ? href : folder + href);
        });
        if (!found.equals(wanted)) {
            differences.put(item.name() + " " + what, wanted + " but " + found);
        }
    }

    @Test
    void render_everyRealIssue_makesMailsBelowTheSizeWhereGmailClips() {
        List<Integer> sizes = new ArrayList<>();
        Map<String, Integer> tooLarge = new TreeMap<>();
        for (Corpus.Item item : Corpus.items()) {
            Rendered rendered = renderer.render(Manuscript.read(item.source()), FRAME, SLOTS);
            int size = rendered.mailHtml().getBytes(StandardCharsets.UTF_8).length + REAL_LINKS;
            sizes.add(size);
            if (size >= CLIP) {
                tooLarge.put(item.name(), size);
            }
        }
        sizes.sort(null);
        System.out.printf(
                "Mail HTML of %d real issues, bytes: min %,d, median %,d, p95 %,d, max %,d%n",
                sizes.size(),
                sizes.get(0),
                sizes.get(sizes.size() / 2),
                sizes.get((int) Math.ceil(sizes.size() * 0.95) - 1),
                sizes.get(sizes.size() - 1));
        assertThat(tooLarge).isEmpty();
    }
}
