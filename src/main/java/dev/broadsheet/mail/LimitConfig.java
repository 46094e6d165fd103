package dev.broadsheet.mail;

import io.smallrye.config.ConfigMapping;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import java.time.LocalDate;
import java.util.Optional;

/** How fast everything goes out together, where nothing else was set while running; see {@link LimitSettings}. */
@ConfigMapping(prefix = "broadsheet.delivery")
public interface LimitConfig {

    /**
     * Messages a second over all campaigns and all nodes; fractions too. Stay below what the provider allows. Unset:
     * smtp 5, sendgrid 100, outbox 1,000.
     */
    Optional<@DecimalMin("0.001") Double> messagesPerSecond();

    /** Messages within any hour over everything; campaigns wait, single mails count and do not. */
    Optional<@Min(1) Long> perHour();

    /** Messages within any day over everything, likewise. */
    Optional<@Min(1) Long> perDay();

    /**
     * The first day (UTC) of a sender, domain or IP address that nobody knows yet: a day's limit begins with 50 and grows
     * for 17 days as SendGrid's warm-up schedule has it (100, 500, 1,000 … 4,000,000), below {@link #perDay}. Unset: no
     * warm-up.
     */
    Optional<LocalDate> warmUp();
}
