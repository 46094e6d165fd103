package dev.broadsheet.events;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What lines of an events section look like when nothing is wrong with them. These are the house's two expressions,
 * scanned so that a hostile line costs no more than its length:
 *
 * <pre>
 * * 2024-10-23 - 2024-10-25 | Place | [Organiser](https://…) + [Organiser](https://…)
 *     * [**Title**](https://…) | [**Mirror**](https://…)
 * </pre>
 */
final class EventGrammar {

    /** Up to the place; the dash may be an en dash. */
    private static final Pattern DAYS =
            Pattern.compile("[*-] \\d{4}-\\d{2}-\\d{2}(?: ?[-–] ?\\d{4}-\\d{2}-\\d{2})? ?\\| ");

    private static final Pattern TITLE_START = Pattern.compile("(?: {2}| {4}|\\t)[*-] \\[\\*\\*");
    private static final Pattern WEB_LINK_END = Pattern.compile("\\*\\*]\\(https?://");

    /** @param rest what follows the link */
    record Title(String text, String address, String rest) {}

    private EventGrammar() {}

    static boolean isEvent(String line) {
        Matcher days = DAYS.matcher(line);
        if (!days.lookingAt()) {
            return false;
        }
        int pipe = line.indexOf('|', days.end());
        return pipe > 0
                && !line.substring(days.end(), pipe).isBlank()
                && line.startsWith(" [", pipe + 1)
                && endsWithLink(line.substring(pipe + 2).stripTrailing());
    }

    /** A line's last link is enough: whatever stands before it may be the text of that link. */
    private static boolean endsWithLink(String links) {
        int start = Math.max(links.lastIndexOf("](https://"), links.lastIndexOf("](http://"));
        int address = links.indexOf("//", Math.max(start, 0)) + 2;
        return start > 1
                && links.endsWith(")")
                && links.length() - 1 > address
                && links.chars().skip(start).noneMatch(Character::isWhitespace);
    }

    /** Null where the line is no title as it should be. */
    static @Nullable Title title(String line) {
        Matcher start = TITLE_START.matcher(line);
        if (!start.lookingAt()) {
            return null;
        }
        Matcher link = WEB_LINK_END.matcher(line);
        int from = start.end() + 1;
        while (from < line.length() && link.find(from)) {
            int end = link.end();
            while (end < line.length() && !Character.isWhitespace(line.charAt(end))) {
                end++;
            }
            String rest = line.substring(end);
            if (end - 1 > link.end() && line.charAt(end - 1) == ')' && (rest.isBlank() || rest.startsWith(" | ["))) {
                return new Title(
                        line.substring(start.end(), link.start()),
                        line.substring(link.start() + "**](".length(), end - 1),
                        rest);
            }
            from = end;
        }
        return null;
    }
}
