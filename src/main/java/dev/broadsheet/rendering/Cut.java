package dev.broadsheet.rendering;

import java.util.List;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a content that is too large for a mail: at the last heading that fits, so that no section is torn. Where that
 * would leave less than half of the room, at the last block, and within a list at the last item.
 */
final class Cut {

    /** The tags of a list whose items are counted one by one, with their style. */
    private static final int LIST_TAGS = 120;

    private final Element content;
    private final int budget;

    private Cut(Element content, int budget) {
        this.content = content;
        this.budget = budget;
    }

    /**
     * Leaves whole blocks and items of a list, sections aside.
     *
     * @param budget bytes of HTML
     * @return the first that was left out, or null where all fits
     */
    static @Nullable Node atBlock(Element content, int budget) {
        return new Cut(content, budget).cut(false, false);
    }

    /** @param isCutAlready whether more had followed, so that the last section is not whole */
    static @Nullable Node atSection(Element content, int budget, boolean isCutAlready) {
        return new Cut(content, budget).cut(true, isCutAlready);
    }

    private @Nullable Node cut(boolean atHeading, boolean isCutAlready) {
        List<Node> blocks = content.childNodes();
        int sum = 0;
        int heading = 0;
        int aboveHeading = 0;
        int end = 0;
        while (end < blocks.size()) {
            Node block = blocks.get(end);
            if (Blocks.level(block) > 0) {
                heading = end;
                aboveHeading = sum;
            }
            int bytes = Blocks.bytes(block);
            if (sum + bytes > budget) {
                break;
            }
            sum += bytes;
            end++;
        }
        if (end == blocks.size() && !isCutAlready) {
            return null;
        }
        if (atHeading && aboveHeading >= budget / 2) {
            return removeFrom(heading);
        }
        if (end == blocks.size()) {
            return null;
        }
        Node item = tear(blocks.get(end), budget - sum);
        if (item != null) {
            removeFrom(end + 1);
            return item;
        }
        return removeFrom(withoutHeading(blocks, end));
    }

    /** Leaves the items of a list that fit; null where it is no list or none does. */
    private static @Nullable Node tear(Node block, int room) {
        if (!(block instanceof Element list) || !List.of("ul", "ol").contains(list.normalName())) {
            return null;
        }
        int sum = LIST_TAGS;
        int fitting = 0;
        for (Node item : list.childNodes()) {
            sum += Blocks.bytes(item);
            if (sum > room) {
                break;
            }
            fitting++;
        }
        List<Node> items = List.copyOf(list.childNodes());
        if (items.subList(0, fitting).stream().noneMatch(Element.class::isInstance)) {
            return null;
        }
        replace(list, items.subList(0, fitting));
        return first(items.subList(fitting, items.size()));
    }

    /** A heading does not stay behind alone, nor do those that it belongs to. */
    private static int withoutHeading(List<Node> blocks, int end) {
        int last = end;
        int level = 7;
        for (int i = end - 1; i >= 0; i--) {
            int above = Blocks.level(blocks.get(i));
            if (above > 0 && above < level) {
                last = i;
                level = above;
            } else if (!(blocks.get(i) instanceof TextNode)) {
                break;
            }
        }
        return last;
    }

    private @Nullable Node removeFrom(int from) {
        List<Node> blocks = List.copyOf(content.childNodes());
        replace(content, blocks.subList(0, from));
        return first(blocks.subList(from, blocks.size()));
    }

    /** The ends of lines between the elements tell nobody anything. */
    private static @Nullable Node first(List<Node> nodes) {
        return nodes.stream()
                .filter(Element.class::isInstance)
                .findFirst()
                .orElse(nodes.isEmpty() ? null : nodes.get(0));
    }

    /** All at once: removing one by one takes time by the square. */
    private static void replace(Element parent, List<Node> children) {
        List<Node> kept = List.copyOf(children);
        parent.empty();
        parent.appendChildren(kept);
    }
}
