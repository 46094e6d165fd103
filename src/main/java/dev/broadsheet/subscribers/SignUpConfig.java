package dev.broadsheet.subscribers;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How often we may ask an address to confirm. */
@ConfigMapping(prefix = "broadsheet.signup")
interface SignUpConfig {

    /** Time between two confirmation mails to one address for one newsletter: a stranger cannot make us send many. */
    @WithDefault("PT10M")
    Duration confirmAgainAfter();
}
