package dev.broadsheet.mail;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;

/** The way out of the house that this installation is set to. */
@ApplicationScoped
public class Transports {

    private final MailConfig.Way kind;

    Transports(MailConfig config) {
        this.kind = config.transport()
                .orElseThrow(() -> new IllegalStateException(
                        "BROADSHEET_MAIL_TRANSPORT is not set: outbox, sendgrid or" + " smtp."));
    }

    /** As in the configuration: {@code outbox}, {@code sendgrid} or {@code smtp}. */
    public String name() {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** Whether mail stays here, in the {@link Outbox}. */
    public boolean isOutbox() {
        return kind == MailConfig.Way.OUTBOX;
    }

    /** The transport for all but the outbox. */
    public Transport current() {
        throw new IllegalStateException("The outbox is written in the transaction that records the outcome");
    }

    /** Messages a second where nobody says otherwise. */
    double usualRate() {
        return switch (kind) {
            case SMTP -> 5;
            case SENDGRID -> 100;
            case OUTBOX -> 1000;
        };
    }
}
