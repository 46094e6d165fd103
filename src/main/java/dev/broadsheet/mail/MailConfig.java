package dev.broadsheet.mail;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** How mail leaves the house. */
@ConfigMapping(prefix = "broadsheet.mail")
public interface MailConfig {

    /** Ways out of the house. */
    enum Kind {
        OUTBOX,
        SENDGRID,
        SMTP
    }

    /** {@code outbox} (default with the embedded database), {@code sendgrid} or {@code smtp}. */
    Optional<Kind> transport();
}
