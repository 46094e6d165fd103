package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Manuscript;
import dev.broadsheet.rendering.Section;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
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

    /** Whether an address is the newsletter's own: a host it lives on, or one named like it. */
    static boolean isOwn(String address, Manuscript manuscript, Context context) {
        String host = Address.host(address);
        if (host.isEmpty()) {
            return false;
        }
        String plain = host.startsWith("www.") ? host.substring(4) : host;
        if (context.ownHosts().contains(host) || context.ownHosts().contains(plain)) {
            return true;
        }
        int dot = plain.lastIndexOf('.');
        String name = dot < 0 ? plain : plain.substring(0, dot);
        return !name.isEmpty()
                && (name.equals(Manuscript.slug(context.newsletterTitle()))
                        || name.equals(Manuscript.slug(
                                withoutNumber(manuscript.frontMatter().title()))));
    }

    /** {@code This Week in Rust} of {@code This Week in Rust 570}. */
    static String withoutNumber(String title) {
        String bare = title.strip();
        int end = bare.length();
        while (end > 0 && Character.isDigit(bare.charAt(end - 1))) {
            end--;
        }
        String head = bare.substring(0, end).strip();
        while (head.endsWith("#") || head.toLowerCase(Locale.ROOT).endsWith(" no.")) {
            head = head.substring(0, head.length() - (head.endsWith("#") ? 1 : 4))
                    .strip();
        }
        return head;
    }
}
