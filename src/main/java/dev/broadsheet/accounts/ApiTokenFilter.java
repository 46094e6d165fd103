package dev.broadsheet.accounts;

import dev.broadsheet.platform.TrustedProxies;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * Refuses calls to {@link ForEditors} resources before their body is read: without a good token, on a newsletter that it
 * is not for, or without the scope that the call {@link Needs}.
 */
@ApplicationScoped
class ApiTokenFilter {

    private static final String CHALLENGE = "Bearer realm=\"broadsheet\"";

    private final ApiTokens tokens;
    private final FailedAttempts failed;
    private final LastUse lastUse;
    private final Caller caller;
    private final TrustedProxies proxies;

    ApiTokenFilter(ApiTokens tokens, FailedAttempts failed, LastUse lastUse, Caller caller, TrustedProxies proxies) {
        this.tokens = tokens;
        this.failed = failed;
        this.lastUse = lastUse;
        this.caller = caller;
        this.proxies = proxies;
    }

    /** @return the refusal; null to go on */
    @ForEditors
    @ServerRequestFilter(priority = Priorities.AUTHENTICATION)
    @Nullable
    Response filter(ContainerRequestContext request, ResourceInfo resource, HttpServerRequest http) {
        Optional<String> secret = ApiTokens.secret(request.getHeaderString(HttpHeaders.AUTHORIZATION));
        if (secret.isEmpty()) {
            return unauthorized(CHALLENGE);
        }
        InetAddress client = proxies.client(http).orElse(null);
        Optional<Grant> grant = tokens.open(secret.get());
        if (grant.isEmpty()) {
            return wrong(client);
        }
        caller.is(grant.get(), client);
        String newsletter = request.getUriInfo().getPathParameters().getFirst("newsletter");
        if (newsletter != null) {
            caller.requireNewsletter(newsletter, "newsletter");
        }
        caller.requireScope(needed(request.getMethod(), resource));
        if (grant.get().tokenId() != null) {
            lastUse.note(grant.get().tokenId());
        }
        return null;
    }

    private static Scope needed(String method, ResourceInfo resource) {
        return Optional.ofNullable(resource.getResourceMethod().getAnnotation(Needs.class))
                .or(() -> Optional.ofNullable(resource.getResourceClass().getAnnotation(Needs.class)))
                .map(Needs::value)
                .orElse(method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD) ? Scope.READ : Scope.WRITE);
    }

    private Response wrong(@Nullable InetAddress client) {
        Optional<Duration> wait = failed.count(client);
        if (wait.isEmpty()) {
            return unauthorized(CHALLENGE + ", error=\"invalid_token\"");
        }
        return problem(429, "Too Many Requests", "too-many-attempts", "Too many wrong tokens came from your network.")
                .header(HttpHeaders.RETRY_AFTER, wait.get().toSeconds())
                .build();
    }

    private static Response unauthorized(String challenge) {
        return problem(
                        401,
                        "Unauthorized",
                        "unauthorized",
                        "This call needs a token that is valid: Authorization: Bearer TOKEN")
                .header(HttpHeaders.WWW_AUTHENTICATE, challenge)
                .build();
    }

    private static Response.ResponseBuilder problem(int status, String title, String type, String detail) {
        return Response.status(status)
                .type("application/problem+json")
                .entity(Map.of("type", type, "title", title, "status", status, "detail", detail));
    }
}
