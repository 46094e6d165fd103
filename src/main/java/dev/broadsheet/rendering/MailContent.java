package dev.broadsheet.rendering;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/** Makes a mail's content of the web's. */
final class MailContent {

    private MailContent() {}

    /**
     * In a mail there are no anchors to jump to, so links to them go to the web view where there is one; a link without
     * an address is its words; a heading of a column without a name is a cell; and the title is the one heading
     * of the first level.
     */
    static void prepare(Element content, @Nullable String webUrl) {
        content.select("a").stream().filter(link -> link.attr("href").isEmpty()).forEach(Element::unwrap);
        content.select("th").stream()
                .filter(cell -> !cell.hasText() && cell.childrenSize() == 0)
                .forEach(cell -> cell.tagName("td"));
        for (Element link : content.select("a[href^=#]")) {
            if (webUrl == null) {
                link.unwrap();
            } else {
                link.attr("href", webUrl + link.attr("href"));
            }
        }
        content.select("[id]").forEach(element -> element.removeAttr("id"));
        content.select("[class]").forEach(element -> element.removeAttr("class"));
        belowTitle(content);
    }

    /**
     * A text that begins with an {@code h1} counts its sections from one; in any other an {@code h1} is a slip among
     * {@code h2}. Levels that the text skips are closed up, since people who move by headings would look for them.
     */
    private static void belowTitle(Element content) {
        var headings = content.select("h1,h2,h3,h4,h5,h6");
        boolean fromOne = !headings.isEmpty() && headings.get(0).normalName().equals("h1");
        Deque<Integer> above = new ArrayDeque<>();
        for (Element heading : headings) {
            int level = fromOne ? Blocks.level(heading) : Math.max(2, Blocks.level(heading));
            while (!above.isEmpty() && above.peek() >= level) {
                above.pop();
            }
            above.push(level);
            heading.tagName("h" + Math.min(6, above.size() + 1));
        }
    }
}
