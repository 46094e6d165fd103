package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Manuscript;
import dev.broadsheet.rendering.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.BulletList;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.LinkReferenceDefinition;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SourceSpan;
import org.commonmark.node.Text;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Range;
import org.jsoup.parser.Parser;
import org.jspecify.annotations.Nullable;

/** An issue gone through once, so that each rule finds what it looks at. */
final class Reading {

    /** Addresses in raw tags; other tags of theirs are not read. */
    private static final Pattern RAW_LINK = Pattern.compile(
            "<(?:a|A)\\s(?:[^<>]{0,500}?\\s)?(?i:href)\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s\"'>]+))");

    /** Each is parsed by itself. An issue has a few. */
    private static final int MAX_RAW_IMAGES = 1_000;

    private static final Pattern RAW_IMAGE = Pattern.compile("(?i)<img\\b");

    private final Manuscript manuscript;
    private final List<Hyperlink> links = new ArrayList<>();
    private final List<RawHtml> html = new ArrayList<>();
    private final List<Paragraph> paragraphs = new ArrayList<>();
    private final List<BulletList> lists = new ArrayList<>();
    private final List<Heading> headings = new ArrayList<>();
    private final List<Part> parts;
    private final String[] visible;

    Reading(Manuscript manuscript) {
        this.manuscript = manuscript;
        Gathering gathering = new Gathering(manuscript.lines().size());
        manuscript.document().accept(gathering);
        links.replaceAll(gathering::placed);
        visible = new String[gathering.visible.length];
        for (int i = 0; i < visible.length; i++) {
            char[] line = gathering.visible[i];
            visible[i] = line == null ? "" : new String(line);
        }
        parts = readParts();
    }

    Manuscript manuscript() {
        return manuscript;
    }

    /** Links and pictures, those of raw HTML included. */
    List<Hyperlink> links() {
        return links;
    }

    List<RawHtml> html() {
        return html;
    }

    List<Paragraph> paragraphs() {
        return paragraphs;
    }

    List<BulletList> bulletLists() {
        return lists;
    }

    /** All of them, those in lists and quotes too. */
    List<Heading> headings() {
        return headings;
    }

    /** As {@link Manuscript#sections}. */
    List<Part> parts() {
        return parts;
    }

    /**
     * A line as readers see its words: characters in their columns, and spaces for all that makes links, code, tags
     * and the like. Brackets that stand here were meant to make a link, and do not.
     */
    String visible(int line) {
        return line >= 1 && line <= visible.length ? visible[line - 1] : "";
    }

    int lineCount() {
        return visible.length;
    }

    private List<Part> readParts() {
        List<Section> sections = manuscript.sections();
        List<Part> found = new ArrayList<>(sections.size());
        List<Integer> open = new ArrayList<>();
        List<Node> blocks = new ArrayList<>();
        for (Node node = manuscript.document().getFirstChild(); node != null; node = node.getNext()) {
            if (!(node instanceof Heading)) {
                blocks.add(node);
                continue;
            }
            Section section = sections.get(found.size());
            while (!open.isEmpty() && sections.get(open.get(open.size() - 1)).level() >= section.level()) {
                open.remove(open.size() - 1);
            }
            int parent = open.isEmpty() ? -1 : open.get(open.size() - 1);
            open.add(found.size());
            blocks = new ArrayList<>();
            found.add(new Part(section, open.size() - 1, parent, blocks));
        }
        return found;
    }

    private final class Gathering extends AbstractVisitor {

        private final char[] @Nullable [] visible;
        private final Map<String, LinkReferenceDefinition> definitions = new HashMap<>();
        private @Nullable ListItem item;
        private int rawImages;

        Gathering(int lines) {
            visible = new char[lines][];
        }

        @Override
        public void visit(Text text) {
            for (SourceSpan span : text.getSourceSpans()) {
                String line = manuscript.line(manuscript.lineOf(span));
                char[] seen = visible[manuscript.lineOf(span) - 1];
                if (seen == null) {
                    seen = new char[line.length()];
                    Arrays.fill(seen, ' ');
                    visible[manuscript.lineOf(span) - 1] = seen;
                }
                int from = span.getColumnIndex();
                line.getChars(from, from + span.getLength(), seen, from);
            }
        }

        @Override
        public void visit(Link link) {
            add(link, link.getDestination());
            visitChildren(link);
        }

        @Override
        public void visit(Image image) {
            add(image, image.getDestination());
            visitChildren(image);
        }

        @Override
        public void visit(LinkReferenceDefinition definition) {
            definitions.putIfAbsent(Manuscript.definitionKey(definition.getLabel()), definition);
        }

        @Override
        public void visit(ListItem listItem) {
            ListItem outer = item;
            item = listItem;
            visitChildren(listItem);
            item = outer;
        }

        @Override
        public void visit(BulletList list) {
            lists.add(list);
            visitChildren(list);
        }

        @Override
        public void visit(Heading heading) {
            headings.add(heading);
            visitChildren(heading);
        }

        @Override
        public void visit(Paragraph paragraph) {
            paragraphs.add(paragraph);
            visitChildren(paragraph);
        }

        @Override
        public void visit(HtmlInline inline) {
            addRaw(inline, false);
        }

        @Override
        public void visit(HtmlBlock block) {
            addRaw(block, true);
        }

        private void add(Node node, String address) {
            links.add(new Hyperlink(
                    node,
                    address.strip(),
                    Place.of(manuscript, node),
                    item,
                    manuscript.referenceOf(node).orElse(null),
                    null));
        }

        /** The address of {@code [text][name]} stands where the name is defined, mostly further below. */
        Hyperlink placed(Hyperlink link) {
            LinkReferenceDefinition definition =
                    link.name() == null ? null : definitions.get(Manuscript.definitionKey(link.name()));
            return definition == null || definition.getSourceSpans().isEmpty()
                    ? link
                    : new Hyperlink(
                            link.node(),
                            link.address(),
                            Place.of(manuscript, definition),
                            link.item(),
                            link.name(),
                            null);
        }

        private void addRaw(Node node, boolean isBlock) {
            List<RawHtml.Piece> pieces = new ArrayList<>(node.getSourceSpans().size());
            for (SourceSpan span : node.getSourceSpans()) {
                int from = span.getColumnIndex();
                int line = manuscript.lineOf(span);
                pieces.add(new RawHtml.Piece(
                        line, from + 1, manuscript.line(line).substring(from, from + span.getLength())));
            }
            RawHtml raw = new RawHtml(pieces, isBlock);
            html.add(raw);
            if (!raw.isComment()) {
                pieces.forEach(piece -> addRawLinks(node, piece));
            }
            addRawImages(node, raw);
        }

        private void addRawImages(Node node, RawHtml raw) {
            String html = raw.text();
            if (rawImages >= MAX_RAW_IMAGES || !RAW_IMAGE.matcher(html).find()) {
                return;
            }
            Parser parser = Parser.htmlParser().setTrackPosition(true);
            for (Element image : Jsoup.parse(html, "", parser).select("img")) {
                Range.Position start = image.sourceRange().start();
                RawHtml.Piece piece = raw.pieces().get(start.lineNumber() - 1);
                Place place = Place.of(piece.line(), piece.column() + start.columnNumber() - 1);
                rawImages++;
                links.add(new Hyperlink(node, image.attr("src").strip(), place, item, null, image.attr("alt")));
            }
        }

        private void addRawLinks(Node node, RawHtml.Piece piece) {
            Matcher matcher = RAW_LINK.matcher(piece.text());
            while (matcher.find()) {
                String address = firstOf(matcher.group(1), matcher.group(2), matcher.group(3));
                Place place = Place.of(piece.line(), piece.column() + matcher.start());
                links.add(new Hyperlink(node, address.strip(), place, item, null, null));
            }
        }

        private static String firstOf(@Nullable String... values) {
            for (String value : values) {
                if (value != null) {
                    return value;
                }
            }
            return "";
        }
    }
}
