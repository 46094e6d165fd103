package dev.broadsheet.accounts;

import dev.broadsheet.platform.Problem;
import dev.broadsheet.platform.Sha256;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens open the API: the one of the environment, compared in constant time, and those that editors made, looked
 * up by their digest. Not a singleton: the filter that asks it is made before the configuration can be read.
 */
@ApplicationScoped
public class ApiTokens {

    /** How every token that we make begins: leaked ones are found by it, and others cost no look-up. */
    static final String PREFIX = "bst_";

    private static final int SECRET_BYTES = 32;
    private static final int SHOWN = PREFIX.length() + 6;

    /** @param secret what its owner gets, once */
    record Created(ApiToken token, String secret) {}

    private final Optional<byte[]> bootstrap;
    private final EntityManager em;
    private final Caller caller;
    private final Audit audit;
    private final Event<NewslettersNamed> named;
    private final SecureRandom random;
    private final Clock clock;

    ApiTokens(
            AccountsConfig config,
            EntityManager em,
            Caller caller,
            Audit audit,
            Event<NewslettersNamed> named,
            SecureRandom random,
            Clock clock) {
        this.bootstrap = config.adminToken().filter(token -> !token.isBlank()).map(Sha256::of);
        this.em = em;
        this.caller = caller;
        this.audit = audit;
        this.named = named;
        this.random = random;
        this.clock = clock;
    }

    /**
     * Whether it is a token that may see everything of everybody.
     *
     * @param authorization the header's value, absent where there was none
     */
    @Transactional
    public boolean opensEverything(@Nullable String authorization) {
        return secret(authorization)
                .flatMap(this::find)
                .filter(grant -> grant.has(Scope.ADMIN) && grant.newsletters() == null)
                .isPresent();
    }

    /** What a secret opens; empty where it is unknown, expired or revoked. */
    @Transactional
    Optional<Grant> open(String secret) {
        return find(secret);
    }

    private Optional<Grant> find(String secret) {
        byte[] digest = Sha256.of(secret);
        if (bootstrap.filter(known -> MessageDigest.isEqual(known, digest)).isPresent()) {
            return Optional.of(Grant.BOOTSTRAP);
        }
        return secret.startsWith(PREFIX)
                ? ApiToken.findByDigest(digest)
                        .filter(token -> token.isGood(clock.instant()))
                        .map(ApiToken::grant)
                : Optional.empty();
    }

    /**
     * Makes a token. Nobody gives away more than they have: one for some newsletters makes others for these alone.
     *
     * @throws Problem 400 {@code invalid} where a newsletter is unknown, or not the caller's
     */
    @Transactional
    Created create(NewToken asked) {
        Set<String> newsletters = asked.newsletters();
        if (newsletters == null && caller.newsletters().isPresent()) {
            throw Problem.invalid("newsletters is missing: name those that the token is for, among your own.");
        }
        if (newsletters != null) {
            newsletters.stream()
                    .filter(slug -> !caller.mayUse(slug))
                    .findFirst()
                    .ifPresent(slug -> {
                        throw unknown(slug);
                    });
            named.fire(new NewslettersNamed(newsletters));
        }
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        ApiToken token = new ApiToken(
                asked.name(), secret, secret.substring(0, SHOWN), asked.scopes(), caller.name(), clock.instant());
        token.newsletters = newsletters == null ? null : List.copyOf(newsletters);
        token.expiresAt = asked.expiresAt();
        token.persist();
        Map<String, Object> details = new HashMap<>();
        details.put("scopes", token.scopes);
        if (newsletters != null) {
            details.put("newsletters", newsletters);
        }
        if (token.expiresAt != null) {
            details.put("expiresAt", token.expiresAt.toString());
        }
        audit.record("token.create", null, "token/" + token.id, details);
        return new Created(token, secret);
    }

    /** What a newsletter that is not there is answered with. */
    public static Problem unknown(String newsletter) {
        return Problem.invalid("newsletters: there is no newsletter " + newsletter + ".");
    }

    /** By id, after one and at most so many. */
    @Transactional
    List<ApiToken> list(long after, int limit) {
        return em.createNativeQuery("""
                        select * from api_token
                        where id > :after and (cast(:own as text[]) is null or newsletters <@ cast(:own as text[]))
                        order by id
                        """, ApiToken.class)
                .setParameter("after", after)
                .setParameter(
                        "own",
                        caller.newsletters()
                                .map(own -> "{" + String.join(",", own) + "}")
                                .orElse(null))
                .setMaxResults(limit)
                .getResultList();
    }

    /** @throws Problem 404 where there is none, or it reaches further than the caller's */
    @Transactional
    void revoke(long id) {
        ApiToken token = ApiToken.<ApiToken>findByIdOptional(id)
                .filter(found -> caller.newsletters()
                        .map(own -> found.newsletters != null && own.containsAll(found.newsletters))
                        .orElse(true))
                .orElseThrow(() -> Problem.notFound("token"));
        if (token.revoke(clock.instant())) {
            audit.record("token.revoke", null, "token/" + id, Map.of());
        }
    }

    /** The bearer token that an {@code Authorization} header shows. */
    public static Optional<String> secret(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                ? Optional.of(authorization.substring(7).strip())
                : Optional.empty();
    }
}
