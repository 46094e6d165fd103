package dev.broadsheet.rendering;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;

/** The text of a paragraph and where its links go. */
final class InlineText {

    /** A space where a line must not end. No source holds it: control characters do not pass {@link SafeHtml}. */
    private static final char JOINED = '\u0001';

    private static final Pattern SPACE = Pattern.compile("[ \\t\\r\\n\\f]+");

    private record Link(int end, String target, boolean isItsText) {}

    private final StringBuilder text = new StringBuilder();
    private final List<Link> links = new ArrayList<>();

    private InlineText() {}

    static InlineText of(List<Node> nodes) {
        InlineText inline = new InlineText();
        nodes.forEach(inline::append);
        return inline;
    }

    boolean isBlank() {
        return text.toString().isBlank() && links.isEmpty();
    }

    /** The text for a block of its own; adds the lines that stand below it: the one link, or numbered ones. */
    String block(List<String> below) {
        List<Link> shown = links.stream().filter(link -> !link.isItsText).toList();
        if (shown.size() == 1 && text.length() - shown.get(0).end <= TextTwin.WIDTH) {
            below.add(shown.get(0).target);
            return text.toString();
        }
        Map<String, Integer> targets = new LinkedHashMap<>();
        String numbered = numbered(targets);
        below.addAll(references(targets));
        return numbered;
    }

    static List<String> references(Map<String, Integer> targets) {
        return targets.entrySet().stream()
                .map(target -> "[" + target.getValue() + "] " + target.getKey())
                .toList();
    }

    /** The text with {@code [1]} after each link; adds to the numbered targets where they are not there yet. */
    String numbered(Map<String, Integer> targets) {
        StringBuilder result = new StringBuilder();
        int from = 0;
        for (Link link : links) {
            if (!link.isItsText) {
                Integer number = targets.computeIfAbsent(link.target, target -> targets.size() + 1);
                result.append(text, from, link.end).append(JOINED).append('[');
                result.append(number).append(']');
                from = link.end;
            }
        }
        return result.append(text, from, text.length()).toString();
    }

    /** Breaks at spaces alone; a word longer than the width stands alone on its line. */
    static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        for (String paragraph : text.split("\n")) {
            StringBuilder line = new StringBuilder();
            int length = 0;
            for (String word : SPACE.split(paragraph.strip())) {
                int wordLength = length(word);
                if (length > 0 && length + 1 + wordLength > width) {
                    lines.add(line.toString().replace(JOINED, ' '));
                    line.setLength(0);
                    length = 0;
                }
                if (length > 0) {
                    line.append(' ');
                    length++;
                }
                line.append(word);
                length += wordLength;
            }
            if (length > 0) {
                lines.add(line.toString().replace(JOINED, ' '));
            }
        }
        return lines;
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private void append(Node node) {
        if (node instanceof TextNode words) {
            text.append(SPACE.matcher(words.getWholeText()).replaceAll(" "));
        } else if (node instanceof Element element) {
            append(element);
        }
    }

    private void append(Element element) {
        switch (element.normalName()) {
            case "br" -> text.append('\n');
            case "img" ->
                text.append(
                        element.attr("alt").isBlank()
                                ? ""
                                : "[" + element.attr("alt").strip() + "]");
            case "code", "kbd", "samp" -> around("`", element, "`");
            case "q" -> around("\u201C", element, "\u201D");
            case "a" -> link(element);
            default -> {
                String edge = TextTwin.BLOCKS.contains(element.normalName()) ? "\n" : "";
                around(edge, element, edge);
            }
        }
    }

    private void around(String before, Element element, String after) {
        text.append(before);
        element.childNodes().forEach(this::append);
        text.append(after);
    }

    /** Whom a mail goes to; all of it where that is for the reader to choose. */
    private static String mailbox(String mailto) {
        int query = mailto.indexOf('?');
        String to = mailto.substring("mailto:".length(), query < 0 ? mailto.length() : query);
        return to.isEmpty() ? mailto : to.replace("%40", "@");
    }

    private void link(Element element) {
        int start = text.length();
        around("", element, "");
        String href = element.attr("href");
        String target = href.startsWith("mailto:") ? mailbox(href) : href;
        if (target.isEmpty()) {
            return;
        }
        int end = text.length();
        while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        links.add(new Link(end, target, text.substring(start, end).strip().equals(target)));
    }
}
