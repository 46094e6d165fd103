package dev.broadsheet.rendering;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.safety.Cleaner;
import org.jsoup.safety.Safelist;

/**
 * Cuts HTML down to what an issue may hold: text, structure, links and pictures. Scripts, styles, forms, frames, event
 * attributes, comments and targets other than http, https and mailto do not pass.
 */
final class SafeHtml {

    /** What {@link #clean} lets through; all of it is also what mail clients show. */
    private static final Safelist SAFE = Safelist.none()
            .addTags("h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "span", "br", "hr", "blockquote", "pre")
            .addTags("ul", "ol", "li", "dl", "dt", "dd", "a", "img", "figure", "figcaption")
            .addTags("b", "strong", "i", "em", "u", "s", "del", "ins", "small", "sub", "sup", "mark")
            .addTags("code", "kbd", "samp", "var", "q", "cite", "abbr", "dfn", "time", "details", "summary")
            .addTags("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td")
            .addAttributes("a", "href", "title")
            .addAttributes("img", "src", "alt", "title", "width", "height")
            .addAttributes("abbr", "title")
            .addAttributes("code", "class")
            .addAttributes("ol", "start", "reversed")
            .addAttributes("li", "value")
            .addAttributes("th", "align", "colspan", "rowspan")
            .addAttributes("td", "align", "colspan", "rowspan")
            .addProtocols("a", "href", "http", "https", "mailto")
            .addProtocols("img", "src", "http", "https")
            .preserveRelativeLinks(true);

    private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:.*", Pattern.DOTALL);
    private static final Pattern LANGUAGE_CLASS = Pattern.compile("language-[A-Za-z0-9+#_-]{1,40}");
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,5}");
    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F]");
    private static final Set<String> ALIGN = Set.of("left", "center", "right");
    private static final Set<String> NUMBERS = Set.of("width", "height", "start", "value", "colspan", "rowspan");

    private SafeHtml() {}

    /** Whether an element of this name passes; what does not loses its tags, scripts and styles their text too. */
    static boolean keeps(String element) {
        return SAFE.isSafeTag(element.toLowerCase(Locale.ROOT));
    }

    /**
     * @param html anything
     * @param baseHref an http or https address that relative links are made absolute against; {@code #anchors} stay
     * @return the body of a new document
     */
    static Element clean(String html, String baseHref) {
        Document dirty = Jsoup.parseBodyFragment(CONTROL.matcher(html).replaceAll(""), baseHref);
        Document clean = new Cleaner(SAFE).clean(dirty);
        clean.outputSettings().prettyPrint(false);
        Element body = clean.body();
        for (Element link : body.select("a[href]")) {
            makeAbsolute(link, "href");
        }
        for (Element image : body.select("img")) {
            makeAbsolute(image, "src");
            if (!image.hasAttr("alt")) {
                image.attr("alt", "");
            }
        }
        body.select("code[class]").stream()
                .filter(code -> !LANGUAGE_CLASS.matcher(code.className()).matches())
                .forEach(code -> code.removeAttr("class"));
        body.select("[align]").stream()
                .filter(cell -> !ALIGN.contains(cell.attr("align").toLowerCase(Locale.ROOT)))
                .forEach(cell -> cell.removeAttr("align"));
        for (String name : NUMBERS) {
            body.select("[" + name + "]").stream()
                    .filter(e -> !WHOLE_NUMBER.matcher(e.attr(name)).matches())
                    .forEach(e -> e.removeAttr(name));
        }
        return body;
    }

    private static void makeAbsolute(Element element, String attribute) {
        String target = element.attr(attribute).strip();
        if (target.startsWith("#") || SCHEME.matcher(target).matches()) {
            return;
        }
        String absolute = element.absUrl(attribute);
        if (absolute.isEmpty()) {
            element.removeAttr(attribute);
        } else {
            element.attr(attribute, absolute);
        }
    }
}
