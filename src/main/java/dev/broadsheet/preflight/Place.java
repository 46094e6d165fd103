package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Manuscript;
import org.commonmark.node.Node;

/** Where something stands in a source. Lines and columns count from one. */
record Place(int line, int column, int lastLine) {

    static Place of(int line) {
        return new Place(line, 1, line);
    }

    static Place of(int line, int column) {
        return new Place(line, column, line);
    }

    static Place of(Manuscript manuscript, Node node) {
        int line = Math.max(1, manuscript.lineOf(node));
        return new Place(line, manuscript.columnOf(node), Math.max(line, manuscript.lastLineOf(node)));
    }

    /** For what is said of the issue as a whole: it has no lines that could be left out. */
    static Place ofWhole(int line) {
        return new Place(line, 1, 0);
    }

    Place to(int last) {
        return new Place(line, column, Math.max(line, last));
    }
}
