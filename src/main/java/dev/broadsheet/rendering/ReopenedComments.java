package dev.broadsheet.rendering;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Node;
import org.commonmark.node.SourceSpan;

/**
 * Comments that stay open where CommonMark ends their block of HTML: behind another one on its last line, or above an
 * empty line within an element. A reader of HTML would take all that follows for part of them. They hide up to the line
 * with their end; one without an end is shown as it stands.
 */
final class ReopenedComments {

    private static final String OPEN = "<!--";
    private static final String CLOSE = "-->";

    private ReopenedComments() {}

    /** @param markdown what the document was parsed from */
    static void close(Node document, String markdown) {
        List<HtmlBlock> open = new ArrayList<>();
        document.accept(new AbstractVisitor() {
            @Override
            public void visit(HtmlBlock html) {
                if (html.getLiteral().lastIndexOf(OPEN) > html.getLiteral().lastIndexOf(CLOSE)) {
                    open.add(html);
                }
            }
        });
        if (open.isEmpty()) {
            return;
        }
        String[] lines = markdown.split("\n", -1);
        int lastClose = lines.length - 1;
        while (lastClose >= 0 && !lines[lastClose].contains(CLOSE)) {
            lastClose--;
        }
        BitSet hidden = new BitSet();
        for (HtmlBlock html : open) {
            String literal = html.getLiteral();
            int at = literal.lastIndexOf(OPEN);
            List<SourceSpan> spans = html.getSourceSpans();
            int next = spans.get(spans.size() - 1).getLineIndex() + 1;
            if (hidden.get(next - 1)) {
                continue; // within another one
            }
            int end = next > lastClose ? -1 : lineOfClose(lines, next);
            if (end < 0) {
                html.setLiteral(literal.substring(0, at) + "&lt;!--" + literal.substring(at + OPEN.length()));
            } else {
                html.setLiteral(literal.substring(0, at));
                hidden.set(next, end + 1);
            }
        }
        if (!hidden.isEmpty()) {
            LeftOut.remove(document, hidden::get);
        }
    }

    /** A line may close one comment and open the next. */
    private static int lineOfClose(String[] lines, int from) {
        int last = -1;
        for (int i = from; i < lines.length; i++) {
            if (lines[i].contains(CLOSE)) {
                last = i;
                if (lines[i].lastIndexOf(OPEN) < lines[i].lastIndexOf(CLOSE)) {
                    return last;
                }
            }
        }
        return last;
    }
}
