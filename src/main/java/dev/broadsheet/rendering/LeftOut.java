package dev.broadsheet.rendering;

import java.util.List;
import java.util.function.IntPredicate;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.LinkReferenceDefinition;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.SourceSpan;

/** Takes lines that editors left out from a parsed text: the source itself stays as it came. */
final class LeftOut {

    private final IntPredicate isLeftOut;

    private LeftOut(IntPredicate isLeftOut) {
        this.isLeftOut = isLeftOut;
    }

    /** @param isLeftOut by the line's index below the front matter */
    static void remove(Node document, IntPredicate isLeftOut) {
        new LeftOut(isLeftOut).removeWithin(document);
    }

    private void removeWithin(Node parent) {
        boolean removed = false;
        Node next;
        for (Node node = parent.getFirstChild(); node != null; node = next) {
            next = node.getNext();
            List<SourceSpan> spans = node.getSourceSpans();
            if (!spans.isEmpty() && spans.stream().allMatch(this::covers)) {
                node.unlink();
                removed = true;
            } else if (spans.isEmpty() || spans.stream().anyMatch(this::covers)) {
                removeFrom(node);
            }
        }
        if (removed) {
            removeEndsOfLines(parent);
        }
    }

    /** A line that is gone takes its end along: none is left first, last, or behind another one. */
    private static void removeEndsOfLines(Node parent) {
        boolean atLineStart = true;
        Node next;
        for (Node node = parent.getFirstChild(); node != null; node = next) {
            next = node.getNext();
            if (!isEndOfLine(node)) {
                atLineStart = false;
            } else if (atLineStart) {
                node.unlink();
            } else {
                atLineStart = true;
            }
        }
        Node last = parent.getLastChild();
        if (last != null && isEndOfLine(last)) {
            last.unlink();
        }
    }

    private static boolean isEndOfLine(Node node) {
        return node instanceof SoftLineBreak || node instanceof HardLineBreak;
    }

    private void removeFrom(Node node) {
        if (node instanceof LinkReferenceDefinition) {
            return;
        }
        if (node instanceof FencedCodeBlock code) {
            // its first span is the opening fence
            code.setLiteral(kept(code.getLiteral(), code.getSourceSpans(), 1));
        } else if (node instanceof IndentedCodeBlock code) {
            code.setLiteral(kept(code.getLiteral(), code.getSourceSpans(), 0));
        } else if (node instanceof HtmlBlock html) {
            html.setLiteral(keptHtml(html.getLiteral(), html.getSourceSpans()));
        } else {
            boolean hadChildren = node.getFirstChild() != null;
            removeWithin(node);
            if (hadChildren && node.getFirstChild() == null) {
                node.unlink();
            }
        }
    }

    private String kept(String literal, List<SourceSpan> spans, int firstSpan) {
        String[] lines = literal.split("\n", -1);
        StringBuilder kept = new StringBuilder();
        for (int i = 0; i < lines.length; i++) {
            boolean known = i + firstSpan < spans.size();
            if (!known || !covers(spans.get(i + firstSpan))) {
                kept.append(lines[i]).append(i < lines.length - 1 ? "\n" : "");
            }
        }
        return kept.toString();
    }

    /** Of a line that goes, the begin or end of a comment stays: else it would show what it hides, or hide the rest. */
    private String keptHtml(String literal, List<SourceSpan> spans) {
        String[] lines = literal.split("\n", -1);
        StringBuilder kept = new StringBuilder();
        boolean inComment = false;
        for (int i = 0; i < lines.length; i++) {
            boolean goes = i < spans.size() && covers(spans.get(i));
            StringBuilder marks = new StringBuilder();
            String line = lines[i];
            int at = line.indexOf(inComment ? "-->" : "<!--");
            while (at >= 0) {
                marks.append(inComment ? "-->" : "<!--");
                int from = at + (inComment ? 3 : 2); // "<!-->" is a whole comment
                inComment = !inComment;
                at = line.indexOf(inComment ? "-->" : "<!--", from);
            }
            if (!goes || marks.length() > 0) {
                kept.append(goes ? marks : line).append(i < lines.length - 1 ? "\n" : "");
            }
        }
        return kept.toString();
    }

    private boolean covers(SourceSpan span) {
        return isLeftOut.test(span.getLineIndex());
    }
}
