package dev.broadsheet.delivery;

import dev.broadsheet.platform.AddressHashes;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code Message-ID} of a delivery, made of its id alone: a message sent again after doubt carries the same one, no
 * two recipients share one, and no other installation makes it.
 */
@Singleton
public class MessageIds {

    private static final Pattern FORM = Pattern.compile("d(\\d{1,18})-(\\d{1,18})\\.([0-9a-f]{12})@.{1,255}");

    /** A row of the ledger. */
    public record Key(long issueId, long deliveryId) {}

    private final AddressHashes hashes;

    MessageIds(AddressHashes hashes) {
        this.hashes = hashes;
    }

    /** @param domain the sender's, in ASCII. @return without angle brackets */
    String of(long issueId, long deliveryId, String domain) {
        String id = issueId + "-" + deliveryId;
        return "d" + id + "." + hashes.tag(name(id)) + "@" + domain;
    }

    /** The delivery that has it; empty where it is not one of ours. @param messageId without angle brackets */
    public Optional<Key> key(String messageId) {
        Matcher parts = FORM.matcher(messageId);
        if (!parts.matches() || !hashes.isTag(parts.group(3), name(parts.group(1) + "-" + parts.group(2)))) {
            return Optional.empty();
        }
        return Optional.of(new Key(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2))));
    }

    private static String name(String id) {
        return "delivery " + id;
    }
}
