package dev.broadsheet.accounts;

import dev.broadsheet.platform.Problem;
import jakarta.enterprise.context.RequestScoped;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who makes this call of the API. The filter has settled the scope, and the newsletter where the path names one; a
 * resource that finds its newsletter by an id, or lists several, asks here. Outside of such a call it is nobody, who may
 * use nothing.
 */
@RequestScoped
public class Caller {

    private @Nullable Grant grant;
    private @Nullable InetAddress ip;

    void is(Grant grant, @Nullable InetAddress ip) {
        this.grant = grant;
        this.ip = ip;
    }

    /** The token's name, for what is kept of who did something. */
    public String name() {
        return grant().name();
    }

    /** The slugs that the token is for; empty where it is for all newsletters. */
    public Optional<Set<String>> newsletters() {
        return Optional.ofNullable(grant().newsletters());
    }

    public boolean mayUse(String newsletter) {
        return grant().reaches(newsletter);
    }

    /**
     * Refuses what belongs to a newsletter that the token is not for, as if it were not there.
     *
     * @param what was asked for, such as {@code campaign}
     * @throws Problem 404
     */
    public void requireNewsletter(String newsletter, String what) {
        if (!mayUse(newsletter)) {
            throw Problem.notFound(what);
        }
    }

    /** @throws Problem 403 {@code scope-missing} where the token is for some newsletters */
    public void requireAllNewsletters() {
        if (grant().newsletters() != null) {
            throw new Problem(
                    403, "scope-missing", "This holds for all newsletters: it needs a token for all of them.");
        }
    }

    /** Whether it may decide what holds for all newsletters: the scope {@code admin}, and no limit to some of them. */
    public boolean mayAdministerAll() {
        return grant().has(Scope.ADMIN) && grant().newsletters() == null;
    }

    /** @throws Problem 403 {@code scope-missing} where {@link #mayAdministerAll} is false */
    public void requireAdminOfAll() {
        if (!mayAdministerAll()) {
            throw new Problem(
                            403,
                            "scope-missing",
                            "This holds for all newsletters: it needs a token with the scope admin for all of them.")
                    .with("scope", Scope.ADMIN);
        }
    }

    /** @throws Problem 403 {@code scope-missing} */
    void requireScope(Scope scope) {
        if (!grant().has(scope)) {
            throw new Problem(
                            403,
                            "scope-missing",
                            "This call needs a token with the scope " + scope.word()
                                    + ", which this one does not have.")
                    .with("scope", scope);
        }
    }

    boolean isEditor() {
        return grant != null;
    }

    Grant grant() {
        if (grant == null) {
            throw new IllegalStateException("No token opened this call.");
        }
        return grant;
    }

    Optional<InetAddress> ip() {
        return Optional.ofNullable(ip);
    }
}
