package dev.broadsheet.platform;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How large a request may be. The server itself has no limit, since imports have none; this one is for all the rest, and
 * asks for the size beforehand wherever nobody counts what is read.
 */
@ApplicationScoped
class BodyLimits {

    private static final Pattern IMPORTS = Pattern.compile("/api/newsletters/[^/]+/imports");

    /** The links in mails, to which mail programs may post as they like: they count what they read. */
    private static final Pattern LINKS = Pattern.compile("/(confirm|unsubscribe)/.*");

    /** An issue's source, which may be piped: it is counted as it is read too. */
    private static final Pattern ISSUE = Pattern.compile("/api/newsletters/[^/]+/issues/[^/]+");

    /** Where a mail server pipes bounces: counted as it is read. */
    private static final String BOUNCES = "/webhooks/bounce";

    private static final Set<HttpMethod> WITH_BODY = Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);

    /** More than any form, request or webhook has; issues have a limit of their own below it. */
    private static final long MOST_BYTES = 5_000_000;

    void register(@Observes Filters filters) {
        filters.register(BodyLimits::check, 1000);
    }

    private static void check(RoutingContext context) {
        String path = context.normalizedPath();
        String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (IMPORTS.matcher(path).matches()) {
            context.next();
        } else if (length != null && tooLong(length)) {
            refuse(context, 413);
        } else if (length == null && hasToSay(path, context.request())) {
            refuse(context, 411);
        } else {
            context.next();
        }
    }

    private static boolean hasToSay(String path, HttpServerRequest request) {
        if (!path.startsWith("/api/")) {
            return request.method().equals(HttpMethod.POST)
                    && !LINKS.matcher(path).matches()
                    && !path.equals(BOUNCES);
        }
        // without either header there is no body (RFC 9112, 6.3), as in many a call of the API
        return WITH_BODY.contains(request.method())
                && request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                && !(request.method().equals(HttpMethod.PUT)
                        && ISSUE.matcher(path).matches());
    }

    private static boolean tooLong(String length) {
        try {
            return Long.parseLong(length) > MOST_BYTES;
        } catch (NumberFormatException e) {
            return true;
        }
    }

    private static void refuse(RoutingContext context, int status) {
        HttpServerResponse response = context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
                .putHeader(HttpHeaders.CONNECTION, "close");
        // many clients read no answer before they have written everything: so it is read, and dropped
        context.request()
                .endHandler(all -> response.end(
                        status == 413
                                ? "{\"type\":\"too-large\",\"title\":\"Request Entity Too Large\",\"status\":413,"
                                        + "\"detail\":\"The body is larger than anything that is expected here.\"}"
                                : "{\"type\":\"length-required\",\"title\":\"Length Required\",\"status\":411,"
                                        + "\"detail\":\"Say the size of the body in Content-Length.\"}"))
                .resume();
    }
}
