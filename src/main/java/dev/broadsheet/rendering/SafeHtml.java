package dev.broadsheet.rendering;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.TextNode;
import org.jsoup.safety.Cleaner;
import org.jsoup.safety.Safelist;

/**
 * Cuts HTML down to what an issue may hold: text, structure, links and pictures. Scripts, styles, forms, frames, event
 * attributes, comments and targets other than http, https and mailto do not pass.
 */
final class SafeHtml {

    /** Which section a heading begins: set and taken away by {@link Markdown}. */
    static final String SECTION = "data-section";

    /** What {@link #clean} lets through; all of it is also what mail clients show. */
    private static final Safelist SAFE = Safelist.none()
            .addTags("h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "span", "br", "hr", "blockquote", "pre")
            .addTags("ul", "ol", "li", "dl", "dt", "dd", "a", "img", "figure", "figcaption")
            .addTags("b", "strong", "i", "em", "u", "s", "del", "ins", "small", "sub", "sup", "mark")
            .addTags("code", "kbd", "samp", "var", "q", "cite", "abbr", "dfn", "time", "details", "summary")
            .addTags("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td")
            .addAttributes("h1", SECTION)
            .addAttributes("h2", SECTION)
            .addAttributes("h3", SECTION)
            .addAttributes("h4", SECTION)
            .addAttributes("h5", SECTION)
            .addAttributes("h6", SECTION)
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
    /** Elements whose content is no HTML: {@code plaintext} has no end at all. */
    private static final Pattern RAW_TEXT = Pattern.compile(
            "(?i)<(script|style|title|textarea|xmp|iframe|noembed|noframes|noscript|plaintext|template|select|math|svg|frameset)\\b");

    private static final Pattern ALIGN = Pattern.compile("(?i)left|center|right");
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
        Document dirty =
                Jsoup.parseBodyFragment(withoutOpenRawText(CONTROL.matcher(html).replaceAll("")), baseHref);
        Document clean = new Cleaner(SAFE).clean(dirty);
        clean.outputSettings().prettyPrint(false);
        Element body = clean.body();
        body.traverse((node, depth) -> {
            if (node instanceof Element element && element.attributesSize() > 0) {
                mend(element);
            }
            // references such as &#2; come back as what they name
            if (node instanceof TextNode text
                    && CONTROL.matcher(text.getWholeText()).find()) {
                text.text(CONTROL.matcher(text.getWholeText()).replaceAll(""));
            }
            if (node.nameIs("img") && !node.hasAttr("alt")) {
                node.attr("alt", "");
            }
        });
        return body;
    }

    /** Shows tags that would take all that follows for their own text, up to an end that never comes. */
    private static String withoutOpenRawText(String html) {
        Matcher tag = RAW_TEXT.matcher(html);
        if (!tag.find()) {
            return html;
        }
        String lower = html.toLowerCase(Locale.ROOT);
        Map<String, Integer> ends = new HashMap<>();
        StringBuilder shown = new StringBuilder(html.length() + 16);
        tag.reset();
        while (tag.find()) {
            int end =
                    ends.computeIfAbsent(tag.group(1).toLowerCase(Locale.ROOT), name -> lower.lastIndexOf("</" + name));
            tag.appendReplacement(shown, end > tag.start() ? "$0" : "&lt;$1");
        }
        return tag.appendTail(shown).toString();
    }

    private static void mend(Element element) {
        for (Attribute attribute : element.attributes()) {
            if (CONTROL.matcher(attribute.getValue()).find()) {
                attribute.setValue(CONTROL.matcher(attribute.getValue()).replaceAll(""));
            }
        }
        switch (element.normalName()) {
            case "a" -> makeAbsolute(element, "href");
            case "img" -> makeAbsolute(element, "src");
            case "code" -> keep(element, "class", LANGUAGE_CLASS);
            default -> keep(element, "align", ALIGN);
        }
        NUMBERS.forEach(name -> keep(element, name, WHOLE_NUMBER));
    }

    private static void keep(Element element, String attribute, Pattern pattern) {
        if (element.hasAttr(attribute)
                && !pattern.matcher(element.attr(attribute)).matches()) {
            element.removeAttr(attribute);
        }
    }

    private static void makeAbsolute(Element element, String attribute) {
        if (!element.hasAttr(attribute)) {
            return;
        }
        String target = element.attr(attribute).strip();
        // an empty link stays one: the mail shows its words alone
        if (target.startsWith("#")
                || (target.isEmpty() && attribute.equals("href"))
                || SCHEME.matcher(target).matches()) {
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
