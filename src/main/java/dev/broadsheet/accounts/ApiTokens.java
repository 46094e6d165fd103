package dev.broadsheet.accounts;

import dev.broadsheet.platform.Sha256;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens open the API. Only digests are kept in memory, and they are compared in constant time.
 * Not a singleton: the filter that asks it is made before the configuration can be read.
 */
@ApplicationScoped
public class ApiTokens {

    private final Optional<byte[]> admin;

    ApiTokens(AccountsConfig config) {
        this.admin = config.adminToken().filter(token -> !token.isBlank()).map(Sha256::of);
    }

    /** @param authorization the header's value, absent where there was none */
    public boolean accepts(@Nullable String authorization) {
        return nameOf(authorization).isPresent();
    }

    /** The name of the token that a caller shows; empty where it opens nothing. */
    Optional<String> nameOf(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return Optional.empty();
        }
        byte[] given = Sha256.of(authorization.substring(7).strip());
        return admin.filter(known -> MessageDigest.isEqual(known, given)).map(known -> "admin");
    }
}
