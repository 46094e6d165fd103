package dev.broadsheet.accounts;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.util.Map;

/** Refuses calls to {@link ForEditors} resources without a good token, before their body is read. */
@Provider
@ForEditors
@Priority(Priorities.AUTHENTICATION)
class ApiTokenFilter implements ContainerRequestFilter {

    private final ApiTokens tokens;

    ApiTokenFilter(ApiTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        if (!tokens.accepts(request.getHeaderString(HttpHeaders.AUTHORIZATION))) {
            request.abortWith(Response.status(401)
                    .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"broadsheet\"")
                    .type("application/problem+json")
                    .entity(Map.of(
                            "type", "unauthorized",
                            "title", "Unauthorized",
                            "status", 401,
                            "detail", "This call needs a token: Authorization: Bearer TOKEN"))
                    .build());
        }
    }
}
