package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Manuscript;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;
import org.commonmark.node.Code;
import org.commonmark.node.Node;
import org.commonmark.node.Text;

/** Looks at the words that links are made of. */
final class LinkTextRules {

    private static final Pattern URL = Pattern.compile("https?://[^\\s/]+\\S*");

    /** GitHub cuts titles of pull requests there. */
    private static final int CUT_FROM = 60;

    private static final int CUT_TO = 80;

    /** Not brackets: faces, {@code 1)}, half-open ranges. */
    private static final Pattern OTHER = Pattern.compile(
            "[:;]['-]?[()](?=\\s|$)|^[\\p{L}\\p{N}]{1,2}\\)|[\\[(][^\\[\\](),]{0,20},[^\\[\\](),]{0,20}[])]");

    private static final Pattern BRACKET = Pattern.compile("[\\[\\]()]");

    private LinkTextRules() {}

    static void check(Reading reading, Findings findings) {
        for (Hyperlink link : reading.links()) {
            if (!link.isImage() && !LinkRules.isRaw(link)) {
                check(reading.manuscript(), link, findings);
            }
        }
    }

    private static void check(Manuscript manuscript, Hyperlink link, Findings findings) {
        Place place = Place.of(manuscript, link.node());
        String text = words(link.node());
        boolean isAutolink = manuscript.line(place.line()).startsWith("<", place.column() - 1);
        if (!isAutolink && URL.matcher(text).find()) {
            findings.add(Rule.LINK_TEXT_URL, place, "The link's text is an address. Say what is behind it.");
        }
        if (isCut(link.text())) {
            findings.add(Rule.LINK_TEXT_TRUNCATED, place, "The link's text was cut short. Write all of it.");
        } else if (text.length() < 1_000
                && BRACKET.matcher(text).find()
                && hasOddBracket(OTHER.matcher(text).replaceAll(""))) {
            findings.add(
                    Rule.LINK_TEXT_UNBALANCED,
                    place,
                    "A bracket in the link's text has no partner. Add it, or take it out.");
        }
    }

    /** Its words without its code, in which brackets have other meanings. */
    private static String words(Node link) {
        StringBuilder words = new StringBuilder();
        addWords(link, words);
        return words.toString();
    }

    private static void addWords(Node node, StringBuilder words) {
        for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
            if (child instanceof Text text) {
                words.append(text.getLiteral());
            } else if (child instanceof Code) {
                words.append('`');
            } else {
                addWords(child, words);
            }
        }
    }

    private static boolean isCut(String text) {
        return text.length() >= CUT_FROM
                && text.length() <= CUT_TO
                && (text.endsWith("...") || text.endsWith("…"))
                && !text.endsWith(" …");
    }

    private static boolean hasOddBracket(String text) {
        Deque<Character> open = new ArrayDeque<>();
        for (char c : text.toCharArray()) {
            switch (c) {
                case '(' -> open.push(')');
                case '[' -> open.push(']');
                case ')', ']' -> {
                    if (open.isEmpty() || open.pop() != c) {
                        return true;
                    }
                }
                default -> {}
            }
        }
        return !open.isEmpty();
    }
}
