package dev.broadsheet.accounts;

import dev.broadsheet.platform.Sha256;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A token that an editor made. Its secret is known to its owner alone. */
@Entity
@DynamicUpdate // when it was last used is written by others
class ApiToken extends PanacheEntityBase {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    @Column(updatable = false)
    String name;

    /** SHA-256: the secret is 256 random bits, which no guessing finds, so that a slow hash would only cost time. */
    @Column(updatable = false)
    byte[] secretHash;

    @Column(updatable = false)
    String prefix;

    /** {@link Scope#word}s. */
    @Column(updatable = false)
    @JdbcTypeCode(SqlTypes.ARRAY)
    List<String> scopes;

    /** Slugs; null for all. */
    @Column(updatable = false)
    @JdbcTypeCode(SqlTypes.ARRAY)
    @Nullable
    List<String> newsletters;

    @Column(updatable = false)
    Instant createdAt;

    @Column(updatable = false)
    String createdBy;

    @Column(updatable = false)
    @Nullable
    Instant expiresAt;

    @Nullable
    Instant revokedAt;

    /** To the minute. */
    @Column(insertable = false, updatable = false)
    @Nullable
    Instant lastUsedAt;

    protected ApiToken() {} // for Hibernate

    ApiToken(String name, String secret, String prefix, Set<Scope> scopes, String createdBy, Instant now) {
        this.name = name;
        this.secretHash = Sha256.of(secret);
        this.prefix = prefix;
        this.scopes = scopes.stream().map(Scope::word).toList();
        this.createdBy = createdBy;
        this.createdAt = now;
    }

    boolean isGood(Instant now) {
        return revokedAt == null && (expiresAt == null || expiresAt.isAfter(now));
    }

    /** @return whether it was not revoked before */
    boolean revoke(Instant now) {
        if (revokedAt != null) {
            return false;
        }
        revokedAt = now;
        return true;
    }

    Grant grant() {
        return new Grant(
                id,
                name,
                scopes.stream().flatMap(word -> Scope.of(word).stream()).collect(Collectors.toSet()),
                newsletters == null ? null : Set.copyOf(newsletters));
    }

    static Optional<ApiToken> findByDigest(byte[] digest) {
        return find("secretHash", digest).firstResultOptional();
    }
}
