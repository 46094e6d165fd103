package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Manuscript;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TableHead;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.node.Node;

/** Looks at rows of tables: what they have more than their head does not reach readers. */
final class TableRules {

    private TableRules() {}

    static void check(Reading reading, Findings findings) {
        for (TableBlock table : reading.tables()) {
            Node head = table.getFirstChild();
            Node body = head == null ? null : head.getNext();
            if (head instanceof TableHead && head.getFirstChild() != null && body != null) {
                int columns = children(head.getFirstChild());
                for (Node row = body.getFirstChild(); row != null; row = row.getNext()) {
                    check(reading.manuscript(), (TableRow) row, columns, findings);
                }
            }
        }
    }

    private static void check(Manuscript manuscript, TableRow row, int columns, Findings findings) {
        Place place = Place.of(manuscript, row);
        if (cells(manuscript.line(place.line()).strip()) > columns) {
            findings.add(
                    Rule.TABLE_CELLS,
                    place,
                    "This row has more cells than the table's head, and the last are dropped. Within a cell, and within"
                            + " code too, write \\| for |.");
        }
    }

    private static int children(Node node) {
        int count = 0;
        for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
            count++;
        }
        return count;
    }

    private static int cells(String row) {
        int count = 1;
        for (int i = 1; i < row.length() - 1; i++) {
            if (row.charAt(i) == '|' && row.charAt(i - 1) != '\\') {
                count++;
            }
        }
        return count;
    }
}
