package dev.broadsheet.subscribers;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/** How much one address, and one network, may make us do, and how long we wait. All limits hold over all nodes. */
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

    /**
     * Mails that sign-ups may cause one address in a day (UTC), over all newsletters. What the same inbox reads under
     * other spellings ({@code +tag}, at Gmail dots) counts together.
     */
    @WithDefault("5")
    @Min(1)
    int mailsPerDay();

    /** Posts that count at once from one client network (IPv4 /24, IPv6 /64) in a window; further ones get a button. */
    @WithDefault("30")
    @Min(0)
    int perNetwork();

    /** The window that {@code perNetwork} is about. */
    @WithDefault("PT1H")
    Duration networkWindow();

    /** Domains whose addresses are refused, their subdomains too. */
    Optional<List<String>> deniedDomains();

    /**
     * Warns of an address that several people read, such as {@code info@}: who types it gets one more button, who
     * imports it a line in the report.
     */
    @WithDefault("true")
    boolean warnRoleAddresses();

    /** Warns likewise of addresses of services for throw-away mailboxes, the best-known of which we bring along. */
    @WithDefault("true")
    boolean warnDisposable();

    /** A file of further domains of such services, one a line, {@code #} begins a comment. Read at start. */
    Optional<Path> disposableDomains();
}
