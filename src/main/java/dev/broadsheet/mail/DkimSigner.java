package dev.broadsheet.mail;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.SignatureException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Puts a DKIM signature (RFC 6376; RFC 8463 for Ed25519) before messages that are ready for the wire, so that who gets
 * them can tell that the domain sent them, and that nobody changed the body, the headers that readers see or the links
 * to leave. Used by one thread at a time.
 *
 * <p>Canonicalization is relaxed for headers, which relays fold anew, and simple for bodies: ours have short lines of
 * ASCII without white space at their ends, so nothing has a reason to touch them.
 */
final class DkimSigner {

    /** Signed wherever they are; so is every header of a list. In lower case. */
    private static final Set<String> SIGNED = Set.of(
            "from",
            "sender",
            "reply-to",
            "to",
            "cc",
            "subject",
            "date",
            "message-id",
            "mime-version",
            "content-type",
            "content-transfer-encoding",
            "feedback-id");

    /** Named once more than they occur, so that a signature ends with the addition of another (RFC 6376, 8.15). */
    private static final List<String> ONCE =
            List.of("From", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type");

    private static final int LONGEST_LINE = 76;
    private static final byte[] CRLF = {'\r', '\n'};

    private final DkimKey key;
    private final Signature signature;
    private final MessageDigest sha256;
    /** What is signed: headers in their canonical form, up to {@link #length}. */
    private byte[] canonical = new byte[0];

    private int length;

    DkimSigner(DkimKey key) {
        this.key = key;
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
            this.signature = Signature.getInstance(key.isRsa() ? "SHA256withRSA" : "Ed25519");
            signature.initSign(key.privateKey());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Puts the header {@code DKIM-Signature} before the others.
     *
     * @param message whole, with lines that end in CRLF; dots are not doubled
     */
    void sign(MessageBuffer message, Instant now) {
        byte[] octets = message.octets();
        int headersEnd = headersEnd(octets, message.size());
        byte[] bodyHash = bodyHash(octets, Math.min(headersEnd + 2, message.size()), message.size());
        length = 0;
        makeRoom(headersEnd + 2);
        StringBuilder header = new StringBuilder(1_024).append("DKIM-Signature: v=1;");
        add(header, " ", key.isRsa() ? "a=rsa-sha256;" : "a=ed25519-sha256;");
        add(header, " ", "c=relaxed/simple;");
        add(header, " ", "d=" + key.domain() + ";");
        add(header, " ", "s=" + key.selector() + ";");
        add(header, " ", "t=" + now.getEpochSecond() + ";");
        add(header, " ", "h=");
        addNames(header, octets, headersEnd);
        add(header, " ", "bh=" + Base64.getEncoder().encodeToString(bodyHash) + ";");
        add(header, " ", "b=");
        addSignature(header);
        message.prepend(header.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
    }

    /** Behind the last header's CRLF, so where the empty line is. */
    private static int headersEnd(byte[] octets, int size) {
        for (int i = 0; i + 1 < size; i++) {
            boolean lineEnds = octets[i] == '\r' && octets[i + 1] == '\n';
            if (lineEnds && i == 0) {
                return 0;
            }
            if (lineEnds && i + 3 < size && octets[i + 2] == '\r' && octets[i + 3] == '\n') {
                return i + 2;
            }
        }
        return size;
    }

    /** Of the body without the empty lines at its end, and with the end of its last line (RFC 6376, 3.4.3). */
    private byte[] bodyHash(byte[] octets, int from, int size) {
        int to = size;
        while (to - from >= 2 && octets[to - 1] == '\n' && octets[to - 2] == '\r') {
            to -= 2;
        }
        sha256.update(octets, from, to - from);
        return sha256.digest(CRLF);
    }

    /**
     * Names what is signed, and keeps it for the signature. From the last header to the first, since of headers with the
     * same name the last is signed first (RFC 6376, 5.4.2).
     */
    private void addNames(StringBuilder header, byte[] octets, int headersEnd) {
        String separator = "";
        for (int end = headersEnd, start; end > 0; end = start) {
            start = lineStart(octets, end);
            while (start > 0 && isWhite(octets[start])) {
                start = lineStart(octets, start);
            }
            String name = name(octets, start, end);
            String lowerCase = name.toLowerCase(Locale.ROOT);
            if (SIGNED.contains(lowerCase) || lowerCase.startsWith("list-")) {
                canonicalize(octets, start, end);
                canonical[length++] = '\r';
                canonical[length++] = '\n';
                header.append(separator);
                add(header, "", name);
                separator = ":";
            }
        }
        for (String name : ONCE) {
            header.append(separator);
            add(header, "", name);
            separator = ":";
        }
        header.append(';');
    }

    /** Of the line that ends there. */
    private static int lineStart(byte[] octets, int end) {
        int start = end - 1;
        while (start > 0 && octets[start - 1] != '\n') {
            start--;
        }
        return start;
    }

    private static String name(byte[] octets, int start, int end) {
        int nameEnd = start;
        while (nameEnd < end && octets[nameEnd] != ':') {
            nameEnd++;
        }
        return new String(octets, start, nameEnd - start, StandardCharsets.ISO_8859_1).stripTrailing();
    }

    /**
     * One header, unfolded, its name in lower case, each white space one space, none around the colon and at the end
     * (RFC 6376, 3.4.2). Without the CRLF at the end; never longer than it was.
     */
    private void canonicalize(byte[] octets, int start, int end) {
        int i = start;
        for (; octets[i] != ':'; i++) {
            if (!isWhite(octets[i])) {
                canonical[length++] = (byte) Character.toLowerCase(octets[i]);
            }
        }
        canonical[length++] = ':';
        int valueStart = length;
        boolean white = false;
        for (i++; i < end; i++) {
            byte octet = octets[i];
            if (isWhite(octet) || octet == '\r' || octet == '\n') {
                white = true;
                continue;
            }
            if (white && length > valueStart) {
                canonical[length++] = ' ';
            }
            white = false;
            canonical[length++] = octet;
        }
    }

    /** Of all that was kept and, as the last, the header itself, as far as it is there (RFC 6376, 3.7). */
    private void addSignature(StringBuilder header) {
        byte[] unsigned = header.toString().getBytes(StandardCharsets.US_ASCII);
        makeRoom(unsigned.length);
        canonicalize(unsigned, 0, unsigned.length);
        String signed = Base64.getEncoder().encodeToString(signature());
        int room = LONGEST_LINE - column(header);
        for (int from = 0; from < signed.length(); ) {
            int to = Math.min(from + room, signed.length());
            header.append(signed, from, to);
            if (to < signed.length()) {
                header.append("\r\n ");
            }
            from = to;
            room = LONGEST_LINE - 1;
        }
    }

    private byte[] signature() {
        try {
            if (key.isRsa()) {
                signature.update(canonical, 0, length);
            } else {
                sha256.update(canonical, 0, length);
                signature.update(sha256.digest()); // RFC 8463, 3: Ed25519 signs the hash
            }
            return signature.sign();
        } catch (SignatureException e) {
            throw new IllegalStateException(e);
        }
    }

    private void makeRoom(int more) {
        if (canonical.length < length + more) {
            byte[] longer = new byte[length + more + 1_024];
            System.arraycopy(canonical, 0, longer, 0, length);
            canonical = longer;
        }
    }

    /** On the next line where it has no place on this one. */
    private static void add(StringBuilder header, String gap, String token) {
        // what follows a name, a colon or a semicolon, must have its place too
        boolean fits = column(header) + gap.length() + token.length() < LONGEST_LINE;
        header.append(fits ? gap : "\r\n ").append(token);
    }

    private static int column(StringBuilder header) {
        return header.length() - (header.lastIndexOf("\n") + 1);
    }

    private static boolean isWhite(byte octet) {
        return octet == ' ' || octet == '\t';
    }
}
