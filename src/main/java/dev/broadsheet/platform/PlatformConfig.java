package dev.broadsheet.platform;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where this installation lives and what it signs with. */
@ConfigMapping(prefix = "broadsheet")
public interface PlatformConfig {

    /**
     * How readers reach it, without a slash at the end; links are made from it, never from a request's {@code Host}.
     * Unset: {@code http://localhost} and the HTTP port, which serves a person at the same machine.
     */
    Optional<URI> baseUrl();

    /**
     * Signs links: at least 32 bytes. Several, separated by commas, for rotation: the first signs, the others still
     * verify, since links in old mails never expire. Unset with the embedded database: made once, kept in the data
     * folder.
     */
    Optional<List<String>> secret();

    /** Where the embedded database and what belongs to it stay. */
    @WithDefault("data")
    Path dataDir();

    /** Set by the launcher where it started the embedded database: nobody configures it. */
    @WithDefault("false")
    boolean embedded();

    /** Addresses or CIDR ranges of proxies whose {@code X-Forwarded-For} is believed. */
    Optional<List<String>> trustedProxies();
}
