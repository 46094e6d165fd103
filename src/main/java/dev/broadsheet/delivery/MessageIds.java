package dev.broadsheet.delivery;

import dev.broadsheet.platform.AddressHashes;
import jakarta.inject.Singleton;

/**
 * The {@code Message-ID} of a delivery, made of its id alone: a message sent again after doubt carries the same one, no
 * two recipients share one, and no other installation makes it.
 */
@Singleton
class MessageIds {

    private final AddressHashes hashes;

    MessageIds(AddressHashes hashes) {
        this.hashes = hashes;
    }

    /** @param domain the sender's, in ASCII. @return without angle brackets */
    String of(long issueId, long deliveryId, String domain) {
        String id = issueId + "-" + deliveryId;
        return "d" + id + "." + hashes.tag("delivery " + id) + "@" + domain;
    }
}
