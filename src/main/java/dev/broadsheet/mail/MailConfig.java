package dev.broadsheet.mail;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** How mail leaves the house. */
@ConfigMapping(prefix = "broadsheet.mail")
public interface MailConfig {

    /** The ways out: the local outbox, SendGrid's v3 API, an SMTP relay. */
    enum Way {
        OUTBOX,
        SENDGRID,
        SMTP
    }

    /** How an SMTP connection is encrypted. */
    enum Tls {
        /** {@code STARTTLS} or nothing is sent. */
        REQUIRED,
        /** TLS from the first octet, as on port 465. */
        IMPLICIT,
        /** In the clear: only for a relay on the same machine. */
        NONE
    }

    /**
     * {@code outbox}, {@code sendgrid} or {@code smtp}. Unset with the embedded database: {@code outbox}; with another
     * database it must be set.
     */
    Optional<Way> transport();

    SendGrid sendgrid();

    Smtp smtp();

    Dkim dkim();

    /** SendGrid's v3 API and its event webhook. */
    interface SendGrid {

        /** A key that may send mail, and lift suppressions there (full access to Mail Send and Suppressions). */
        Optional<String> apiKey();

        /** Where the API is: scheme, host and port, no path. {@code https://api.eu.sendgrid.com} for EU subusers. */
        @WithDefault("https://api.sendgrid.com")
        URI url();

        /**
         * A rehearsal: each request asks for SendGrid's sandbox, where it is checked, and nothing is sent. Campaigns end
         * with everybody skipped; confirmations and other single mails do not leave either.
         */
        @WithDefault("false")
        boolean sandbox();

        /**
         * Has SendGrid tell who opened an issue and which of its links they followed, and keeps that as long as other
         * events. It puts an image into the mail and leads all links through SendGrid, so that readers have to be asked
         * first in many countries. Confirmations and other single mails are left alone, and so are a reader's own links.
         */
        @WithDefault("false")
        boolean opensAndClicks();

        /** Verifies events: the key that SendGrid shows where its signed event webhook is switched on. */
        Optional<String> webhookPublicKey();
    }

    /** An SMTP relay, which delivers, and signs (DKIM) where {@link Dkim} is not set. */
    interface Smtp {

        /** Its name, which its certificate must be for. */
        Optional<String> host();

        @WithDefault("587")
        @Min(1)
        @Max(65_535)
        int port();

        /** Unset: no {@code AUTH}. For SendGrid's relay it is {@code apikey}. */
        Optional<String> username();

        Optional<String> password();

        /** {@code required} (STARTTLS), {@code implicit} or {@code none}; certificate and host name are verified. */
        @WithDefault("REQUIRED")
        Tls tls();

        /**
         * The envelope's sender, to which bounces come back: each delivery's has its id and a seal of ours behind a
         * {@code +} in the local part (VERP), so that a bounce tells whose it is. At most 20 characters before the
         * {@code @}. Unset: the newsletter's own address, as it is.
         */
        Optional<String> returnPath();

        /** Connections at a time from each node; each has one message in hand. */
        @WithDefault("4")
        @Min(1)
        @Max(100)
        int connections();
    }

    /** Signing of our own of all that goes over SMTP. All of it is set, or nothing; else the start fails. */
    interface Dkim {

        /** The domain that signs: that of the newsletters' own addresses, or one above it. */
        Optional<String> domain();

        /** Names the key among the domain's: its public half is in DNS at {@code selector._domainkey.domain}. */
        Optional<String> selector();

        /** A PEM file: RSA of 2,048 bits or more (PKCS#8 or PKCS#1; at least 1,024), or Ed25519 (PKCS#8). */
        Optional<Path> privateKey();
    }
}
