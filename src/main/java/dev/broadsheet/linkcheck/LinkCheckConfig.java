package dev.broadsheet.linkcheck;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What the check of an issue's links may open. */
@ConfigMapping(prefix = "broadsheet.link-check")
public interface LinkCheckConfig {

    /**
     * Whether links to private and loopback addresses, and to any port, are opened too: for a newsletter within an
     * intranet. Otherwise whoever may bring an issue could ask services that only this machine can reach, so just ports
     * 80 and 443 of public addresses are opened.
     */
    @WithDefault("false")
    boolean allowPrivate();
}
