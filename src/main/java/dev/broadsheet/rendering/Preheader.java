package dev.broadsheet.rendering;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jsoup.nodes.Element;

/** What mail programs show beside the subject. */
final class Preheader {

    private static final int MAX_LENGTH = 130;

    private Preheader() {}

    /**
     * The editor's own, else the names of the parts that have something in them: the first words of a digest are the
     * same every week.
     */
    static String of(FrontMatter issue, Element content) {
        if (issue.preheader() != null) {
            return issue.preheader();
        }
        Set<String> names = new LinkedHashSet<>();
        int length = 0;
        for (Element heading : filled(content)) {
            String name = heading.text();
            if (name.isBlank() || names.contains(name)) {
                continue;
            }
            length += name.length() + 3;
            if (length > MAX_LENGTH) {
                break;
            }
            names.add(name);
        }
        return names.isEmpty() ? cut(content) : String.join(" · ", names);
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

    private static String cut(Element content) {
        String text = content.text();
        if (text.length() <= MAX_LENGTH) {
            return text;
        }
        int end = text.lastIndexOf(' ', MAX_LENGTH);
        return text.substring(0, end < MAX_LENGTH / 2 ? text.offsetByCodePoints(0, MAX_LENGTH / 2) : end) + " …";
    }
}
