package dev.broadsheet.feedback;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;

/** The mailbox to which bounces come, read over IMAP. It is for nothing else: what is read there is moved away. */
@ConfigMapping(prefix = "broadsheet.feedback.imap")
interface ImapConfig {

    /** How the connection is encrypted. Certificate and host name are verified. */
    enum Tls {
        /** TLS from the first octet, as on port 993. */
        IMPLICIT,
        /** {@code STARTTLS}, as on port 143, or nothing is said. */
        REQUIRED,
        /** In the clear: only for a server on the same machine. */
        NONE
    }

    /** The server's name, which its certificate must be for. Unset: no mailbox is read. */
    Optional<String> host();

    @WithDefault("993")
    @Min(1)
    @Max(65_535)
    int port();

    Optional<String> username();

    Optional<String> password();

    /** {@code implicit}, {@code required} (STARTTLS) or {@code none}. */
    @WithDefault("IMPLICIT")
    Tls tls();

    /** Where bounces come in. */
    @WithDefault("INBOX")
    String folder();

    /**
     * How often it is looked at. Read by the scheduler too, see {@link BounceMailboxJob}.
     */
    @WithDefault("PT1M")
    Duration interval();

    /** Where mails go that are dealt with; made where it is missing. Set to nothing: they are deleted. */
    @WithDefault("Broadsheet/Done")
    Optional<String> doneFolder();

    /** Where mails go that name nothing of ours, for a person to look at; made where it is missing. */
    @WithDefault("Broadsheet/Unmatched")
    String unmatchedFolder();
}
