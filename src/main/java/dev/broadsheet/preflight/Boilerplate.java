package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Manuscript;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;

/** What stands below a heading, short enough to be kept: so what stands there every time is known from the rest. */
final class Boilerplate {

    /** Of a list, a table or anything else that is no paragraph. */
    static final String OTHER = "*";

    private static final int MAX_SECTIONS = 200;
    private static final int MAX_BLOCKS = 40;

    private Boilerplate() {}

    static List<String> hashes(List<Node> shown) {
        List<String> hashes = new ArrayList<>();
        for (Node block : shown.subList(0, Math.min(shown.size(), MAX_BLOCKS))) {
            hashes.add(
                    block instanceof Paragraph
                            ? Integer.toHexString(Manuscript.text(block).hashCode())
                            : OTHER);
        }
        return hashes;
    }

    /** As {@link Facts#paragraphs}. */
    static Map<String, List<String>> of(List<Part> parts) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (Part part : parts.subList(0, Math.min(parts.size(), MAX_SECTIONS))) {
            all.put(
                    part.section().id(),
                    hashes(part.blocks().stream().filter(Visibility::isShown).toList()));
        }
        return all;
    }
}
