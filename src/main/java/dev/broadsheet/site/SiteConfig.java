package dev.broadsheet.site;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;

/** What the public sign-up form expects of a person. */
@ConfigMapping(prefix = "broadsheet.signup")
interface SiteConfig {

    /** A form sent back sooner after it was shown, in seconds, looks like a program's: it gets a page with a button. */
    @WithDefault("2")
    @Min(0)
    int minSeconds();

    /**
     * The page with one button asks the reader's browser for some seconds of work, which makes many sign-ups dear.
     * Without script a reader waits for half a minute instead.
     */
    @WithDefault("false")
    boolean proofOfWork();
}
