package dev.broadsheet.accounts;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.ext.Provider;
import java.security.Principal;
import java.util.Map;
import java.util.Optional;

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
        Optional<String> token = tokens.nameOf(request.getHeaderString(HttpHeaders.AUTHORIZATION));
        if (token.isPresent()) {
            request.setSecurityContext(new Caller(token.get(), request.getSecurityContext()));
        } else {
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

    /** Who calls, by the name of their token: resources ask for it where something is kept of who did it. */
    private record Caller(String name, SecurityContext outer) implements SecurityContext {

        @Override
        public Principal getUserPrincipal() {
            return () -> name;
        }

        @Override
        public boolean isUserInRole(String role) {
            return false;
        }

        @Override
        public boolean isSecure() {
            return outer.isSecure();
        }

        @Override
        public String getAuthenticationScheme() {
            return "Bearer";
        }
    }
}
