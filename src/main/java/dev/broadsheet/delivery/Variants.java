package dev.broadsheet.delivery;

import dev.broadsheet.rendering.Rendered.RenderedSection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A campaign's messages for readers who want some sections alone: one for each set of sections that is left out, made
 * when the first such reader comes, by cutting the whole one.
 */
final class Variants<M> {

    /** Messages kept at a time; what is beyond is cut anew when it comes again, which costs far less than a hand-over. */
    private static final int MOST = 64;

    private final List<RenderedSection> sections;
    private final Function<Set<String>, M> without;
    private final Map<Set<String>, M> made = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Set<String>, M> eldest) {
            return size() > MOST;
        }
    };

    /** @param without makes the message without sections, by their ids; of none for the whole issue */
    Variants(List<RenderedSection> sections, Function<Set<String>, M> without) {
        this.sections = sections;
        this.without = without;
    }

    M without(Set<String> leftOut) {
        return made.computeIfAbsent(leftOut, without);
    }

    /**
     * What of the issue a reader does not want. A section that is wanted is wanted with all its parts, unless parts of it
     * were chosen; a part that is wanted brings its section along.
     *
     * @param wanted ids of sections, from any issue; none for all
     * @return ids, in their order; none for the whole issue
     */
    Set<String> leftOut(Collection<String> wanted) {
        Set<String> leftOut = new TreeSet<>();
        if (!wanted.isEmpty()) {
            for (RenderedSection section : sections) {
                if (!isWanted(section.id(), wanted)) {
                    leftOut.add(section.id());
                }
            }
        }
        return leftOut;
    }

    private static boolean isWanted(String id, Collection<String> wanted) {
        if (wanted.contains(id)) {
            return true;
        }
        int slash = id.lastIndexOf('/');
        if (slash < 0) {
            return chosenParts(id, wanted);
        }
        String parent = id.substring(0, slash);
        return wanted.contains(parent) && !chosenParts(parent, wanted);
    }

    private static boolean chosenParts(String section, Collection<String> wanted) {
        return wanted.stream().anyMatch(other -> other.startsWith(section + "/"));
    }

    /** Whether nothing would be left of an issue that has sections. */
    boolean isNothing(Set<String> leftOut) {
        return !leftOut.isEmpty() && sections.stream().allMatch(section -> leftOut.contains(section.id()));
    }

    /** Rows by what their readers leave out, the most common first come. */
    Map<Set<String>, List<Claim.Row>> byLeftOut(List<Claim.Row> rows) {
        Map<List<String>, Set<String>> known = new LinkedHashMap<>();
        Map<Set<String>, List<Claim.Row>> groups = new LinkedHashMap<>();
        for (Claim.Row row : rows) {
            Set<String> leftOut = known.computeIfAbsent(row.sections(), wanted -> leftOut(new HashSet<>(wanted)));
            groups.computeIfAbsent(leftOut, set -> new ArrayList<>()).add(row);
        }
        return groups;
    }
}
