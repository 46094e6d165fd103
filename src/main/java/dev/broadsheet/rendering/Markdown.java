package dev.broadsheet.rendering;

import dev.broadsheet.platform.Problem;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Document;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.AttributeProvider;
import org.commonmark.renderer.html.HtmlRenderer;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/**
 * Markdown by the CommonMark specification with tables, as safe HTML. Raw HTML passes through the parser and is then
 * cut like the rest; bare addresses stay text, as in the programs these sources are written for.
 */
final class Markdown {

    /** Deeper nesting is no text for people; the parser takes what is beyond as plain text. */
    private static final int MAX_NESTING = 64;

    /** Of all tables together, those that short rows are filled up with included. */
    private static final int MAX_CELLS = 20_000;

    private static final List<Extension> EXTENSIONS =
            List.of(TablesExtension.builder().maxCells(MAX_CELLS).build());

    /** What no anchor holds: marks, among them those that normalizing splits off, and signs. */
    private static final Pattern OTHER = Pattern.compile("[^\\p{L}\\p{N}_\\s-]+");

    private static final Pattern GAP = Pattern.compile("[-\\s]+");

    private final Parser parser = parser().build();
    private final HtmlRenderer html = HtmlRenderer.builder()
            .extensions(EXTENSIONS)
            .attributeProviderFactory(context -> new SectionMarks())
            .build();

    /** Counts the headings that begin sections: raw HTML around them may move them or take them away. */
    private static final class SectionMarks implements AttributeProvider {

        private int next;

        @Override
        public void setAttributes(Node node, String tagName, Map<String, String> attributes) {
            if (node instanceof Heading && node.getParent() instanceof Document) {
                attributes.put(SafeHtml.SECTION, Integer.toString(next));
                next++;
            }
        }
    }

    /** @throws Problem 400 {@code table-too-large} */
    Node parse(String markdown) {
        Parser fit = UnclosedComment.isIn(markdown)
                ? parser().customBlockParserFactory(UnclosedComment.factory(markdown))
                        .build()
                : parser;
        try {
            Node document = fit.parse(markdown);
            ReopenedComments.close(document, markdown);
            return document;
        } catch (IllegalArgumentException e) {
            // the one thing it throws this for
            throw new Problem(
                    400,
                    "table-too-large",
                    "The tables have more than 20,000 cells. Split the text or leave some out.");
        }
    }

    /**
     * @param sections of the document
     * @return an element whose children are the content; headings carry ids, and know their {@link #section}
     */
    Element toHtml(Node document, List<Section> sections, String baseHref) {
        Element content = SafeHtml.clean(html.render(document), baseHref);
        Map<String, Integer> taken = new HashMap<>();
        Map<String, Section> marked = new HashMap<>();
        for (int i = 0; i < sections.size(); i++) {
            marked.put(Integer.toString(i), sections.get(i));
        }
        for (Element heading : content.select("h1,h2,h3,h4,h5,h6")) {
            heading.attr("id", unique(slug(heading.text()), taken));
            Section section = marked.remove(heading.attr(SafeHtml.SECTION));
            heading.removeAttr(SafeHtml.SECTION);
            if (section != null) {
                heading.attributes().userData(SafeHtml.SECTION, section);
                takeOut(heading, content);
            }
        }
        return content;
    }

    /** The section that a heading of a content begins; null for any other node. */
    static @Nullable Section section(org.jsoup.nodes.Node node) {
        return node instanceof Element element && element.attributesSize() > 0
                ? (Section) element.attributes().userData(SafeHtml.SECTION)
                : null;
    }

    /** A section begins with one of the content's own blocks; what raw HTML puts around it goes where it shows nothing. */
    private static void takeOut(Element heading, Element content) {
        List<Element> around = heading.parents();
        List<Element> between = around.subList(0, around.indexOf(content));
        if (between.stream().allMatch(Markdown::showsNothing)) {
            between.forEach(Element::unwrap);
        }
    }

    private static boolean showsNothing(Element element) {
        return element.nameIs("div")
                || element.nameIs("span")
                || (element.nameIs("a") && element.attr("href").isEmpty());
    }

    private static Parser.Builder parser() {
        return Parser.builder()
                .extensions(EXTENSIONS)
                .includeSourceSpans(IncludeSourceSpans.BLOCKS_AND_INLINES)
                .maxOpenBlockParsers(MAX_NESTING)
                .maxInlineNesting(MAX_NESTING);
    }

    /** As Python-Markdown makes them, since links in the sources count on that; letters of other scripts stay. */
    static String slug(String text) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKD);
        String words = OTHER.matcher(plain).replaceAll("").strip().toLowerCase(Locale.ROOT);
        return GAP.matcher(words).replaceAll("-");
    }

    /** The first keeps the slug alone, then {@code slug_1}, {@code slug_2}. */
    static String unique(String slug, Map<String, Integer> taken) {
        String base = slug.isEmpty() ? "section" : slug;
        String id = base;
        while (taken.containsKey(id)) {
            id = base + "_" + taken.merge(base, 1, Integer::sum);
        }
        taken.put(id, 0);
        return id;
    }
}
