package dev.broadsheet.accounts;

import dev.broadsheet.platform.Paging;
import dev.broadsheet.platform.Problem;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** API tokens over JSON. A token for some newsletters sees and makes tokens for these alone. */
@Path("/api/tokens")
@ForEditors
@Needs(Scope.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
class TokenResource {

    /**
     * @param prefix how the secret begins
     * @param newsletters null for all
     */
    record TokenView(
            long id,
            String name,
            String prefix,
            List<String> scopes,
            @Nullable List<String> newsletters,
            Instant createdAt,
            String createdBy,
            @Nullable Instant expiresAt,
            @Nullable Instant revokedAt,
            @Nullable Instant lastUsedAt) {

        TokenView(ApiToken t) {
            this(
                    t.id,
                    t.name,
                    t.prefix,
                    t.scopes,
                    t.newsletters,
                    t.createdAt,
                    t.createdBy,
                    t.expiresAt,
                    t.revokedAt,
                    t.lastUsedAt);
        }
    }

    /** @param token the secret: shown here and never again */
    record CreatedView(
            long id,
            String name,
            String token,
            String prefix,
            List<String> scopes,
            @Nullable List<String> newsletters,
            Instant createdAt,
            String createdBy,
            @Nullable Instant expiresAt) {

        CreatedView(ApiTokens.Created created) {
            this(created.token(), created.secret());
        }

        private CreatedView(ApiToken t, String secret) {
            this(t.id, t.name, secret, t.prefix, t.scopes, t.newsletters, t.createdAt, t.createdBy, t.expiresAt);
        }
    }

    record Asked(
            @Nullable String name,
            @Nullable List<@Nullable String> scopes,
            @Nullable List<@Nullable String> newsletters,
            @Nullable String expiresAt) {}

    private final ApiTokens tokens;
    private final Clock clock;

    TokenResource(ApiTokens tokens, Clock clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    /** The oldest first; expired and revoked ones stay, since the audit trail names them. */
    @GET
    public Paging.Page<TokenView> list(@RestQuery @Nullable String after, @RestQuery @Nullable Integer limit) {
        int most = Paging.limit(limit);
        return Paging.page(tokens.list(Paging.after(after), most + 1), most, t -> String.valueOf(t.id), TokenView::new);
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public RestResponse<CreatedView> create(@Nullable Asked asked) {
        if (asked == null) {
            throw Problem.invalid("The body is missing: name, scopes.");
        }
        NewToken token = NewToken.of(asked.name, asked.scopes, asked.newsletters, asked.expiresAt, clock.instant());
        CreatedView created = new CreatedView(tokens.create(token));
        return RestResponse.ResponseBuilder.create(RestResponse.Status.CREATED, created)
                .header(HttpHeaders.LOCATION, "/api/tokens/" + created.id())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    /** From now on it opens nothing. Safe to repeat. */
    @DELETE
    @Path("{id}")
    public void revoke(@RestPath long id) {
        tokens.revoke(id);
    }
}
