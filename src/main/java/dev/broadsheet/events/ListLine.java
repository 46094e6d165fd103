package dev.broadsheet.events;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A source line taken apart as a list's item, also without a bullet.
 *
 * @param indent columns before it
 * @param bullet {@code *}, {@code -} or {@code +}; empty where there is none
 * @param body what follows, stripped
 */
record ListLine(int number, String text, int indent, String bullet, String body) {

    private static final Pattern ITEM = Pattern.compile("([*+-])(?:[ \\t]++|(?=\\d{4}-))");
    private static final Pattern OLD_DATE =
            Pattern.compile("\\[(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}+\\.? {1,3}\\d{1,2}\\b");

    static ListLine of(SourceLine line) {
        String text = line.text();
        int start = 0;
        int indent = 0;
        while (start < text.length() && (text.charAt(start) == ' ' || text.charAt(start) == '\t')) {
            indent += text.charAt(start) == '\t' ? 4 : 1;
            start++;
        }
        Matcher item = ITEM.matcher(text).region(start, text.length());
        boolean bulleted = item.lookingAt();
        return new ListLine(
                line.number(),
                text,
                indent,
                bulleted ? item.group(1) : "",
                text.substring(bulleted ? item.end() : start).strip());
    }

    boolean hasBullet() {
        return !bullet.isEmpty();
    }

    /** {@code 2024-10-23 | …}, or a bullet and a date. */
    boolean beginsWithDate() {
        return EventDays.isAtStart(body) && (hasBullet() || body.indexOf('|') > 0);
    }

    /** {@code * [February 8, 2022 | …](…)}. */
    boolean isOldForm() {
        return hasBullet() && OLD_DATE.matcher(body).lookingAt() && body.indexOf('|') > 0;
    }

    boolean hasLinkOrPipe() {
        return body.indexOf('|') >= 0 || body.contains("](");
    }
}
