package dev.broadsheet.mail;

import dev.broadsheet.platform.AddressHashes;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The envelope's sender over SMTP, to which bounces come back. Where one is configured, each delivery has its own (VERP):
 * {@code bounces+12-345.1a2b3c4d5e6f@example.org} with the delivery's id and a seal that nobody else can make, so that
 * who forges a bounce has nobody suppressed.
 */
@Singleton
public class ReturnPath {

    /** RFC 5321, 4.5.3.1.1: octets before the {@code @}. */
    private static final int LONGEST_LOCAL_PART = 64;

    /** An issue's number and a delivery's with a hyphen between: more than any installation comes to. */
    private static final int LONGEST_ID = 30;

    /** Of {@link AddressHashes#tag}. */
    private static final int SEAL = 12;

    /** What stands in a local part from the last {@code +} on; receivers change its case. */
    private static final Pattern SEALED =
            Pattern.compile("(?:.{1,64})\\+(\\d{1,18}(?:-\\d{1,18})?)\\.(.{" + SEAL + "})", Pattern.DOTALL);

    /** What is left for the address itself, beside {@code +}, id, dot and seal. */
    private static final int LONGEST = LONGEST_LOCAL_PART - LONGEST_ID - SEAL - 2;

    /** Before the id and behind the seal; null where the sender is the message's own. */
    private final @Nullable String before;

    private final String behind;
    private final UnaryOperator<String> seals;

    @Inject
    ReturnPath(MailConfig config, AddressHashes hashes) {
        this(config.smtp().returnPath(), id -> hashes.tag("bounce " + id));
    }

    /**
     * @param seals of ids, 12 characters
     * @throws IllegalStateException with a sentence for who set it, where it cannot be used
     */
    ReturnPath(Optional<String> configured, UnaryOperator<String> seals) {
        this.seals = seals;
        if (configured.isEmpty()) {
            before = null;
            behind = "";
            return;
        }
        String address = wire(configured.get());
        int at = address.lastIndexOf('@');
        if (at > LONGEST || address.length() + LONGEST_LOCAL_PART - LONGEST > 254) {
            throw new IllegalStateException("BROADSHEET_MAIL_SMTP_RETURN_PATH: " + configured.get() + " is too long. It"
                    + " may have " + LONGEST + " characters before the @, and 254 with each delivery's own id, which"
                    + " takes up to " + (LONGEST_LOCAL_PART - LONGEST) + " more.");
        }
        before = address.substring(0, at) + "+";
        behind = address.substring(at);
    }

    private static String wire(String configured) {
        try {
            String address = WireAddress.of(configured.strip());
            if (WireAddress.isAscii(address)) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // said below, as what is no ASCII is
        }
        throw new IllegalStateException("BROADSHEET_MAIL_SMTP_RETURN_PATH: " + configured
                + " is not an address that mail can be sent to from everywhere (ASCII before the @).");
    }

    /** Made at start, so that a mistake shows there: before Quartz, and with it whatever sends. */
    void check(@Observes @Priority(-100) StartupEvent start) {}

    /**
     * As it goes over the wire.
     *
     * @param id of a {@link Recipient}
     * @param from the message's own sender
     */
    String of(String id, String from) {
        return before == null ? from : before + id + "." + seals.apply(id) + behind;
    }

    /**
     * Whose bounces come back to an address: the seal tells that it is ours, whatever the address is that was configured
     * when the mail left.
     *
     * @return the id of a {@link Recipient}: {@code issue-delivery}, or the number of a single mail
     */
    public Optional<String> id(String address) {
        int at = address.lastIndexOf('@');
        if (at < 1 || at > LONGEST_LOCAL_PART) {
            return Optional.empty();
        }
        Matcher sealed = SEALED.matcher(address.substring(0, at).toLowerCase(Locale.ROOT));
        return sealed.matches() && isEqual(seals.apply(sealed.group(1)), sealed.group(2))
                ? Optional.of(sealed.group(1))
                : Optional.empty();
    }

    /** In a time that does not tell how much of it is right. */
    private static boolean isEqual(String seal, String other) {
        return MessageDigest.isEqual(seal.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
