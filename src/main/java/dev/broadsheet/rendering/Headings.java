package dev.broadsheet.rendering;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jsoup.nodes.Element;

/** The headings of an issue's text, where it stands below a title of its own: in a mail, on a page, in a preview. */
public final class Headings {

    private Headings() {}

    /**
     * The levels that headings have below the one {@code h1} of a page or a mail. A text that begins with an
     * {@code h1} counts its sections from one: all of them go down by one. In any other an {@code h1} is a slip among
     * {@code h2}, and becomes one. Levels that the text skips are closed up, since people who move by headings would
     * look for them.
     *
     * @param written 1 to 6, in their order
     * @return 2 to 6, one for each
     */
    public static List<Integer> belowTitle(List<Integer> written) {
        boolean fromOne = !written.isEmpty() && written.get(0) == 1;
        Deque<Integer> above = new ArrayDeque<>(); // the levels, as written, of the headings that hold this one
        List<Integer> shown = new ArrayList<>(written.size());
        for (int heading : written) {
            int level = fromOne ? heading : Math.max(2, heading);
            while (!above.isEmpty() && above.peek() >= level) {
                above.pop();
            }
            above.push(level);
            shown.add(Math.min(6, 1 + above.size()));
        }
        return shown;
    }

    /**
     * The names of the parts that have something in them, since a digest begins with the same words every week.
     *
     * @param max characters: the names that fit
     * @return the names, with points between them; empty where no part has a name
     */
    public static String ofFilledParts(Element content, int max) {
        Set<String> names = new LinkedHashSet<>();
        int length = 0;
        for (Element heading : filled(content)) {
            String name = heading.text();
            if (name.isBlank() || names.contains(name)) {
                continue;
            }
            length += name.length() + 3;
            if (length > max) {
                break;
            }
            names.add(name);
        }
        return String.join(" · ", names);
    }

    /** Headings of the first two levels with something below them that is no heading. */
    private static List<Element> filled(Element content) {
        List<Element> filled = new ArrayList<>();
        List<Element> open = new ArrayList<>();
        for (Element block : content.children()) {
            int level = Blocks.level(block);
            if (level > 0) {
                open.removeIf(heading -> Blocks.level(heading) >= level);
                if (level <= 2) {
                    open.add(block);
                }
            } else if (!open.isEmpty()
                    && (block.hasText() || !block.select("img").isEmpty())) {
                filled.addAll(open);
                open.clear();
            }
        }
        return filled;
    }
}
