package dev.broadsheet.rendering;

import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/** Makes a mail's content of the web's. */
final class MailContent {

    private MailContent() {}

    /**
     * In a mail there are no anchors to jump to, so links to them go to the web view where there is one; and the
     * issue's title is the one heading of the first level.
     */
    static void prepare(Element content, @Nullable String webUrl) {
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
     * A text that begins with an {@code h1} counts its sections from one: all of them go down by one. In any other
     * an {@code h1} is a slip among {@code h2}, and becomes one.
     */
    private static void belowTitle(Element content) {
        var headings = content.select("h1,h2,h3,h4,h5,h6");
        boolean all = !headings.isEmpty() && headings.get(0).normalName().equals("h1");
        for (Element heading : headings) {
            int level = Blocks.level(heading);
            heading.tagName("h" + (all ? Math.min(6, level + 1) : Math.max(2, level)));
        }
    }
}
