package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Manuscript;
import java.util.List;
import org.commonmark.node.Block;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.SourceSpan;
import org.jspecify.annotations.Nullable;

/** Finds one bracket too many right beside a link: {@code [text](address))}, {@code [[text](address)}. */
final class StrayBracketRules {

    /** Lines of a block that are looked through for the bracket's partner, and their length. */
    private static final int MAX_LINES = 50;

    private static final int MAX_LINE = 5_000;

    private StrayBracketRules() {}

    static void check(Reading reading, Findings findings) {
        for (Hyperlink link : reading.links()) {
            List<SourceSpan> spans = link.node().getSourceSpans();
            if (link.node() instanceof Link && !spans.isEmpty()) {
                checkBefore(reading, link.node(), spans.get(0), findings);
                checkBehind(reading, link.node(), spans.get(spans.size() - 1), findings);
            }
        }
    }

    private static void checkBefore(Reading reading, Node link, SourceSpan span, Findings findings) {
        int line = reading.manuscript().lineOf(span);
        int at = span.getColumnIndex() - 1;
        Place block = block(reading.manuscript(), link);
        if (block == null || at < 0 || charAt(reading, line, at) != '[' || isEscaped(reading, line, at)) {
            return;
        }
        int depth = 1;
        for (int i = line; i <= Math.min(block.lastLine(), line + MAX_LINES) && depth > 0; i++) {
            String visible = reading.visible(i);
            for (int j = i == line ? at + 1 : 0; j < Math.min(visible.length(), at + MAX_LINE) && depth > 0; j++) {
                depth += visible.charAt(j) == '[' ? 1 : visible.charAt(j) == ']' ? -1 : 0;
            }
        }
        if (depth > 0) {
            add(reading, line, at, findings);
        }
    }

    private static void checkBehind(Reading reading, Node link, SourceSpan span, Findings findings) {
        int line = reading.manuscript().lineOf(span);
        int at = span.getColumnIndex() + span.getLength();
        char close = charAt(reading, line, at);
        Place block = block(reading.manuscript(), link);
        if (block == null || (close != ')' && close != ']')) {
            return;
        }
        char open = close == ')' ? '(' : '[';
        int depth = 0;
        for (int i = Math.max(block.line(), line - MAX_LINES); i <= line; i++) {
            String visible = reading.visible(i);
            for (int j = Math.max(0, at - MAX_LINE); j < (i == line ? at : visible.length()); j++) {
                char c = visible.charAt(j);
                depth = c == open ? depth + 1 : c == close ? Math.max(0, depth - 1) : depth;
            }
        }
        if (depth == 0) {
            add(reading, line, at, findings);
        }
    }

    private static void add(Reading reading, int line, int at, Findings findings) {
        String source = reading.manuscript().line(line);
        findings.add(
                Rule.LINK_MALFORMED,
                Finding.Severity.WARNING,
                Place.of(line, at + 1),
                "This bracket beside the link has no partner, so readers see it. Take it out.",
                () -> source.length() > MAX_LINE ? null : source.substring(0, at) + source.substring(at + 1));
    }

    private static @Nullable Place block(Manuscript manuscript, Node link) {
        Node node = link;
        while (node != null && !(node instanceof Block)) {
            node = node.getParent();
        }
        return node == null ? null : Place.of(manuscript, node);
    }

    private static char charAt(Reading reading, int line, int at) {
        String visible = reading.visible(line);
        return at >= 0 && at < visible.length() ? visible.charAt(at) : ' ';
    }

    private static boolean isEscaped(Reading reading, int line, int at) {
        return charAt(reading, line, at - 1) == '\\';
    }
}
