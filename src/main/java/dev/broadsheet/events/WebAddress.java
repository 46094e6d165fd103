package dev.broadsheet.events;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Addresses of events and of their organisers. */
final class WebAddress {

    /** Longer ones do not work in browsers. */
    private static final int MAX_LENGTH = 2_000;

    private static final Pattern WEB = Pattern.compile("(?i)https?://[^\\s/].*+");
    private static final Pattern SLIP = Pattern.compile("(?i)h++t++p++(s*+):?+/++([^\\s/].*+)");

    /** What a meeting site adds of its own: the reader's language, and where the link was found. */
    private static final Pattern LANGUAGE = Pattern.compile("^(meetup\\.com)/[a-z]{2}-[a-z]{2}(?=/)");

    private static final Pattern TRACKING =
            Pattern.compile("(?:utm_[a-z]++|eventorigin|fbclid|gclid|_x_tr_[a-z]++)=.*+");

    private WebAddress() {}

    static boolean isWeb(String address) {
        return address.length() <= MAX_LENGTH && WEB.matcher(address).matches();
    }

    /** The address where it is one of the web, or where it is clear which one is meant ({@code hhttps://}); else null. */
    static @Nullable String meant(String address) {
        if (isWeb(address)) {
            return address;
        }
        Matcher slip = SLIP.matcher(address);
        if (address.length() <= MAX_LENGTH && slip.matches()) {
            return "http" + (slip.group(1).isEmpty() ? "" : "s") + "://" + slip.group(2);
        }
        return address.startsWith("www.") && isWeb("https://" + address) ? "https://" + address : null;
    }

    /** Equal for two spellings of one page: without scheme, {@code www.}, fragment, tracking and the last slash. */
    static String key(String address) {
        String key = address.substring(address.indexOf("//") + 2);
        int fragment = key.indexOf('#');
        key = fragment < 0 ? key : key.substring(0, fragment);
        int query = key.indexOf('?');
        String path = (query < 0 ? key : key.substring(0, query)).toLowerCase(Locale.ROOT);
        path = path.startsWith("www.") ? path.substring(4) : path;
        path = LANGUAGE.matcher(path).replaceFirst("$1");
        path = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        if (query < 0) {
            return path;
        }
        StringBuilder kept = new StringBuilder();
        for (String parameter : key.substring(query + 1).split("&")) {
            if (!TRACKING.matcher(parameter.toLowerCase(Locale.ROOT)).matches()) {
                kept.append(kept.isEmpty() ? "?" : "&").append(parameter);
            }
        }
        return path + kept;
    }

    /** As a URI; characters that it may not hold are encoded. Null where it is none even then. */
    static @Nullable URI uri(String address) {
        try {
            return new URI(encoded(address));
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static String encoded(String address) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : address.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 127 && "\"<>[\\]^`{|}".indexOf(b) < 0) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(String.format("%02X", b));
            }
        }
        return encoded.toString();
    }
}
