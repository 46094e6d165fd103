package dev.broadsheet.site;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the public sign-up form expects of a person. */
@ConfigMapping(prefix = "broadsheet.signup")
interface SiteConfig {

    /** A form sent back sooner after it was shown, in seconds, looks like a program's: it gets a page with a button. */
    @WithDefault("2")
    @Min(0)
    int minSeconds();

    /** Domains whose addresses are refused, their subdomains too. */
    Optional<List<String>> deniedDomains();

    /** Warns who types an address that several people read, such as {@code info@}: one more button, no refusal. */
    @WithDefault("true")
    boolean warnRoleAddresses();

    /**
     * A file of domains that hand out addresses for a few hours, one a line, {@code #} begins a comment: who types such
     * an address is warned likewise. Read at start.
     */
    Optional<Path> disposableDomains();

    /**
     * The page with one button asks the reader's browser for some seconds of work, which makes many sign-ups dear.
     * Without script a reader waits for half a minute instead.
     */
    @WithDefault("false")
    boolean proofOfWork();
}
