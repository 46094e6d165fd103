package dev.broadsheet.mail;

import dev.broadsheet.platform.AddressHashes;
import jakarta.inject.Singleton;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code Message-ID} of a single mail: the same when it is sent again after doubt, and nobody else makes it. */
@Singleton
public class SingleMailIds {

    private static final Pattern FORM = Pattern.compile("mail-(\\d{1,18})\\.([0-9a-f]{12})@.{1,255}");

    private final AddressHashes hashes;

    SingleMailIds(AddressHashes hashes) {
        this.hashes = hashes;
    }

    /** @param domain the sender's, in ASCII. @return without angle brackets */
    String of(long id, String domain) {
        return "mail-" + id + "." + hashes.tag(name(id)) + "@" + domain;
    }

    /** The mail that has it; empty where it is not one of ours. @param messageId without angle brackets */
    public OptionalLong id(String messageId) {
        Matcher parts = FORM.matcher(messageId);
        if (!parts.matches()) {
            return OptionalLong.empty();
        }
        long id = Long.parseLong(parts.group(1));
        return hashes.isTag(parts.group(2), name(id)) ? OptionalLong.of(id) : OptionalLong.empty();
    }

    private static String name(long id) {
        return "single mail " + id;
    }
}
