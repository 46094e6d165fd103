package dev.broadsheet.site;

import dev.broadsheet.platform.Sha256;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Work that a browser does for one sign-up: a number which, appended to the signed token of the button and a colon,
 * gives a SHA-256 that begins with {@value #ZERO_BITS} zero bits. The token is bound to what was typed and lasts an
 * hour, so a proof is good for one sign-up and needs no memory here. The script that finds it is {@code prove.js}.
 */
final class ProofOfWork {

    /** 65,000 tries on average: about two seconds of a browser, less than a hundredth of one here to check. */
    static final int ZERO_BITS = 16;

    private static final int LONGEST = 12;

    private ProofOfWork() {}

    static boolean proves(String token, @Nullable String work) {
        if (work == null || work.isEmpty() || work.length() > LONGEST) {
            return false;
        }
        byte[] hash = Sha256.of((token + ":" + work).getBytes(StandardCharsets.UTF_8));
        return zeroBits(hash) >= ZERO_BITS;
    }

    private static int zeroBits(byte[] hash) {
        int bits = 0;
        for (byte octet : hash) {
            int zeros = Integer.numberOfLeadingZeros(octet & 0xff) - 24;
            bits += zeros;
            if (zeros < 8) {
                break;
            }
        }
        return bits;
    }
}
