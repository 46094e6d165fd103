package dev.broadsheet.feedback;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** What is done about what providers and receivers say. */
@ConfigMapping(prefix = "broadsheet.feedback")
interface FeedbackConfig {

    /**
     * Takes SendGrid's events without a signature: anybody who can reach the service can then say that readers bounced,
     * complained or left. Only for a trial, or behind a proxy that verifies them.
     */
    @WithDefault("false")
    boolean acceptUnsigned();

    /** How old a signed request may be. SendGrid tries each for 24 hours. */
    @WithDefault("PT25H")
    Duration signatureAge();

    /** How long events are kept. What they did to the ledger stays. */
    @WithDefault("P90D")
    Duration retention();

    /**
     * An address is suppressed after so many issues in a row that bounced softly, nothing having reached it in between.
     * Mailing list software in use forgives two to five.
     */
    @WithDefault("3")
    @Min(1)
    @Max(20)
    int softBounces();

    /**
     * And not before this time since the first of them: a full mailbox over a holiday is no dead one. A weekly issue's
     * third falls a little before or after two weeks.
     */
    @WithDefault("P13D")
    Duration softBouncesOver();
}
