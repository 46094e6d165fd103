package dev.broadsheet.rendering;

import dev.broadsheet.platform.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.LinkReferenceDefinition;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.SourceSpan;
import org.commonmark.node.Text;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/**
 * An issue's source, read once: its front matter, its lines, its Markdown as a tree with places, its sections. Lines
 * and columns count from one, front matter included.
 */
public final class Manuscript {

    private static final Markdown MARKDOWN = new Markdown();

    private static final Pattern RAW_HEADING = Pattern.compile("(?i)<h[1-6]");

    private static final Pattern RAW_BREAK = Pattern.compile("(?i)<br\\b");

    /** Of lines, and of brackets and tags: real issues have some hundreds. More takes seconds to read. */
    private static final int MOST_PARTS = 20_000;

    /** Stars and underscores, those that stand together as one: each may become a node of the tree. */
    private static final int MOST_EMPHASIS = 50_000;

    private final FrontMatterReader.Split split;
    private final Node document;
    private final List<Section> sections;
    private @Nullable List<String> prose;

    private Manuscript(FrontMatterReader.Split split, Node document) {
        this.split = split;
        this.document = document;
        this.sections = readSections();
    }

    /**
     * @param source Markdown with front matter, any line ends, with or without a byte-order mark
     * @throws Problem 400 {@code front-matter-invalid}, {@code table-too-large}, {@code source-too-crowded}, or
     *     {@code source-too-deep} where it
     *     nests beyond reading
     */
    public static Manuscript read(String source) {
        return read(source, Set.of());
    }

    /** @param leftOut numbers of lines that are treated as if they were not there */
    public static Manuscript read(String source, Set<Integer> leftOut) {
        FrontMatterReader.Split split = FrontMatterReader.read(source);
        refuseCrowded(split.lines());
        try {
            Node document = MARKDOWN.parse(split.body());
            if (!leftOut.isEmpty()) {
                LeftOut.remove(document, index -> leftOut.contains(split.bodyStart() + index + 1));
            }
            return new Manuscript(split, document);
        } catch (StackOverflowError e) {
            throw tooDeep();
        }
    }

    private static void refuseCrowded(List<String> lines) {
        long marks = lines.stream()
                .flatMapToInt(String::chars)
                .filter(c -> c == '[' || c == '<')
                .count();
        if (lines.size() > MOST_PARTS || marks > MOST_PARTS || emphasis(lines) > MOST_EMPHASIS) {
            throw new Problem(
                    400,
                    "source-too-crowded",
                    "The source has more than 20,000 lines, or brackets and tags, or 50,000 marks of emphasis."
                            + " Split it, or leave some out.");
        }
    }

    private static long emphasis(List<String> lines) {
        long count = 0;
        for (String line : lines) {
            char before = ' ';
            for (int i = 0; i < line.length(); i++) {
                char c = line.charAt(i);
                if ((c == '*' || c == '_') && c != before) {
                    count++;
                }
                before = c;
            }
        }
        return count;
    }

    /** The parsers limit nesting; this is for a way around them that nobody has found yet. */
    static Problem tooDeep() {
        return new Problem(400, "source-too-deep", "The text nests too deeply. Use fewer levels of lists and quotes.");
    }

    public FrontMatter frontMatter() {
        return split.frontMatter();
    }

    /** Where a key of the front matter stands, by its name in lower case; 1 where it does not. */
    public int frontMatterLine(String key) {
        return split.keyLines().getOrDefault(key, 0) + 1;
    }

    /** The whole source, without line ends. */
    public List<String> lines() {
        return split.lines();
    }

    /** @param line a number; empty text for one that is not there */
    public String line(int line) {
        return line >= 1 && line <= lines().size() ? lines().get(line - 1) : "";
    }

    /** Number of the first line below the front matter. */
    public int bodyLine() {
        return split.bodyStart() + 1;
    }

    /** The Markdown below the front matter, source spans included. */
    public Node document() {
        return document;
    }

    /** Line of a node's beginning; 0 where the parser does not know. */
    public int lineOf(Node node) {
        List<SourceSpan> spans = node.getSourceSpans();
        return spans.isEmpty() ? 0 : lineOf(spans.get(0));
    }

    public int lastLineOf(Node node) {
        List<SourceSpan> spans = node.getSourceSpans();
        return spans.isEmpty() ? 0 : lineOf(spans.get(spans.size() - 1));
    }

    public int lineOf(SourceSpan span) {
        return bodyLine() + span.getLineIndex();
    }

    /** Column of a node's beginning; 1 where the parser does not know. */
    public int columnOf(Node node) {
        List<SourceSpan> spans = node.getSourceSpans();
        return spans.isEmpty() ? 1 : spans.get(0).getColumnIndex() + 1;
    }

    /** The headings that stand in the text itself, in order, with what belongs to them. */
    public List<Section> sections() {
        return sections;
    }

    /** A line as readers may see it: spaces for its comments and its code, other characters in their columns. */
    public String prose(int line) {
        List<String> masked = prose;
        if (masked == null) {
            masked = mask();
            prose = masked;
        }
        return line >= bodyLine() && line <= masked.size() ? masked.get(line - 1) : "";
    }

    /** Whether readers get an element of raw HTML, by its name; the text within others stays, scripts apart. */
    public static boolean keepsElement(String name) {
        return SafeHtml.keeps(name);
    }

    /** A text as an anchor: its letters and digits in lower case, joined by hyphens. */
    public static String slug(String text) {
        return Markdown.slug(text);
    }

    /** What links within the issue can point at: an anchor for each heading, as the rendered issue has them. */
    public Set<String> anchors() {
        Map<String, Integer> anchors = new HashMap<>();
        boolean[] raw = {false};
        document.accept(new AbstractVisitor() {
            private boolean inHeading;

            @Override
            public void visit(Heading heading) {
                Markdown.unique(slug(text(heading)), anchors);
                inHeading = true;
                visitChildren(heading);
                inHeading = false;
            }

            @Override
            public void visit(Image image) {
                raw[0] |= inHeading; // its words are no part of the anchor
                visitChildren(image);
            }

            @Override
            public void visit(HtmlInline html) {
                raw[0] |= inHeading || RAW_HEADING.matcher(html.getLiteral()).find();
            }

            @Override
            public void visit(HtmlBlock html) {
                raw[0] |= RAW_HEADING.matcher(html.getLiteral()).find();
            }
        });
        if (raw[0]) {
            anchors.clear();
            toHtml("https://localhost/").select("[id]").forEach(element -> anchors.put(element.id(), 0));
        }
        return anchors.keySet();
    }

    /** The text of a node without its marks. */
    public static String text(Node node) {
        StringBuilder text = new StringBuilder();
        node.accept(new AbstractVisitor() {
            @Override
            public void visit(Text words) {
                text.append(words.getLiteral());
            }

            @Override
            public void visit(Code code) {
                text.append(code.getLiteral());
            }

            @Override
            public void visit(SoftLineBreak end) {
                text.append(' ');
            }

            @Override
            public void visit(HardLineBreak end) {
                text.append(' ');
            }

            @Override
            public void visit(HtmlInline html) {
                text.append(RAW_BREAK.matcher(html.getLiteral()).lookingAt() ? " " : "");
            }
        });
        return text.toString().strip();
    }

    /** The name of {@code [text][name]}, {@code [name][]} or {@code [name]}, whose address stands elsewhere. */
    public Optional<String> referenceOf(Node link) {
        List<SourceSpan> spans = link.getSourceSpans();
        if (spans.isEmpty()) {
            return Optional.empty();
        }
        SourceSpan last = spans.get(spans.size() - 1);
        String line = line(lineOf(last));
        int end = last.getColumnIndex() + last.getLength() - 1;
        if (end < 1 || end >= line.length() || line.charAt(end) != ']') {
            return Optional.empty();
        }
        int start = line.lastIndexOf('[', end - 1);
        boolean collapsed = start == end - 1;
        return Optional.of((collapsed ? text(link) : line.substring(start + 1, end)).strip());
    }

    /** What two spellings of a name have in common: definitions are found by it. */
    public static String definitionKey(String name) {
        return name.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
    }

    /** These lines, and those of the links that have their address on them: without it they lead nowhere. */
    public SortedSet<Integer> withLinksOf(Set<Integer> lines) {
        SortedSet<Integer> all = new TreeSet<>(lines);
        Set<String> known = new HashSet<>();
        Set<String> names = new HashSet<>();
        document.accept(new AbstractVisitor() {
            @Override
            public void visit(LinkReferenceDefinition definition) {
                String name = definitionKey(definition.getLabel());
                // the first of a name is the one that counts
                if (known.add(name) && lines.contains(lineOf(definition))) {
                    names.add(name);
                }
            }
        });
        if (names.isEmpty()) {
            return all;
        }
        document.accept(new AbstractVisitor() {
            @Override
            public void visit(Link link) {
                add(link);
            }

            @Override
            public void visit(Image image) {
                add(image);
            }

            private void add(Node node) {
                if (referenceOf(node)
                        .map(Manuscript::definitionKey)
                        .filter(names::contains)
                        .isPresent()) {
                    IntStream.rangeClosed(lineOf(node), lastLineOf(node)).forEach(all::add);
                }
                visitChildren(node);
            }
        });
        return all;
    }

    /** Whether readers would miss anything without these lines. */
    public boolean isShownOn(Set<Integer> lines) {
        String nowhere = "https://localhost/";
        Element without = read(String.join("\n", lines()), lines).toHtml(nowhere);
        return !withoutBlankText(toHtml(nowhere)).equals(withoutBlankText(without));
    }

    private static String withoutBlankText(Element html) {
        return html.html().replaceAll("(?<!\\s)\\s++(?=<|$)", "");
    }

    /** Safe HTML; relative links are made absolute against an address. */
    Element toHtml(String baseHref) {
        return MARKDOWN.toHtml(document, sections, baseHref);
    }

    private List<Section> readSections() {
        List<Heading> headings = new ArrayList<>();
        for (Node node = document.getFirstChild(); node != null; node = node.getNext()) {
            if (node instanceof Heading heading) {
                headings.add(heading);
            }
        }
        SectionIds ids = new SectionIds();
        int[] ends = new int[headings.size()];
        int[] lastOfLevel = {-1, -1, -1, -1, -1, -1, -1};
        List<Section> found = new ArrayList<>();
        for (int i = 0; i < headings.size(); i++) {
            Heading heading = headings.get(i);
            int line = lineOf(heading);
            for (int level = heading.getLevel(); level <= 6; level++) {
                if (lastOfLevel[level] >= 0) {
                    ends[lastOfLevel[level]] = line - 1;
                    lastOfLevel[level] = -1;
                }
            }
            lastOfLevel[heading.getLevel()] = i;
            ends[i] = lines().size();
            String title = text(heading);
            found.add(new Section(ids.next(heading.getLevel(), title), heading.getLevel(), title, line, 0));
        }
        for (int i = 0; i < ends.length; i++) {
            found.set(i, found.get(i).endingAt(ends[i]));
        }
        return List.copyOf(found);
    }

    private List<String> mask() {
        List<StringBuilder> masked = new ArrayList<>();
        lines().forEach(line -> masked.add(new StringBuilder(line)));
        document.accept(new AbstractVisitor() {
            @Override
            public void visit(Code code) {
                blank(code, masked);
            }

            @Override
            public void visit(FencedCodeBlock code) {
                blank(code, masked);
            }

            @Override
            public void visit(IndentedCodeBlock code) {
                blank(code, masked);
            }

            @Override
            public void visit(HtmlInline html) {
                if (html.getLiteral().startsWith("<!--")) {
                    blank(html, masked);
                }
            }

            @Override
            public void visit(HtmlBlock html) {
                blankComments(html, masked);
            }
        });
        return masked.stream().map(StringBuilder::toString).toList();
    }

    private void blank(Node node, List<StringBuilder> masked) {
        for (SourceSpan span : node.getSourceSpans()) {
            int from = span.getColumnIndex();
            blank(masked.get(lineOf(span) - 1), from, from + span.getLength());
        }
    }

    private void blankComments(HtmlBlock html, List<StringBuilder> masked) {
        boolean inside = false;
        for (SourceSpan span : html.getSourceSpans()) {
            StringBuilder line = masked.get(lineOf(span) - 1);
            String text = line.toString();
            int at = span.getColumnIndex();
            while (at < text.length()) {
                int next = text.indexOf(inside ? "-->" : "<!--", at);
                int end = next < 0 ? text.length() : inside ? next + "-->".length() : next;
                if (inside) {
                    blank(line, at, end);
                }
                if (next < 0) {
                    break;
                }
                inside = !inside;
                at = end;
            }
        }
    }

    private static void blank(StringBuilder line, int from, int to) {
        for (int i = from; i < Math.min(to, line.length()); i++) {
            line.setCharAt(i, ' ');
        }
    }

    /** Ids of the sections in their order. */
    private static final class SectionIds {

        private final Map<String, Integer> taken = new HashMap<>();
        private String second = "";

        /** A section of the third level is named within its section of the second: both keep their ids over issues. */
        String next(int level, String title) {
            String slug = Markdown.slug(title);
            String id = level == 3 && !second.isEmpty() ? second + "/" + slug : slug;
            String unique = Markdown.unique(id, taken);
            if (level <= 2) {
                second = level == 2 ? unique : "";
            }
            return unique;
        }
    }
}
