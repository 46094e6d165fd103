package dev.broadsheet.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.quarkus.qute.TemplateInstance;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * Every error over HTTP: {@code application/problem+json} (RFC 9457) for programs, a plain page for readers. What went
 * wrong inside is logged once with an id that the caller gets too, and never shown.
 */
class ProblemMappers {

    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    /** PostgreSQL's lock_not_available and deadlock_detected. */
    private static final Set<String> LOCK_NOT_HAD = Set.of("55P03", "40P01");

    record problem(int status, String title, String detail) implements TemplateInstance {}

    /** No text in the database holds a NUL, so nothing of ours is at an address with one. */
    @ServerRequestFilter(preMatching = true)
    @Nullable
    Response nul(UriInfo uri) {
        String address = uri.getRequestUri().toString();
        int nul = address.indexOf("%00");
        int query = address.indexOf('?');
        if (nul < 0) {
            return null;
        }
        return query >= 0 && query < nul
                ? answer(uri, 400, "invalid", "There is a control character (%00) in the address.", Map.of())
                : answer(uri, 404, "not-found", "Nothing is at this address.", Map.of());
    }

    @ServerExceptionMapper
    Response problem(Problem problem, @Context UriInfo uri) {
        return answer(uri, problem.status(), problem.type(), problem.detail(), problem.members());
    }

    @ServerExceptionMapper
    Response json(JsonProcessingException e, @Context UriInfo uri) {
        String detail = "The body is not the JSON that is expected here: "
                + e.getOriginalMessage().lines().findFirst().orElse("");
        return answer(uri, 400, "invalid", detail, Map.of());
    }

    /** Named by itself because Quarkus has an answer of its own for this one. */
    @ServerExceptionMapper
    Response mismatch(MismatchedInputException e, @Context UriInfo uri) {
        return json(e, uri);
    }

    @ServerExceptionMapper
    Response constraint(ConstraintViolationException e, @Context UriInfo uri) {
        StringBuilder detail = new StringBuilder();
        e.getConstraintViolations().stream()
                .map(v -> lastPart(v.getPropertyPath().toString()) + " " + v.getMessage())
                .sorted()
                .forEach(line -> detail.append(detail.isEmpty() ? "" : "; ").append(line));
        return answer(uri, 400, "invalid", detail.toString(), Map.of());
    }

    /** What the HTTP layer itself refuses: unknown paths, methods, media types, bodies it cannot read. */
    @ServerExceptionMapper
    Response http(WebApplicationException e, @Context UriInfo uri) {
        int status = e.getResponse().getStatus();
        if (status < 400) {
            return e.getResponse();
        }
        if (e.getCause() instanceof JsonProcessingException json) {
            return json(json, uri);
        }
        Response.Status known = Response.Status.fromStatusCode(status);
        String title = known == null ? "error" : known.getReasonPhrase();
        return answer(uri, status, title.toLowerCase(Locale.ROOT).replace(' ', '-'), title + ".", Map.of());
    }

    @ServerExceptionMapper
    Response unexpected(RuntimeException e, @Context UriInfo uri) {
        if (isUnreadableForm(e)) {
            return answer(uri, 400, "invalid", "The form cannot be read as it was sent.", Map.of());
        }
        if (isBusy(e)) {
            LOG.info("A request gave up waiting for what somebody else holds");
            Response busy = answer(uri, 503, "busy", "Somebody else is at work on this. Try again shortly.", Map.of());
            busy.getHeaders().putSingle("Retry-After", 5);
            return busy;
        }
        String id = UUID.randomUUID().toString();
        LOG.errorf(e, "Request failed, id %s", id);
        return answer(uri, 500, "internal", "Something went wrong here. It is in the log under " + id + ".", Map.of());
    }

    /** The HTTP layer throws whatever its parsers do at a stray percent sign or half a header. */
    private static boolean isUnreadableForm(RuntimeException e) {
        return Arrays.stream(e.getStackTrace()).anyMatch(frame -> frame.getClassName()
                .equals("org.jboss.resteasy.reactive.server.handlers.FormBodyHandler"));
    }

    /** Whether a lock could not be had in time: nothing was changed, and the same call may succeed soon. */
    private static boolean isBusy(Throwable e) {
        int depth = 0;
        for (Throwable cause = e; cause != null && depth < 20; cause = cause.getCause(), depth++) {
            if (cause instanceof SQLException sql && LOCK_NOT_HAD.contains(String.valueOf(sql.getSQLState()))) {
                return true;
            }
        }
        return false;
    }

    private static Response answer(UriInfo uri, int status, String type, String detail, Map<String, Object> members) {
        Response.Status known = Response.Status.fromStatusCode(status);
        String title = known == null ? "Error" : known.getReasonPhrase();
        Response.ResponseBuilder answer = Response.status(status);
        String path = uri.getPath();
        if (path.startsWith("/api") || path.startsWith("/webhooks")) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("type", type);
            body.put("title", title);
            body.put("status", status);
            body.put("detail", detail);
            body.putAll(members);
            answer.type("application/problem+json").entity(body);
        } else {
            answer.type(MediaType.TEXT_HTML_TYPE.withCharset("UTF-8"))
                    .entity(new problem(status, title, detail).render());
        }
        return answer.build();
    }

    private static String lastPart(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }
}
