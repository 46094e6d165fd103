package dev.broadsheet.site;

import dev.broadsheet.rendering.Headings;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Locale;
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

    /** The names of its sections that have something in them; empty where it has none. */
    static String summary(String content) {
        return Headings.ofFilledParts(
                Jsoup.parseBodyFragment(belowTitle(content)).body(), SUMMARY);
    }

    /** As {@link Headings#belowTitle}. */
    static String belowTitle(String content) {
        Iterator<Integer> levels = Headings.belowTitle(HEADING.matcher(content)
                        .results()
                        .filter(tag -> tag.group(1).isEmpty())
                        .map(tag -> Integer.valueOf(tag.group(2)))
                        .toList())
                .iterator();
        Deque<Integer> open = new ArrayDeque<>(); // raw HTML can put one heading into another
        return HEADING.matcher(content).replaceAll(tag -> {
            if (!tag.group(1).isEmpty()) {
                return "</h" + open.pop();
            }
            open.push(levels.next());
            return "<h" + open.peek();
        });
    }
}
