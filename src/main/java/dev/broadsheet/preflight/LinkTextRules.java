package dev.broadsheet.preflight;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;

/** Looks at the words that links are made of. */
final class LinkTextRules {

    private static final Pattern URL = Pattern.compile("https?://[^\\s/]+\\S*");

    /** GitHub cuts titles of pull requests there. */
    private static final int CUT_FROM = 60;

    private static final int CUT_TO = 80;

    /** Not brackets: faces, {@code 1)}, half-open ranges. */
    private static final Pattern OTHER = Pattern.compile(
            "[:;=8]['-]?[()]+|(?<=^|\\s)[\\p{L}\\p{N}]{1,2}\\)|[\\[(][^\\[\\](),]{0,20},[^\\[\\](),]{0,20}[])]");

    private LinkTextRules() {}

    static void check(Reading reading, Findings findings) {
        for (Hyperlink link : reading.links()) {
            if (!link.isImage() && !LinkRules.isRaw(link)) {
                check(link, Place.of(reading.manuscript(), link.node()), findings);
            }
        }
    }

    private static void check(Hyperlink link, Place place, Findings findings) {
        String text = link.text();
        if (URL.matcher(text).find()) {
            findings.add(Rule.LINK_TEXT_URL, place, "The link's text is an address. Say what is behind it.");
        }
        if (isCut(text)) {
            findings.add(Rule.LINK_TEXT_TRUNCATED, place, "The link's text was cut short. Write all of it.");
        } else if (text.length() < 1_000 && hasOddBracket(OTHER.matcher(text).replaceAll(""))) {
            findings.add(
                    Rule.LINK_TEXT_UNBALANCED,
                    place,
                    "A bracket in the link's text has no partner. Add it, or take it out.");
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
