package dev.broadsheet.subscribers;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * From where a person acted: part of the proof of consent.
 *
 * @param ip behind trusted proxies, the reader's own
 * @param userAgent at most 300 characters
 * @param editor the name of the API token, where an editor acted
 */
public record Client(
        @Nullable InetAddress ip,
        @Nullable String userAgent,
        @Nullable String editor) {

    /** Nobody known: a program of ours. */
    public static final Client UNKNOWN = new Client(null, null, null);

    private static final int MOST = 300;

    /** A reader. */
    public Client(@Nullable InetAddress ip, @Nullable String userAgent) {
        this(ip, userAgent, null);
    }

    public static Client editor(String name) {
        return new Client(null, null, name);
    }

    public Client {
        if (userAgent != null) {
            userAgent = userAgent
                    .codePoints()
                    .filter(c -> !Character.isISOControl(c))
                    .limit(MOST)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
        }
    }

    /** The IP address as text, without a scope. */
    @Nullable
    String address() {
        return ip == null ? null : ip.getHostAddress();
    }
}
