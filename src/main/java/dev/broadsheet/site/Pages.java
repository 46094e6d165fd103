package dev.broadsheet.site;

import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Answers of readers' pages. */
final class Pages {

    static final MediaType HTML = MediaType.TEXT_HTML_TYPE.withCharset("UTF-8");

    private Pages() {}

    static Response ok(TemplateInstance page) {
        return answer(200, page);
    }

    /** For what was, and is no more. */
    static Response gone(TemplateInstance page) {
        return answer(410, page);
    }

    static Response answer(int status, TemplateInstance page) {
        return Response.status(status).type(HTML).entity(page.render()).build();
    }

    /** A relative redirect: never made from a request's {@code Host}. */
    static Response seeOther(String path) {
        return Response.status(Response.Status.SEE_OTHER)
                .header("Location", path)
                .build();
    }
}
