package dev.broadsheet.site;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** What every page tells a browser: no script, no frame, nothing from elsewhere but pictures, no address handed on. */
class PageHeaders {

    static final String POLICY = "default-src 'none'; style-src 'self'; img-src 'self' https: data:;"
            + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static final List<String> TOKEN_PAGES = List.of("/confirm/", "/unsubscribe/", "/preferences/", "/my-data/");

    @ServerResponseFilter
    void add(ContainerRequestContext request, ContainerResponseContext response) {
        MultivaluedMap<String, Object> headers = response.getHeaders();
        headers.putSingle("X-Content-Type-Options", "nosniff");
        MediaType type = response.getMediaType();
        if (type != null && MediaType.TEXT_HTML_TYPE.isCompatible(type)) {
            putIfAbsent(headers, "Content-Security-Policy", POLICY);
            putIfAbsent(headers, "Referrer-Policy", "same-origin");
        }
        String path = request.getUriInfo().getPath();
        if (TOKEN_PAGES.stream().anyMatch(path::startsWith)) {
            headers.putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
            headers.putSingle("X-Robots-Tag", "noindex");
            putIfAbsent(headers, "Referrer-Policy", "same-origin");
        }
    }

    private static void putIfAbsent(MultivaluedMap<String, Object> headers, String name, String value) {
        if (!headers.containsKey(name)) {
            headers.putSingle(name, value);
        }
    }
}
