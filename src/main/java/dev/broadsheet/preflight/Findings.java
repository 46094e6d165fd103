package dev.broadsheet.preflight;

import dev.broadsheet.platform.Sha256;
import dev.broadsheet.rendering.Manuscript;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects findings while an issue is read; gives them their order and their ids. */
final class Findings {

    /** So many findings of a rule are a state of the source, not a list of places to mend. */
    static final int MAX_PER_RULE = 200;

    private static final int MAX_EXCERPT = 120;
    private static final int BEFORE = 30;

    /** Of a line longer than this, only what is around the place makes the id. */
    private static final int LONG = 4_000;

    private record Draft(
            Rule rule,
            Finding.Severity severity,
            Place place,
            String message,
            @Nullable String repair) {}

    private record Key(Rule rule, int line, int column, String message) {}

    private final Manuscript manuscript;
    private final List<Draft> drafts = new ArrayList<>();
    private final Set<Key> seen = new HashSet<>();
    private final Map<Rule, Integer> counts = new EnumMap<>(Rule.class);

    Findings(Manuscript manuscript) {
        this.manuscript = manuscript;
    }

    void add(Rule rule, Place place, String message) {
        add(rule, rule.severity(), place, message);
    }

    void add(Rule rule, Finding.Severity severity, Place place, String message) {
        add(rule, severity, place, message, () -> null);
    }

    void add(Rule rule, Place place, String message, @Nullable String repair) {
        add(rule, rule.severity(), place, message, () -> repair);
    }

    /** @param repair made only where the finding is kept; dropped where it changes nothing or would leave nothing */
    void add(Rule rule, Place place, String message, Supplier<@Nullable String> repair) {
        add(rule, rule.severity(), place, message, repair);
    }

    /** The same is told of one place once. */
    void add(Rule rule, Finding.Severity severity, Place place, String message, Supplier<@Nullable String> repair) {
        if (counts.getOrDefault(rule, 0) >= MAX_PER_RULE) {
            counts.merge(rule, 1, Integer::sum);
        } else if (seen.add(new Key(rule, place.line(), place.column(), message))) {
            counts.merge(rule, 1, Integer::sum);
            String line = repair.get();
            boolean mends = line != null && !line.isBlank() && !line.equals(manuscript.line(place.line()));
            drafts.add(new Draft(rule, severity, place, message, mends ? line : null));
        }
    }

    /** By line, then column, then rule. */
    List<Finding> inOrder() {
        drafts.sort(Comparator.comparingInt((Draft draft) -> draft.place().line())
                .thenComparingInt(draft -> draft.place().column())
                .thenComparing(draft -> draft.rule().id()));
        Map<Rule, Integer> told = new EnumMap<>(Rule.class);
        Map<String, Integer> sameText = new HashMap<>();
        List<Finding> findings = new ArrayList<>(drafts.size());
        for (Draft draft : drafts) {
            boolean isLast = told.merge(draft.rule(), 1, Integer::sum) == MAX_PER_RULE;
            findings.add(finding(draft, isLast, sameText));
        }
        return findings;
    }

    private Finding finding(Draft draft, boolean isLast, Map<String, Integer> sameText) {
        Place place = draft.place();
        String text = draft.rule().id() + "\n" + linesOf(draft);
        int earlier = sameText.merge(text, 1, Integer::sum) - 1;
        int more = counts.getOrDefault(draft.rule(), 0) - MAX_PER_RULE;
        return new Finding(
                HexFormat.of().formatHex(Sha256.of(text + "\n" + earlier), 0, 8),
                draft.rule().id(),
                draft.severity(),
                draft.severity() == Finding.Severity.ERROR ? draft.rule().blocks() : null,
                place.line(),
                place.column(),
                isLast && more > 0 ? draft.message() + " There are " + more + " more of this kind." : draft.message(),
                excerpt(manuscript.line(place.line()), place.column()),
                draft.repair(),
                place.lastLine());
    }

    /** A section is known by its heading: what is written below it later does not make it another. */
    private String linesOf(Draft draft) {
        Place place = draft.place();
        StringBuilder lines = new StringBuilder(line(place));
        if (!draft.rule().isOfSection()) {
            for (int line = place.line() + 1; line <= place.lastLine() && lines.length() < LONG; line++) {
                lines.append('\n').append(manuscript.line(line).strip());
            }
        }
        return lines.toString();
    }

    private String line(Place place) {
        String line = manuscript.line(place.line());
        return line.length() > LONG ? excerpt(line, place.column()) : line.strip();
    }

    private static String excerpt(String line, int column) {
        if (line.length() <= MAX_EXCERPT) {
            return line.strip();
        }
        int start = Math.max(0, Math.min(column - 1, line.length()) - BEFORE);
        int end = Math.min(line.length(), start + MAX_EXCERPT - 2);
        start = insidePair(line, start) ? start - 1 : start;
        end = insidePair(line, end) ? end - 1 : end;
        return (start > 0 ? "…" : "") + line.substring(start, end).strip() + (end < line.length() ? "…" : "");
    }

    private static boolean insidePair(String line, int index) {
        return index > 0
                && index < line.length()
                && Character.isLowSurrogate(line.charAt(index))
                && Character.isHighSurrogate(line.charAt(index - 1));
    }
}
