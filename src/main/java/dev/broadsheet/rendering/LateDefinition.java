package dev.broadsheet.rendering;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.Block;
import org.commonmark.node.BulletList;
import org.commonmark.node.DefinitionMap;
import org.commonmark.node.LinkReferenceDefinition;
import org.commonmark.node.ListBlock;
import org.commonmark.node.Node;
import org.commonmark.node.OrderedList;
import org.commonmark.node.Paragraph;
import org.commonmark.parser.block.AbstractBlockParser;
import org.commonmark.parser.block.BlockContinue;
import org.commonmark.parser.block.BlockStart;
import org.commonmark.parser.block.MatchedBlockParser;
import org.commonmark.parser.block.ParserState;

/**
 * A line {@code [name]: https://…} right below a line of text, without an empty one between. CommonMark takes it for
 * text; the program that these sources are written for takes it for a definition, and so did whoever wrote it.
 */
final class LateDefinition extends AbstractBlockParser {

    /** What is no address stays text: {@code [Edit]: thanks}. */
    private static final Pattern DEFINITION = Pattern.compile("\\[([^\\[\\]\\\\]{1,200})]:[ \\t]*"
            + "(<[^<>\\s]+>|(?:[a-z][a-z0-9+.-]{1,20}:|www\\.|/|#|\\.\\.?/)[^\\s<>]+)"
            + "(?:[ \\t]+(?:\"([^\"]*)\"|'([^']*)'|\\(([^()]*)\\)))?[ \\t]*");

    private final LinkReferenceDefinition definition;

    private LateDefinition(LinkReferenceDefinition definition) {
        this.definition = definition;
    }

    static BlockStart start(ParserState state, MatchedBlockParser matched) {
        int at = state.getNextNonSpaceIndex();
        CharSequence line = state.getLine().getContent();
        if (state.getIndent() >= 4 || at >= line.length() || line.charAt(at) != '[' || !isBelowText(state, matched)) {
            return BlockStart.none();
        }
        Matcher found = DEFINITION.matcher(line).region(at, line.length());
        if (!found.matches()) {
            return BlockStart.none();
        }
        String address = found.group(2);
        String title =
                found.group(3) != null ? found.group(3) : found.group(4) != null ? found.group(4) : found.group(5);
        return BlockStart.of(new LateDefinition(new LinkReferenceDefinition(
                        found.group(1).strip(),
                        address.startsWith("<") ? address.substring(1, address.length() - 1) : address,
                        title)))
                .atIndex(line.length());
    }

    /** A definition below others is none of ours: the parser reads it with them. */
    private static boolean isBelowText(ParserState state, MatchedBlockParser matched) {
        if (matched.getMatchedBlockParser().getBlock() instanceof Paragraph) {
            return !matched.getParagraphLines().isEmpty();
        }
        return state.getActiveBlockParser().getBlock() instanceof Paragraph;
    }

    /** A list goes on behind a definition at the margin right below it, as if that were not there. */
    static void joinLists(Node document) {
        Node next;
        for (Node node = document.getFirstChild(); node != null; node = next) {
            next = node.getNext();
            Node behind = next;
            while (behind instanceof LinkReferenceDefinition) {
                behind = behind.getNext();
            }
            if (behind != next
                    && node instanceof ListBlock list
                    && behind instanceof ListBlock more
                    && lastLine(list) + 1 == next.getSourceSpans().get(0).getLineIndex()
                    && isSame(list, more)) {
                join(list, more);
                next = list; // it may go on behind one more
            }
        }
    }

    private static void join(ListBlock list, ListBlock more) {
        while (more.getFirstChild() != null) {
            list.appendChild(more.getFirstChild());
        }
        more.getSourceSpans().forEach(list::addSourceSpan);
        list.setTight(list.isTight() && more.isTight());
        for (Node node = list.getNext(); node != more; node = list.getNext()) {
            list.insertBefore(node);
        }
        more.unlink();
    }

    private static int lastLine(Node node) {
        return node.getSourceSpans().get(node.getSourceSpans().size() - 1).getLineIndex();
    }

    private static boolean isSame(ListBlock list, ListBlock more) {
        if (list instanceof BulletList bullets && more instanceof BulletList others) {
            return bullets.getMarker().equals(others.getMarker());
        }
        return list instanceof OrderedList numbers
                && more instanceof OrderedList others
                && numbers.getMarkerDelimiter().equals(others.getMarkerDelimiter());
    }

    @Override
    public Block getBlock() {
        return definition;
    }

    @Override
    public BlockContinue tryContinue(ParserState state) {
        return BlockContinue.none();
    }

    @Override
    public List<DefinitionMap<?>> getDefinitions() {
        DefinitionMap<LinkReferenceDefinition> definitions = new DefinitionMap<>(LinkReferenceDefinition.class);
        definitions.putIfAbsent(definition.getLabel(), definition);
        return List.of(definitions);
    }
}
