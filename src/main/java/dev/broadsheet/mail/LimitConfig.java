package dev.broadsheet.mail;

import io.smallrye.config.ConfigMapping;
import jakarta.validation.constraints.DecimalMin;
import java.util.Optional;

/** How fast everything goes out together. */
@ConfigMapping(prefix = "broadsheet.delivery")
public interface LimitConfig {

    /**
     * Messages a second over all campaigns and all nodes; fractions too. Stay below what the provider allows. Unset:
     * smtp 5, sendgrid 100, outbox 1,000.
     */
    Optional<@DecimalMin("0.001") Double> messagesPerSecond();

    /** Messages an hour over everything: not held yet, so the service says so where it is set. */
    Optional<Long> perHour();

    /** Messages a day over everything: not held yet, so the service says so where it is set. */
    Optional<Long> perDay();
}
