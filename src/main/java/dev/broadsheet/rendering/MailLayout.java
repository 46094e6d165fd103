package dev.broadsheet.rendering;

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
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
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
    private static final Set<String> RIGHT_TO_LEFT = Set.of("ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi");

    /** Keeps mail programs from filling a short preview with the words that follow. */
    private static final RawString FILLER = new RawString(" &#847;&zwnj;&nbsp;".repeat(24));

    private final Engine engine;
    private final CssInliner inliner = new CssInliner(resource("mail/inline.css"));
    private final RawString headCss = new RawString(CssInliner.compact(resource("mail/head.css")));
    private final RawString darkCss = new RawString(CssInliner.compact(resource("mail/dark.css")));

    MailLayout() {
        engine = Engine.builder()
                .addDefaults()
                .addResultMapper(new HtmlEscaper(List.of(Variant.TEXT_HTML)))
                .addLocator(id -> Optional.of(new Located(resource(id + ".html"))))
                .build();
    }

    /** @param content safe HTML; changed here: it becomes part of the mail */
    String issue(FrontMatter issue, String dateline, String preheader, Element content, MailFrame frame, Slots slots) {
        return finish(page("mail/issue", frame.language(), issue.title(), preheader)
                .data("newsletter", frame.newsletterTitle())
                .data("dateline", dateline)
                .data("webUrl", frame.webUrl())
                .data("unsubscribeUrl", slots.unsubscribeUrl())
                .data("postalAddress", lines(frame.postalAddress()))
                .data("content", new RawString(content.html())));
    }

    String letter(Letter letter) {
        Letter.Button button = letter.button();
        String preheader = letter.paragraphs().isEmpty()
                ? letter.heading()
                : letter.paragraphs().get(0);
        return finish(page("mail/letter", letter.language(), letter.heading(), preheader)
                .data("newsletter", letter.newsletterTitle())
                .data("paragraphs", letter.paragraphs())
                .data("buttonLabel", button == null ? "" : button.label())
                .data("buttonUrl", button == null ? "" : button.url())
                .data("smallPrint", letter.smallPrint()));
    }

    static List<String> lines(@Nullable String text) {
        return text == null
                ? List.of()
                : text.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
    }

    private TemplateInstance page(String template, String language, String title, String preheader) {
        String primary = language.split("[-_]", 2)[0].toLowerCase(Locale.ROOT);
        return engine.getTemplate(template)
                .data("language", language)
                .data("direction", RIGHT_TO_LEFT.contains(primary) ? "rtl" : "ltr")
                .data("title", title)
                .data("preheader", preheader)
                .data("filler", FILLER)
                .data("headCss", headCss)
                .data("darkCss", darkCss);
    }

    private String finish(TemplateInstance page) {
        Document document = Jsoup.parse(page.render());
        document.outputSettings().prettyPrint(false).charset(StandardCharsets.UTF_8);
        inliner.inline(document);
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
