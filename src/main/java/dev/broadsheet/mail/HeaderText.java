package dev.broadsheet.mail;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The last line of defence against header injection: nothing with a control character becomes part of a header. */
final class HeaderText {

    private static final int LONGEST_NAME = 76;

    /** Written by the transports themselves, or not to be set by SendGrid's rules (Mail Send, {@code headers}). */
    private static final Set<String> RESERVED = anyCase(
            "from",
            "sender",
            "to",
            "cc",
            "bcc",
            "reply-to",
            "subject",
            "date",
            "message-id",
            "mime-version",
            "content-type",
            "content-transfer-encoding",
            "return-path",
            "received",
            "dkim-signature",
            "x-sg-id",
            "x-sg-eid");

    private HeaderText() {}

    private static Set<String> anyCase(String... names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(List.of(names));
        return set;
    }

    static void check(@Nullable String text) {
        for (int i = 0; text != null && i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                throw new IllegalArgumentException("A control character in a mail header");
            }
        }
    }

    /** The same headers in the same order, each with a name that is free and a value of printable ASCII. */
    static Map<String, String> checked(Map<String, String> headers) {
        headers.forEach((name, value) -> {
            if (!isName(name) || RESERVED.contains(name)) {
                throw new IllegalArgumentException("Not a header to set: " + name);
            }
            for (int i = 0; i < value.length(); i++) {
                if (value.charAt(i) < ' ' || value.charAt(i) > '~') {
                    throw new IllegalArgumentException("Not printable ASCII in the header " + name);
                }
            }
        });
        return Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** RFC 5322, 3.6.8, without the characters that SendGrid or old relays trip over. */
    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-')) {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= LONGEST_NAME;
    }

    /** Halves of surrogate pairs, which neither UTF-8 nor JSON can carry, give way to U+FFFD. */
    static String wellFormed(String text) {
        StringBuilder mended = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            if (mended == null) {
                mended = new StringBuilder(text);
            }
            mended.setCharAt(i, '\uFFFD');
        }
        return mended == null ? text : mended.toString();
    }
}
