package dev.broadsheet.rendering;

import java.util.ArrayList;
import java.util.List;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jspecify.annotations.Nullable;

/** A content written out block by block, so that it is known where each heading begins. */
final class Blocks {

    /** @param section that begins with the block; null where none does */
    record Block(@Nullable Section section, int start, int bytes) {}

    private final List<Block> blocks = new ArrayList<>();
    private final String html;

    Blocks(Element content) {
        StringBuilder text = new StringBuilder();
        for (Node node : content.childNodes()) {
            int start = text.length();
            String outer = node.outerHtml();
            text.append(outer);
            int bytes = Renderer.utf8Length(outer);
            blocks.add(new Block(Markdown.section(node), start, bytes));
        }
        html = text.toString();
    }

    String html() {
        return html;
    }

    List<Block> all() {
        return blocks;
    }

    /** Where a block begins; the end of the text for one behind the last. */
    int start(int index) {
        return index < blocks.size() ? blocks.get(index).start() : html.length();
    }

    /** The next block that a section of this level does not hold. */
    int endOfSection(int heading, int level) {
        for (int i = heading + 1; i < blocks.size(); i++) {
            Section next = blocks.get(i).section();
            if (next != null && next.level() <= level) {
                return i;
            }
        }
        return blocks.size();
    }

    int bytes() {
        return blocks.stream().mapToInt(Block::bytes).sum();
    }

    static int bytes(Node node) {
        return Renderer.utf8Length(node.outerHtml());
    }

    static int level(Node node) {
        if (!(node instanceof Element element)) {
            return 0;
        }
        String name = element.normalName();
        return name.length() == 2 && name.charAt(0) == 'h' && name.charAt(1) >= '1' && name.charAt(1) <= '6'
                ? name.charAt(1) - '0'
                : 0;
    }
}
