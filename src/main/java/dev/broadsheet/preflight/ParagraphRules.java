package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Manuscript;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.commonmark.node.Document;
import org.commonmark.node.Paragraph;

/** Finds paragraphs that say nearly the same again: the same first words, and four words of five the same. */
final class ParagraphRules {

    private static final Pattern GAP = Pattern.compile("[^\\p{L}\\p{N}]+");

    private static final int MIN_WORDS = 12;
    private static final int FIRST_WORDS = 5;
    private static final int MAX_TEXT = 5_000;

    private record Said(int line, Set<String> words) {}

    private ParagraphRules() {}

    static void check(Reading reading, Findings findings) {
        Manuscript manuscript = reading.manuscript();
        Map<String, Said> said = new HashMap<>();
        for (Paragraph paragraph : reading.paragraphs()) {
            if (!(paragraph.getParent() instanceof Document)) {
                continue;
            }
            String text = Visibility.text(paragraph, MAX_TEXT).toLowerCase(Locale.ROOT);
            List<String> words = List.of(GAP.split(text));
            if (words.size() < MIN_WORDS) {
                continue;
            }
            Place place = Place.of(manuscript, paragraph);
            Said now = new Said(place.line(), new HashSet<>(words));
            Said before = said.putIfAbsent(String.join(" ", words.subList(0, FIRST_WORDS)), now);
            if (before != null && areAlike(before.words(), now.words())) {
                findings.add(
                        Rule.PARAGRAPH_DUPLICATE,
                        place,
                        "This nearly repeats the paragraph in line " + before.line() + ". Leave one of the two out.");
            }
        }
    }

    private static boolean areAlike(Set<String> one, Set<String> other) {
        Set<String> both = new HashSet<>(one);
        both.retainAll(other);
        int all = one.size() + other.size() - both.size();
        return both.size() * 5 >= all * 4;
    }
}
