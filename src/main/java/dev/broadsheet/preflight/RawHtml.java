package dev.broadsheet.preflight;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Raw HTML of an issue: a block, or a tag or comment within a line.
 *
 * @param pieces its lines, each as far as it belongs to it
 * @param isBlock whether it is a block, in which text may stand beside tags
 */
record RawHtml(List<Piece> pieces, boolean isBlock) {

    /** @param column of the text's first character, counted from one */
    record Piece(int line, int column, String text) {}

    String text() {
        return pieces.stream().map(Piece::text).collect(Collectors.joining("\n"));
    }

    boolean isComment() {
        return !pieces.isEmpty() && pieces.get(0).text().stripLeading().startsWith("<!--");
    }
}
