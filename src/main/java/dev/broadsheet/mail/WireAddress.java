package dev.broadsheet.mail;

import com.ibm.icu.text.IDNA;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An address as it goes over the wire: the domain in A-labels (IDNA2008 by UTS 46, nontransitional), the local part as
 * it is. Whether somebody may have such an address is decided long before; here it must not break a command or header.
 */
final class WireAddress {

    private static final IDNA IDNA_2008 = IDNA.getUTS46Instance(IDNA.NONTRANSITIONAL_TO_ASCII
            | IDNA.NONTRANSITIONAL_TO_UNICODE
            | IDNA.CHECK_BIDI
            | IDNA.CHECK_CONTEXTJ
            | IDNA.USE_STD3_RULES);

    private WireAddress() {}

    /** @throws IllegalArgumentException where it cannot be written; its message does not hold the address */
    static String of(String email) {
        int at = email.lastIndexOf('@');
        String local = at < 1 ? "" : email.substring(0, at);
        String domain = email.substring(at + 1);
        if (local.isEmpty()
                || domain.isEmpty()
                || !isPlain(email)
                || local.indexOf('@') >= 0
                || local.indexOf(':') >= 0) {
            throw new IllegalArgumentException("not an address that mail can be sent to");
        }
        if (!isAscii(domain)) {
            domain = domain(domain)
                    .orElseThrow(() -> new IllegalArgumentException("not a domain name that mail can be sent to"));
        }
        // RFC 5321, 4.5.3.1: a local part of 64 octets, a path of 256 with its brackets
        if (octets(local) > 64 || octets(local) + 1 + domain.length() > 254) {
            throw new IllegalArgumentException("an address longer than mail allows");
        }
        return local + "@" + domain;
    }

    /** In A-labels; empty where it is no domain name. */
    static Optional<String> domain(String domain) {
        StringBuilder labels = new StringBuilder();
        IDNA.Info info = new IDNA.Info();
        IDNA_2008.nameToASCII(domain, labels, info);
        return info.hasErrors() ? Optional.empty() : Optional.of(labels.toString());
    }

    private static boolean isPlain(String email) {
        for (int i = 0, c; i < email.length(); i += Character.charCount(c)) {
            c = email.codePointAt(i);
            boolean plain = c < 0x80
                    ? c > ' ' && c < 0x7F && "<>,;\"\\()".indexOf(c) < 0
                    : !Character.isWhitespace(c)
                            && !Character.isSpaceChar(c)
                            && !Character.isISOControl(c)
                            && Character.getType(c) != Character.SURROGATE;
            if (!plain) {
                return false;
            }
        }
        return true;
    }

    /** An address that is not ASCII even so needs SMTPUTF8 (RFC 6531). */
    static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static int octets(String text) {
        return isAscii(text) ? text.length() : text.getBytes(StandardCharsets.UTF_8).length;
    }
}
