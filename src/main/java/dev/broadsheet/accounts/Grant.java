package dev.broadsheet.accounts;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a token opens.
 *
 * @param tokenId null: the token of the environment
 * @param newsletters slugs; null for all
 */
record Grant(
        @Nullable Long tokenId,
        String name,
        Set<Scope> scopes,
        @Nullable Set<String> newsletters) {

    /** The first token, from the environment. */
    static final Grant BOOTSTRAP = new Grant(null, "admin", EnumSet.of(Scope.ADMIN), null);

    boolean has(Scope scope) {
        return scopes.contains(scope) || scopes.contains(Scope.ADMIN);
    }

    boolean reaches(String newsletter) {
        return newsletters == null || newsletters.contains(newsletter);
    }
}
