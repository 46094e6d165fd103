package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Manuscript;
import dev.broadsheet.rendering.Section;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.commonmark.node.ListItem;

/**
 * The part of a digest that lists what its community wrote. A newsletter without such a heading has none, and the
 * rules about that part are silent for it.
 */
final class Community {

    private static final Pattern TITLE = Pattern.compile(
            "(?i)(?:updates|news|posts|links|articles)\\b.*\\bcommunity\\b.*|community (?:updates|news|posts|links|articles)|.*\\bblog posts\\b.*");

    private final List<Section> sections;

    Community(Manuscript manuscript) {
        sections = manuscript.sections().stream()
                .filter(section -> TITLE.matcher(section.title()).matches())
                .toList();
    }

    /** The first link of each list item there: what the item is about. */
    List<Hyperlink> items(List<Hyperlink> links) {
        List<Hyperlink> found = new ArrayList<>();
        Set<ListItem> seen = new HashSet<>();
        for (Hyperlink link : links) {
            ListItem item = link.item();
            if (item != null
                    && !link.isImage()
                    && sections.stream()
                            .anyMatch(section -> section.holds(link.place().line()))
                    && seen.add(item)) {
                found.add(link);
            }
        }
        return found;
    }
}
