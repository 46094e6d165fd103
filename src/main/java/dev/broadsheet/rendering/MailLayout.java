package dev.broadsheet.rendering;

import com.ibm.icu.util.ULocale;
import io.quarkus.qute.Engine;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.RawString;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.qute.TemplateLocator;
import io.quarkus.qute.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;

/**
 * The page around a mail's text: {@code templates/mail}, with its style sheet put onto the elements. The engine is
 * its own, over the same files that the build checks, so that mails are made alike with and without a container.
 * Content comes in as a finished string: nothing of it is ever read as a template.
 */
final class MailLayout {

    private static final Variant HTML = Variant.forContentType(Variant.TEXT_HTML);

    /** Keeps mail programs from filling a short preview with the words that follow. */
    private static final RawString FILLER = new RawString(" &#847;&zwnj;&nbsp;".repeat(24));

    /** What the words that lead to the web add where the text is cut, at most; its address aside. */
    static final int REST_BYTES = 600;

    private final Engine engine;
    private final String headCss = resource("mail/head.css");
    private final String inlineCss = resource("mail/inline.css");
    private final RawString darkCss = new RawString(CssInliner.compact(resource("mail/dark.css")));
    private final Map<Theme, Looks> looks = new ConcurrentHashMap<>();

    /** The style sheets in a theme's colours. */
    private record Looks(RawString head, CssInliner inliner) {}

    /**
     * A mail without its text.
     *
     * @param before all that stands before the text, {@code after} what stands behind it
     */
    record Page(String before, String after) {

        int bytes() {
            return Renderer.utf8Length(before) + Renderer.utf8Length(after);
        }
    }

    MailLayout() {
        engine = Engine.builder()
                .addDefaults()
                .addResultMapper(new HtmlEscaper(List.of(Variant.TEXT_HTML)))
                .addLocator(id -> Optional.of(new Located(resource(id + ".html"))))
                .build();
    }

    /** @param isCut whether some of the text stands on the web alone */
    Page issue(FrontMatter issue, String dateline, String preheader, MailFrame frame, Slots slots, boolean isCut) {
        Theme theme = frame.theme();
        String page = finish(
                page("mail/issue", theme, frame.language(), issue.title(), preheader)
                        .data("newsletter", theme.logoText() == null ? frame.newsletterTitle() : theme.logoText())
                        .data("subscribedTo", frame.newsletterTitle())
                        .data("dateline", dateline)
                        .data("webUrl", frame.webUrl())
                        .data("twoColumns", frame.webUrl() != null)
                        .data("unsubscribeUrl", slots.unsubscribeUrl())
                        .data("preferencesUrl", slots.preferencesUrl())
                        .data("ownFooter", theme.footer())
                        .data("postalAddress", lines(frame.postalAddress()))
                        .data("isCut", isCut)
                        .data("content", slots.content()),
                theme);
        int at = page.indexOf(slots.content());
        return new Page(
                page.substring(0, at), page.substring(at + slots.content().length()));
    }

    /** Puts the theme's style onto a text that will stand in a page. */
    void inline(Element content, Theme theme) {
        looks(theme).inliner.inline(content);
    }

    String letter(Letter letter) {
        Letter.Button button = letter.button();
        String preheader = letter.paragraphs().isEmpty()
                ? letter.heading()
                : letter.paragraphs().get(0);
        return finish(
                page("mail/letter", Theme.DEFAULT, letter.language(), letter.heading(), preheader)
                        .data("twoColumns", false)
                        .data("newsletter", letter.newsletterTitle())
                        .data("paragraphs", letter.paragraphs())
                        .data("buttonLabel", button == null ? "" : button.label())
                        .data("buttonUrl", button == null ? "" : button.url())
                        .data("otherwise", button == null ? "" : button.otherwise())
                        .data("smallPrint", letter.smallPrint())
                        .data(
                                "links",
                                letter.links().stream()
                                        .map(link -> Map.of("label", link.label(), "url", link.url()))
                                        .toList()),
                Theme.DEFAULT);
    }

    static List<String> lines(@Nullable String text) {
        return text == null
                ? List.of()
                : text.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
    }

    private TemplateInstance page(String template, Theme theme, String language, String title, String preheader) {
        return engine.getTemplate(template)
                .data("language", language)
                .data("direction", ULocale.forLanguageTag(language).isRightToLeft() ? "rtl" : "ltr")
                .data("title", title)
                .data("preheader", preheader)
                .data("filler", FILLER)
                .data("width", theme.width())
                .data("headCss", looks(theme).head)
                .data("darkCss", darkCss);
    }

    private Looks looks(Theme theme) {
        return looks.computeIfAbsent(
                theme,
                t -> new Looks(
                        new RawString(CssInliner.compact(coloured(headCss, t))),
                        new CssInliner(coloured(inlineCss, t))));
    }

    /** Safe to put in: a theme's colours are hexadecimal, its width a number. */
    private static String coloured(String css, Theme theme) {
        return css.replace("$accent", theme.accent())
                .replace("$background", theme.background())
                .replace("$paper", theme.paper())
                .replace("$ink", theme.ink())
                .replace("$width", theme.width() + "px")
                .replace("$narrow", theme.width() + 20 + "px");
    }

    private String finish(TemplateInstance page, Theme theme) {
        Document document = Jsoup.parse(page.render());
        document.outputSettings().prettyPrint(false).charset(StandardCharsets.UTF_8);
        looks(theme).inliner.inline(document);
        return document.outerHtml() + "\n";
    }

    private static String resource(String name) {
        try (InputStream in = MailLayout.class.getResourceAsStream("/templates/" + name)) {
            if (in == null) {
                throw new IllegalStateException("templates/" + name + " is not in the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Located(String text) implements TemplateLocator.TemplateLocation {

        @Override
        public Reader read() {
            return new StringReader(text);
        }

        @Override
        public Optional<Variant> getVariant() {
            return Optional.of(HTML);
        }
    }
}
