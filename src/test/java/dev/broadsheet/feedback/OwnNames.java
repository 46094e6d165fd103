package dev.broadsheet.feedback;

import dev.broadsheet.platform.AddressHashes;
import jakarta.enterprise.context.ApplicationScoped;

/** The samples with the seals of the installation under test, as its own mails carry them. */
@ApplicationScoped
public class OwnNames {

    private final AddressHashes hashes;

    OwnNames(AddressHashes hashes) {
        this.hashes = hashes;
    }

    String in(String sample) {
        return Bounces.text(sample)
                .replace(Bounces.RETURN_PATH, returnPath("12-345"))
                .replace(Bounces.SINGLE_RETURN_PATH, returnPath("77"))
                .replace(Bounces.MESSAGE_ID, "d12-345." + hashes.tag("delivery 12-345") + "@weekly.example")
                .replace(Bounces.SINGLE_MESSAGE_ID, "mail-77." + hashes.tag("single mail 77") + "@weekly.example");
    }

    String returnPath(String id) {
        return "bounces+" + id + "." + hashes.tag("bounce " + id) + "@mail.weekly.example";
    }
}
