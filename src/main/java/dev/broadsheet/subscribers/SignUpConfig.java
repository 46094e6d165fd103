package dev.broadsheet.subscribers;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** How often we ask an address to confirm, and how long we wait for it. */
@ConfigMapping(prefix = "broadsheet.signup")
interface SignUpConfig {

    /** Time between two confirmation mails to one address for one newsletter: a stranger cannot make us send many. */
    @WithDefault("PT10M")
    Duration confirmAgainAfter();

    /** How long the link of a confirmation mail is good for; after that its page sends a new one. */
    @WithDefault("P7D")
    @DurationMin(hours = 2)
    Duration confirmWithin();

    /** What is not confirmed so long after the last mail about it is deleted, the address with it. */
    @WithDefault("P30D")
    @DurationMin(days = 1)
    Duration forgetPendingAfter();

    /** Time between two mails that tell an address that it is subscribed already. */
    @WithDefault("P1D")
    Duration tellAgainAfter();
}
