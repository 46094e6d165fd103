package dev.broadsheet.rendering;

import java.util.List;
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
        content.select("a").stream()
                .filter(link -> link.attr("href").isEmpty())
                .forEach(link -> dissolve(link, content));
        content.select("th").stream()
                .filter(cell -> !cell.hasText() && cell.childrenSize() == 0)
                .forEach(cell -> cell.tagName("td"));
        for (Element link : content.select("a[href^=#]")) {
            if (webUrl == null) {
                dissolve(link, content);
            } else {
                link.attr("href", webUrl + link.attr("href"));
            }
        }
        content.select("[id]").forEach(element -> element.removeAttr("id"));
        content.select("[class]").forEach(element -> element.removeAttr("class"));
        belowTitle(content);
    }

    /** The content's own children keep their number: each of them is a block, counted for the sections. */
    private static void dissolve(Element link, Element content) {
        if (link.parent() == content) {
            link.tagName("span").clearAttributes();
        } else {
            link.unwrap();
        }
    }

    private static void belowTitle(Element content) {
        List<Element> headings = content.select("h1,h2,h3,h4,h5,h6");
        List<Integer> levels =
                Headings.belowTitle(headings.stream().map(Blocks::level).toList());
        for (int i = 0; i < levels.size(); i++) {
            headings.get(i).tagName("h" + levels.get(i));
        }
    }
}
