package dev.broadsheet.rendering;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;

/**
 * Safe HTML as text that a person would like to read: headings underlined, bullets, quotes with {@code >}, code
 * indented, wrapped at 76. The address of a block's only link stands on a line of its own below it, where that is
 * near; those of several are numbered there. An address is never broken.
 */
final class TextTwin {

    static final int WIDTH = 76;

    static final Set<String> BLOCKS = Set.of(
            "p",
            "div",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "ul",
            "ol",
            "li",
            "dl",
            "dt",
            "dd",
            "blockquote",
            "pre",
            "table",
            "hr",
            "figure",
            "figcaption",
            "details",
            "summary");

    private final List<String> lines = new ArrayList<>();

    /** What comes next begins the text, a list item or a quote: no empty line before it. */
    private boolean begins = true;

    /** Number of the first line of each of the content's own nodes. */
    private final List<Integer> starts = new ArrayList<>();

    private int[] offsets = {0};

    private final Element content;

    private TextTwin(Element content) {
        this.content = content;
    }

    static TextTwin of(Element content) {
        TextTwin twin = new TextTwin(content);
        twin.blocks(content, "", false);
        twin.offsets = twin.lineOffsets();
        return twin;
    }

    List<String> lines() {
        return lines;
    }

    /** Where the lines of one of the content's own nodes begin, in characters, with one for each line's end. */
    int start(int node) {
        return offsets[node < starts.size() ? starts.get(node) : lines.size()];
    }

    private int[] lineOffsets() {
        int[] offsets = new int[lines.size() + 1];
        for (int i = 0; i < lines.size(); i++) {
            offsets[i + 1] = offsets[i] + lines.get(i).length() + 1;
        }
        return offsets;
    }

    /** @param inItem a list stands close to the text of the item that holds it */
    private void blocks(Element parent, String prefix, boolean inItem) {
        List<Node> inline = new ArrayList<>();
        for (Node child : parent.childNodes()) {
            if (child instanceof Element element && BLOCKS.contains(element.normalName())) {
                paragraph(inline, prefix);
                inline.clear();
                begin(parent);
                block(element, prefix, inItem);
            } else {
                begin(parent);
                inline.add(child);
            }
        }
        paragraph(inline, prefix);
    }

    private void begin(Element parent) {
        if (parent == content) {
            starts.add(lines.size());
        }
    }

    private void block(Element element, String prefix, boolean inItem) {
        switch (element.normalName()) {
            case "h1", "h2", "h3", "h4", "h5", "h6" -> heading(element, prefix);
            case "ul", "ol" -> list(element, prefix, inItem);
            case "blockquote" -> {
                gap(prefix);
                begins = true;
                blocks(element, prefix + "> ", false);
                begins = false;
            }
            case "pre" -> {
                gap(prefix);
                element.wholeText().stripTrailing().lines().forEach(line -> add(prefix, "    " + line));
            }
            case "table" -> {
                gap(prefix);
                TextTable.of(element, width(prefix)).forEach(line -> add(prefix, line));
            }
            case "hr" -> {
                gap(prefix);
                add(prefix, "* * *");
            }
            case "dd" -> blocks(element, prefix + "  ", inItem);
            default -> blocks(element, prefix, inItem);
        }
    }

    private void heading(Element element, String prefix) {
        InlineText text = InlineText.of(element.childNodes());
        if (text.isBlank()) {
            return;
        }
        int level = element.normalName().charAt(1) - '0';
        if (level < 3 && !begins) {
            gap(prefix);
            add(prefix, "");
            begins = true;
        }
        gap(prefix);
        List<String> references = new ArrayList<>();
        List<String> wrapped = InlineText.wrap(text.block(references), width(prefix));
        int longest = wrapped.stream().mapToInt(InlineText::length).max().orElse(0);
        wrapped.forEach(line -> add(prefix, line));
        add(prefix, (level == 1 ? "=" : level == 2 ? "-" : level == 3 ? "~" : ".").repeat(longest));
        references.forEach(line -> add(prefix, line));
    }

    private void list(Element list, String prefix, boolean inItem) {
        if (!inItem) {
            gap(prefix);
        }
        boolean ordered = list.normalName().equals("ol");
        int number = number(list.attr("start"), 1);
        for (Element item : list.children()) {
            if (!item.normalName().equals("li")) {
                block(item, prefix + "  ", true);
                continue;
            }
            number = number(item.attr("value"), number);
            String bullet = ordered ? number++ + ". " : "* ";
            String inner = prefix + " ".repeat(bullet.length());
            int first = lines.size();
            begins = true;
            blocks(item, inner, true);
            begins = false;
            if (lines.size() == first) {
                lines.add("");
            }
            String head = lines.get(first);
            String rest = head.length() > inner.length() ? head.substring(inner.length()) : "";
            lines.set(first, (prefix + bullet + rest).stripTrailing());
        }
    }

    private static int number(String text, int otherwise) {
        return text.isEmpty() ? otherwise : Integer.parseInt(text);
    }

    private void paragraph(List<Node> nodes, String prefix) {
        InlineText text = InlineText.of(nodes);
        if (text.isBlank()) {
            return;
        }
        gap(prefix);
        List<String> references = new ArrayList<>();
        InlineText.wrap(text.block(references), width(prefix)).forEach(line -> add(prefix, line));
        references.forEach(line -> add(prefix, line));
    }

    private void gap(String prefix) {
        if (!begins) {
            add(prefix, "");
        }
        begins = false;
    }

    private void add(String prefix, String line) {
        lines.add((prefix + line).stripTrailing());
    }

    private static int width(String prefix) {
        return Math.max(24, WIDTH - prefix.length());
    }
}
