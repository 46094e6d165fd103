package dev.broadsheet.rendering;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.nodes.Element;

/** A table as text: in columns where they fit, else one line for each cell with its column's name. */
final class TextTable {

    private static final String BETWEEN = "  ";

    private TextTable() {}

    static List<String> of(Element table, int width) {
        Map<String, Integer> targets = new LinkedHashMap<>();
        List<List<String>> rows = new ArrayList<>();
        for (Element row : table.select("tr")) {
            rows.add(row.children().stream().map(cell -> cell(cell, targets)).toList());
        }
        rows.removeIf(List::isEmpty);
        if (rows.isEmpty()) {
            return List.of();
        }
        boolean headed = !table.select("tr").isEmpty()
                && !table.select("tr").get(0).select("th").isEmpty();
        List<Integer> widths = widths(rows);
        int total = widths.stream().mapToInt(w -> w + BETWEEN.length()).sum() - BETWEEN.length();
        List<String> lines = new ArrayList<>(
                total <= width ? columns(rows, widths, rightAligned(table), headed) : records(rows, headed, width));
        lines.addAll(InlineText.references(targets));
        return lines;
    }

    private static String cell(Element cell, Map<String, Integer> targets) {
        String text = InlineText.of(cell.childNodes()).numbered(targets);
        return String.join(" ", InlineText.wrap(text, Integer.MAX_VALUE));
    }

    private static List<Integer> widths(List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int length = InlineText.length(row.get(i));
                if (i == widths.size()) {
                    widths.add(length);
                } else {
                    widths.set(i, Math.max(widths.get(i), length));
                }
            }
        }
        return widths;
    }

    /** As its first row says: Markdown aligns whole columns. */
    private static List<Boolean> rightAligned(Element table) {
        return table.select("tr").get(0).children().stream()
                .map(cell -> cell.attr("align").equals("right"))
                .toList();
    }

    private static List<String> columns(
            List<List<String>> rows, List<Integer> widths, List<Boolean> right, boolean headed) {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String cell = row.get(i);
                String room = " ".repeat(widths.get(i) - InlineText.length(cell));
                boolean isRight = i < right.size() && right.get(i);
                line.append(isRight ? room + cell : cell + room).append(BETWEEN);
            }
            lines.add(line.toString().stripTrailing());
            if (headed && lines.size() == 1) {
                lines.add(String.join(BETWEEN, widths.stream().map("-"::repeat).toList()));
            }
        }
        return lines;
    }

    private static List<String> records(List<List<String>> rows, boolean headed, int width) {
        List<String> names = headed ? rows.get(0) : List.of();
        List<String> lines = new ArrayList<>();
        for (List<String> row : headed ? rows.subList(1, rows.size()) : rows) {
            for (int i = 0; i < row.size(); i++) {
                String name = i < names.size() && !names.get(i).isEmpty() ? names.get(i) + ": " : "";
                List<String> wrapped = InlineText.wrap(name + row.get(i), width - 2);
                for (int j = 0; j < wrapped.size(); j++) {
                    lines.add((i == 0 && j == 0 ? "* " : "  ") + wrapped.get(j));
                }
            }
        }
        return lines;
    }
}
