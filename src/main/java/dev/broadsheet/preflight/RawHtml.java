package dev.broadsheet.preflight;

import java.util.List;
import java.util.stream.Collectors;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Node;

/**
 * Raw HTML of an issue: a block, or a tag or comment within a line.
 *
 * @param pieces its lines, each as far as it belongs to it
 * @param isBlock whether it is a block, in which text may stand beside tags
 * @param end of the comment that is open where it ends, if one is
 */
record RawHtml(List<Piece> pieces, boolean isBlock, End end) {

    /** Where a comment that reaches out of its block ends. */
    enum End {
        /** Right there: it hides nothing more. */
        OWN,
        /** At an end further below: it hides what is between. */
        BELOW,
        /** Nowhere: readers see it as text. */
        NONE
    }

    /** @param column of the text's first character, counted from one */
    record Piece(int line, int column, String text) {}

    static RawHtml of(Node node, List<Piece> pieces) {
        End end = End.OWN;
        if (node instanceof HtmlBlock block) {
            String source = textOf(pieces);
            boolean isOpen = source.lastIndexOf("<!--") > source.lastIndexOf("-->");
            // as the reader of the Markdown settled it: cut off, or as words
            end = !isOpen ? End.OWN : block.getLiteral().contains("&lt;!--") ? End.NONE : End.BELOW;
        }
        return new RawHtml(pieces, node instanceof HtmlBlock, end);
    }

    String text() {
        return textOf(pieces);
    }

    private static String textOf(List<Piece> pieces) {
        return pieces.stream().map(Piece::text).collect(Collectors.joining("\n"));
    }

    boolean isComment() {
        return !pieces.isEmpty() && pieces.get(0).text().stripLeading().startsWith("<!--");
    }
}
