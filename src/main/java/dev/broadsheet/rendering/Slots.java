package dev.broadsheet.rendering;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/**
 * The tags that stand in mail HTML and text where each recipient's own value goes. They hold a nonce of the revision,
 * so that no source can contain one; they are of letters, digits and hyphens, so that no encoder changes them.
 *
 * @param nonce 32 hex digits
 */
public record Slots(String nonce) {

    public static Slots random(SecureRandom random) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return new Slots(HexFormat.of().formatHex(bytes));
    }

    /** Where the link to leave goes. */
    public String unsubscribeUrl() {
        return "slot-" + nonce + "-unsubscribe-url";
    }

    /** Where the link to the reader's preferences goes. Revisions from before there was one hold it nowhere. */
    public String preferencesUrl() {
        return "slot-" + nonce + "-preferences-url";
    }

    /** Where the text itself goes while a mail is made. */
    String content() {
        return "slot-" + nonce + "-content";
    }

    public List<String> tags() {
        return List.of(unsubscribeUrl(), preferencesUrl());
    }
}
