package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Manuscript;
import dev.broadsheet.rendering.Section;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.commonmark.node.ListBlock;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.jspecify.annotations.Nullable;

/** Finds sections that nobody has written yet: empty ones, and ones with nothing but what stands there every time. */
final class SectionRules {

    /** In a comment, where editors are to write. */
    private static final Pattern SLOT = Pattern.compile("(?is)\\bgo(?:es)? here\\b");

    /** Paragraphs that ask readers for something, rather than tell them. */
    private static final Pattern REQUEST = Pattern.compile(
            "(?is)(?:please (?:submit|send|add|suggest|nominate|vote)|if you (?:are|have|would|want|know|find)|always wanted|are you"
                    + "|would you like|do you (?:want|have|know)|want (?:to|something)|let us know|submit your|send us)\\b.*");

    private static final Pattern OF_THE_TIME = Pattern.compile("(?i).*\\bof the (?:week|month|day|issue)\\b.*");

    /** What a request says where the thing itself is missing. */
    private static final Pattern NEXT_TIME = Pattern.compile(
            "(?is).*\\bfor (?:the )?next (?:week|month|issue)\\b.*|.*\\bappear (?:in|on) (?:this|the above) list\\b.*");

    private static final Pattern NONE = Pattern.compile("(?i)no \\p{L}.*");

    private static final int MAX_TEXT = 5_000;

    private final Manuscript manuscript;
    private final Context context;
    private final Findings findings;
    private final List<Part> parts;
    private final boolean[] shows;

    SectionRules(Reading reading, Context context, Findings findings) {
        this.manuscript = reading.manuscript();
        this.context = context;
        this.findings = findings;
        this.parts = reading.parts();
        this.shows = new boolean[parts.size()];
        for (int i = parts.size() - 1; i >= 0; i--) {
            Part part = parts.get(i);
            shows[i] |= part.blocks().stream().anyMatch(Visibility::isShown);
            if (shows[i] && part.parent() >= 0) {
                shows[part.parent()] = true;
            }
        }
    }

    void check() {
        Map<String, Integer> titles = new HashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            Section section = parts.get(i).section();
            boolean hasSections = i + 1 < parts.size() && parts.get(i + 1).parent() == i;
            if (!shows[i] && !hasSections && !isTitle(i)) {
                findings.add(
                        Rule.SECTION_EMPTY,
                        whole(section),
                        "Nothing stands below this heading. Fill the section, or leave it out.");
            } else {
                checkFilled(i, hasSections);
            }
            checkTitle(parts.get(i), titles);
            checkMisplaced(i);
        }
    }

    private Place whole(Section section) {
        int last = section.endLine();
        while (last > section.line() && manuscript.line(last).isBlank()) {
            last--;
        }
        return Place.of(section.line()).to(last);
    }

    /** A text may begin with its own title. */
    private boolean isTitle(int index) {
        String title = Manuscript.slug(parts.get(index).section().title());
        return index == 0
                && (title.equals(Manuscript.slug(manuscript.frontMatter().title()))
                        || title.equals(Manuscript.slug(context.newsletterTitle())));
    }

    private void checkFilled(int index, boolean hasSections) {
        Part part = parts.get(index);
        List<Node> shown = part.blocks().stream().filter(Visibility::isShown).toList();
        if (shown.isEmpty()) {
            if (!shows[index] && hasSections && !isTitle(index)) {
                unfilled(whole(part.section()), "All sections below this heading are empty.");
            } else if (slot(part) >= 0) {
                unfilled(Place.of(part.section().line()), "Nothing stands below this heading but further headings.");
            }
            return;
        }
        int request = firstRequest(part, shown, hasSections);
        if (request >= 0) {
            int last = Math.min(request, shown.size() - 1);
            while (last + 1 < shown.size() && isRequest(shown.get(last + 1))) {
                last++;
            }
            boolean isAll = last + 1 == shown.size() && !hasSections;
            unfilled(
                    isAll
                            ? whole(part.section())
                            : Place.of(part.section().line()).to(manuscript.lastLineOf(shown.get(last))),
                    "This section has nothing yet but what introduces it.");
        } else if (isAsEveryTime(part.section(), shown)) {
            unfilled(
                    Place.of(part.section().line()).to(manuscript.lastLineOf(shown.get(shown.size() - 1))),
                    "This section has nothing but what stands in it every time.");
        }
    }

    private void unfilled(Place place, String message) {
        findings.add(Rule.SECTION_UNFILLED, place, message + " Fill it, or leave it out.");
    }

    /**
     * Where content should stand and a request or nothing does: its index among the blocks shown, their number for
     * the end; -1 where the section has content.
     */
    private int firstRequest(Part part, List<Node> shown, boolean hasSections) {
        int afterSlot = slot(part);
        if (afterSlot >= 0) {
            int before = (int) part.blocks().subList(0, afterSlot).stream()
                    .filter(Visibility::isShown)
                    .count();
            boolean onlyIntroduced = shown.subList(0, before).stream().allMatch(SectionRules::introduces);
            if (onlyIntroduced && (before == shown.size() ? !hasSections : isRequest(shown.get(before)))) {
                return before;
            }
        }
        for (int i = 0; i < shown.size(); i++) {
            boolean isLast = i + 1 == shown.size();
            boolean introduces =
                    shown.get(i) instanceof Paragraph && text(shown.get(i)).endsWith(":");
            if (introduces && !hasSections && (isLast || areRequests(shown.subList(i + 1, shown.size())))) {
                return i + 1;
            }
        }
        if (isRequest(shown.get(0))
                && (OF_THE_TIME.matcher(part.section().title()).matches() || areRequests(shown))
                && NEXT_TIME.matcher(text(shown.get(0))).matches()
                && !hasSections) {
            return 0;
        }
        return -1;
    }

    private static boolean areRequests(List<Node> blocks) {
        return blocks.stream().allMatch(SectionRules::isRequest);
    }

    private static boolean isRequest(Node block) {
        return block instanceof Paragraph && REQUEST.matcher(text(block)).matches();
    }

    /** Words without a link, or with a colon at their end: no content by themselves. */
    private static boolean introduces(Node block) {
        return block instanceof Paragraph
                && (text(block).endsWith(":") || isRequest(block) || !Visibility.hasLink(block));
    }

    /** Index of the block behind the comment that says where to write; -1 where there is none. */
    private static int slot(Part part) {
        for (int i = 0; i < part.blocks().size(); i++) {
            String comment = Visibility.comment(part.blocks().get(i));
            if (comment.length() < MAX_TEXT && SLOT.matcher(comment).find()) {
                return i + 1;
            }
        }
        return -1;
    }

    /** Whether all of it stood here in earlier issues that had more. */
    private boolean isAsEveryTime(Section section, List<Node> shown) {
        List<String> own = Boilerplate.hashes(shown);
        if (own.contains(Boilerplate.OTHER)) {
            return false;
        }
        List<List<String>> earlier = new ArrayList<>();
        for (Earlier issue : context.earlier()) {
            List<String> then = issue.facts().paragraphs().get(section.id());
            if (then != null) {
                earlier.add(then);
            }
        }
        return Habit.is(earlier, then -> then.size() > own.size() && new HashSet<>(then).containsAll(own));
    }

    private void checkTitle(Part part, Map<String, Integer> titles) {
        String title = Manuscript.slug(part.section().title());
        Integer first = titles.putIfAbsent(
                part.parent() + "/" + part.section().level() + "/" + title,
                part.section().line());
        if (first != null && !title.isEmpty()) {
            findings.add(
                    Rule.SECTION_DUPLICATE,
                    Place.of(part.section().line()),
                    "The same heading stands in line " + first + ". Join the two sections, or rename one.");
        }
    }

    /** {@code No Cargo issues this week} below Language Team, while the section Cargo is empty. */
    private void checkMisplaced(int index) {
        Part part = parts.get(index);
        for (Node block : part.blocks()) {
            Node first = block instanceof ListBlock ? block.getFirstChild() : block;
            String text = first == null || !Visibility.isShown(block) ? "" : text(first);
            if (!NONE.matcher(text).matches()) {
                continue;
            }
            String about = Manuscript.slug(text.substring(3)) + "-";
            if (about.startsWith(Manuscript.slug(part.section().title()) + "-")) {
                continue;
            }
            Section other = emptySibling(index, about);
            if (other != null && first != null) {
                findings.add(
                        Rule.SECTION_MISPLACED,
                        Place.of(manuscript, first),
                        "This line seems to belong below “" + other.title() + "” (line " + other.line()
                                + "), which is empty.");
            }
        }
    }

    private @Nullable Section emptySibling(int index, String about) {
        Part part = parts.get(index);
        int from = Math.max(0, index - MAX_SIBLINGS);
        int to = Math.min(parts.size(), index + MAX_SIBLINGS);
        Set<Section> found = new HashSet<>();
        for (int i = from; i < to; i++) {
            Part other = parts.get(i);
            if (i != index
                    && !shows[i]
                    && other.parent() == part.parent()
                    && other.section().level() == part.section().level()
                    && about.startsWith(Manuscript.slug(other.section().title()) + "-")) {
                found.add(other.section());
            }
        }
        return found.size() == 1 ? found.iterator().next() : null;
    }

    private static final int MAX_SIBLINGS = 20;

    private static String text(Node node) {
        String text = Visibility.text(node, MAX_TEXT);
        return text.toLowerCase(Locale.ROOT).strip();
    }
}
