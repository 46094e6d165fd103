package dev.broadsheet.site;

import dev.broadsheet.platform.Languages;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.qute.i18n.Localized;
import io.quarkus.qute.i18n.MessageBundles;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Answers of readers' pages, in a language that we have the words of: {@code de} for a newsletter in {@code de-AT}. */
final class Pages {

    static final MediaType HTML = MediaType.TEXT_HTML_TYPE.withCharset("UTF-8");

    private Pages() {}

    /** @param language BCP 47, as the newsletter has it or the reader wants it; null where nobody knows */
    static Response ok(TemplateInstance page, @Nullable String language) {
        return answer(200, page, language);
    }

    /** For what was, and is no more. */
    static Response gone(TemplateInstance page, @Nullable String language) {
        return answer(410, page, language);
    }

    static Response answer(int status, TemplateInstance page, @Nullable String language) {
        return Response.status(status).type(HTML).entity(render(page, language)).build();
    }

    static String render(TemplateInstance page, @Nullable String language) {
        return page.setLocale(Languages.written(language)).render();
    }

    /** The words that a page has from us and not from its template, such as what is wrong with a form. */
    static PageTexts texts(@Nullable String language) {
        return MessageBundles.get(PageTexts.class, Localized.Literal.of(Languages.written(language)));
    }

    /** A relative redirect: never made from a request's {@code Host}. */
    static Response seeOther(String path) {
        return Response.status(Response.Status.SEE_OTHER)
                .header("Location", path)
                .build();
    }
}
