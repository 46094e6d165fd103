package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Manuscript;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds what was meant as a link and is shown as raw text: brackets that readers see. */
final class BrokenLinkRules {

    /** Further back nobody looks for the bracket that opens a link. */
    private static final int MAX_TEXT = 500;

    private static final int MAX_REPAIRED = 20_000;

    private static final Pattern ADDRESS = Pattern.compile("(?:https?://|www\\.|mailto:)");

    private static final Pattern LABEL = Pattern.compile("\\[([\\p{L}\\p{N}][\\p{L}\\p{N} _.-]{0,60})](?![\\[(:])");

    private final Reading reading;
    private final Manuscript manuscript;
    private final Context context;
    private final Findings findings;

    /** Of the line at hand. */
    private int lastClosing;

    BrokenLinkRules(Reading reading, Context context, Findings findings) {
        this.reading = reading;
        this.manuscript = reading.manuscript();
        this.context = context;
        this.findings = findings;
    }

    void check() {
        Set<String> missing = missingReferences();
        for (int line = manuscript.bodyLine(); line <= reading.lineCount(); line++) {
            String visible = reading.visible(line);
            if (visible.indexOf(']') < 0) {
                continue;
            }
            lastClosing = manuscript.line(line).lastIndexOf(')');
            for (int at = visible.indexOf(']'); at >= 0; at = visible.indexOf(']', at + 1)) {
                if (at == 0 || visible.charAt(at - 1) != '\\') {
                    checkBracket(line, visible, at);
                }
            }
            if (!missing.isEmpty()) {
                checkReferences(line, visible, missing);
            }
        }
    }

    private void checkBracket(int line, String visible, int at) {
        String source = manuscript.line(line);
        if (visible.startsWith("](", at)) {
            checkAddress(line, source, visible, at);
        } else if (visible.startsWith("] (", at)
                && ADDRESS.matcher(source).region(at + 3, source.length()).lookingAt()) {
            int open = opening(visible, at);
            if (open >= 0) {
                findings.add(
                        Rule.LINK_MALFORMED,
                        Place.of(line, open + 1),
                        "A space between the link's text and its address breaks the link. Take it out.",
                        () -> spliced(source, at + 1, at + 2, ""));
            }
        } else if (visible.startsWith("][", at)) {
            checkName(line, visible, at);
        }
    }

    private void checkAddress(int line, String source, String visible, int at) {
        int open = opening(visible, at);
        Place place = Place.of(line, (open >= 0 ? open : at) + 1);
        if (source.startsWith("((", at + 1)) {
            findings.add(
                    Rule.LINK_MALFORMED,
                    place,
                    "The address begins with two brackets, so readers see raw text. Take one out.",
                    () -> spliced(source, at + 1, at + 2, ""));
            return;
        }
        int end = at + 2;
        while (end < source.length() && " \t()".indexOf(source.charAt(end)) < 0) {
            if (Character.isISOControl(source.charAt(end))) {
                return; // told as a control character, whose repair mends the link
            }
            end++;
        }
        if (at > lastClosing) {
            int last = withoutMarks(source, at + 2, end);
            findings.add(
                    Rule.LINK_MALFORMED,
                    place,
                    "The address has no closing bracket, so readers see raw text. Add it.",
                    () -> last > at + 2 ? spliced(source, last, last, ")") : null);
        } else {
            findings.add(
                    Rule.LINK_MALFORMED,
                    place,
                    "This was meant as a link and is shown as raw text."
                            + " Look at its brackets, and for spaces in its address.");
        }
    }

    private void checkName(int line, String visible, int at) {
        int open = opening(visible, at);
        int end = visible.indexOf(']', at + 2);
        boolean afterWord = open > 0
                && (Character.isLetterOrDigit(visible.charAt(open - 1))
                        || visible.charAt(open - 1) == ']'
                        || visible.charAt(open - 1) == ')');
        if (open < 0 || afterWord || end < 0 || end - at > 100) {
            return;
        }
        String text = visible.substring(open + 1, at);
        String name = end == at + 2 ? text : visible.substring(at + 2, end);
        if (!name.isBlank() && text.chars().anyMatch(Character::isLetter)) {
            findings.add(
                    Rule.LINK_UNDEFINED,
                    Place.of(line, open + 1),
                    "Nothing says where this link leads. Add a line “[" + name.strip() + "]: https://…”.");
        }
    }

    /** Names that nearly every earlier issue links by, and this one does not. */
    private Set<String> missingReferences() {
        List<List<String>> used = context.earlier().stream()
                .map(issue -> issue.facts().references())
                .toList();
        if (used.size() < Habit.MIN) {
            return Set.of();
        }
        Set<String> missing = new HashSet<>(used.get(0));
        missing.removeIf(name -> !Habit.is(used, names -> names.contains(name)));
        missing.removeAll(references(reading));
        return missing;
    }

    private void checkReferences(int line, String visible, Set<String> missing) {
        Matcher matcher = LABEL.matcher(visible);
        while (matcher.find()) {
            if (missing.contains(matcher.group(1).strip().toLowerCase(Locale.ROOT))) {
                findings.add(
                        Rule.LINK_UNDEFINED,
                        Place.of(line, matcher.start() + 1),
                        "In earlier issues this is a link. Add the line “[" + matcher.group(1)
                                + "]: https://…” again.");
            }
        }
    }

    /** As {@link Facts#references}. */
    static List<String> references(Reading reading) {
        return reading.links().stream()
                .map(Hyperlink::name)
                .filter(name -> name != null && !name.isBlank() && name.length() <= 60)
                .map(name -> name.toLowerCase(Locale.ROOT))
                .distinct()
                .limit(50)
                .toList();
    }

    private static int opening(String visible, int at) {
        for (int open = at - 1; open >= Math.max(0, at - MAX_TEXT); open--) {
            if (visible.charAt(open) == '[') {
                return open;
            }
        }
        return -1;
    }

    /** An address ends before the marks that end its sentence. */
    private static int withoutMarks(String line, int from, int end) {
        int last = end;
        while (last > from && ".,;:!?".indexOf(line.charAt(last - 1)) >= 0) {
            last--;
        }
        return last;
    }

    private static @Nullable String spliced(String line, int from, int to, String by) {
        return line.length() > MAX_REPAIRED ? null : line.substring(0, from) + by + line.substring(to);
    }
}
