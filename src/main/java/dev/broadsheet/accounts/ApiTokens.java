package dev.broadsheet.accounts;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
        this.admin = config.adminToken().filter(token -> !token.isBlank()).map(ApiTokens::digest);
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
        byte[] given = digest(authorization.substring(7).strip());
        return admin.filter(known -> MessageDigest.isEqual(known, given)).map(known -> "admin");
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
