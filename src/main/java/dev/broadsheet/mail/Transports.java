package dev.broadsheet.mail;

import dev.broadsheet.platform.EmailAddress;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.util.Locale;

/** The way out of the house that this installation is set to. */
@ApplicationScoped
public class Transports {

    private final MailConfig.Way way;
    private final Instance<SmtpTransport> smtp;
    private final Instance<SendGridTransport> sendGrid;

    Transports(MailConfig config, Instance<SmtpTransport> smtp, Instance<SendGridTransport> sendGrid) {
        this.sendGrid = sendGrid;
        this.smtp = smtp;
        this.way = config.transport()
                .orElseThrow(() ->
                        new IllegalStateException("BROADSHEET_MAIL_TRANSPORT is not set: outbox, sendgrid or smtp."));
    }

    /** As in the configuration: {@code outbox}, {@code sendgrid} or {@code smtp}. */
    public String name() {
        return way.name().toLowerCase(Locale.ROOT);
    }

    /** Whether mail stays here, in the {@link Outbox}. */
    public boolean isOutbox() {
        return way == MailConfig.Way.OUTBOX;
    }

    /** The transport for all but the outbox. */
    public Transport current() {
        return switch (way) {
            case SMTP -> smtp.get();
            case SENDGRID -> sendGrid.get();
            case OUTBOX ->
                throw new IllegalStateException("The outbox is written in the transaction that records the outcome");
        };
    }

    /** Whether mail can be sent to it at all; may ask the relay, so not within a transaction. */
    public boolean reaches(EmailAddress address) {
        return WireAddress.isAscii(address.key()) || isOutbox() || current().takesAnyLetters();
    }

    /** Messages a second where nobody says otherwise. */
    double usualRate() {
        return switch (way) {
            case SMTP -> 5;
            case SENDGRID -> 100;
            case OUTBOX -> 1000;
        };
    }
}
