package dev.broadsheet.site;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;

/**
 * An issue's text as pages and feeds show it. What comes in is safe HTML as the renderer writes it: every {@code <}
 * begins a tag, attributes are lower case and in double quotes.
 */
final class IssueHtml {

    /** What search engines and previews show of a description. */
    private static final int SUMMARY = 160;

    private static final Pattern HEADING = Pattern.compile("<(/?)h([1-6])\\b");
    private static final Pattern SECTION = Pattern.compile("<h2\\b[^>]*>(.*?)</h2>", Pattern.DOTALL);
    private static final Pattern TABLE = Pattern.compile("<table\\b|</table>");
    private static final Pattern ALIGN = Pattern.compile("(<t[dh]\\b(?: [a-z]+=\"[^\"]*\")*?) align=\"(\\w+)\"");
    private static final Pattern TO_ANCHOR = Pattern.compile("(<a\\b(?: [a-z]+=\"[^\"]*\")*? href=\")(?=#)");

    private IssueHtml() {}

    /**
     * Below a page's one {@code h1}, which is the issue's title. A table too wide for the page scrolls by itself, and
     * its cells are aligned by class: {@code align} is for mail programs alone.
     */
    static String onPage(String content) {
        String aligned = ALIGN.matcher(belowTitle(content))
                .replaceAll(cell -> Matcher.quoteReplacement(
                        cell.group(1) + " class=\"" + cell.group(2).toLowerCase(Locale.ROOT) + '"'));
        return TABLE.matcher(aligned)
                .replaceAll(tag -> tag.group().startsWith("</")
                        ? "</table></div>"
                        : "<div class=\"wide\" role=\"group\" aria-label=\"Table\" tabindex=\"0\"><table");
    }

    /** In a feed reader there is nothing to jump to, so links within the issue go to its page. */
    static String inFeed(String content, String url) {
        String page = Matcher.quoteReplacement(url.replace("&", "&amp;"));
        return TO_ANCHOR.matcher(content).replaceAll("$1" + page);
    }

    /** The names of its sections, since a digest begins with the same words every week; empty where it has none. */
    static String summary(String content) {
        Set<String> names = new LinkedHashSet<>();
        int length = 0;
        Matcher section = SECTION.matcher(belowTitle(content));
        while (section.find()) {
            String name = Jsoup.parseBodyFragment(section.group(1)).text();
            if (!name.isEmpty() && !names.contains(name)) {
                length += name.length() + 3;
                if (length > SUMMARY) {
                    break;
                }
                names.add(name);
            }
        }
        return String.join(" · ", names);
    }

    /**
     * A text that begins with an {@code h1} counts its sections from one: all of them go down by one. In any other
     * an {@code h1} is a slip among {@code h2}, and becomes one. Where a level is skipped, what follows moves up.
     */
    static String belowTitle(String content) {
        Matcher first = HEADING.matcher(content);
        int down = first.find() && first.group(2).equals("1") ? 1 : 0;
        Deque<Integer> above = new ArrayDeque<>(); // the levels, as written, of the headings that hold this one
        Deque<Integer> open = new ArrayDeque<>(); // as shown; raw HTML can put one heading into another
        return HEADING.matcher(content).replaceAll(tag -> {
            if (!tag.group(1).isEmpty()) {
                return "</h" + open.pop();
            }
            int level = Math.max(2, Integer.parseInt(tag.group(2)) + down);
            while (!above.isEmpty() && above.peek() >= level) {
                above.pop();
            }
            above.push(level);
            open.push(Math.min(6, 1 + above.size()));
            return "<h" + open.peek();
        });
    }
}
