package dev.broadsheet.mail;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an SMTP server answered.
 *
 * @param code three digits
 * @param enhanced RFC 3463, such as {@code 5.1.1}; null where the server gave none
 * @param text all lines in one, without the codes; as the server wrote it, addresses and all
 */
record SmtpReply(int code, @Nullable String enhanced, String text) {

    private static final Pattern ENHANCED =
            Pattern.compile("\\s*([245]\\.\\d{1,3}\\.\\d{1,3})(?:\\s+|$)(.*)", Pattern.DOTALL);

    static SmtpReply of(int code, List<String> lines) {
        String enhanced = null;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            Matcher matcher = ENHANCED.matcher(lines.get(i));
            boolean matches = matcher.matches();
            if (matches && i == 0) {
                enhanced = matcher.group(1);
            }
            text.append(i == 0 ? "" : " ").append((matches ? matcher.group(2) : lines.get(i)).strip());
        }
        return new SmtpReply(code, enhanced, text.toString().strip());
    }

    /** Fit to keep and to show. */
    String reason() {
        return MaskedText.of(code + (enhanced == null ? "" : " " + enhanced) + " " + text);
    }

    /** The enhanced code without its class, such as {@code 1.1}; {@code 0.0} where the server gave none. */
    String detail() {
        return enhanced == null ? "0.0" : enhanced.substring(2);
    }

    boolean isPositive() {
        return code >= 200 && code < 400;
    }

    /** The server is about to close the connection (RFC 5321, 3.8). */
    boolean isClosing() {
        return code == 421;
    }
}
