package dev.broadsheet.mail;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an SMTP server answered.
 *
 * @param code three digits
 * @param enhanced RFC 3463, such as {@code 5.1.1}; null where the server gave none
 * @param text all lines in one, without the codes; as the server wrote it, addresses and all
 */
record SmtpReply(int code, @Nullable String enhanced, String text) {

    static SmtpReply of(int code, List<String> lines) {
        String enhanced = null;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            int end = endOfEnhanced(line);
            if (end > 0 && i == 0) {
                enhanced = line.substring(0, end);
            }
            text.append(i == 0 ? "" : " ").append(end > 0 ? line.substring(end).strip() : line);
        }
        return new SmtpReply(code, enhanced, text.toString().strip());
    }

    /** By hand, since each message has four replies. @return where the code ends that the line begins with; 0 for none */
    private static int endOfEnhanced(String line) {
        if (line.isEmpty() || "245".indexOf(line.charAt(0)) < 0) {
            return 0;
        }
        int at = 1;
        for (int part = 0; part < 2; part++) {
            if (at >= line.length() || line.charAt(at) != '.') {
                return 0;
            }
            int begin = ++at;
            while (at < line.length() && at - begin < 3 && line.charAt(at) >= '0' && line.charAt(at) <= '9') {
                at++;
            }
            if (at == begin) {
                return 0;
            }
        }
        return at == line.length() || Character.isWhitespace(line.charAt(at)) ? at : 0;
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
