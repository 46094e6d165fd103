package dev.broadsheet.linkcheck;

import com.ibm.icu.text.IDNA;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads web addresses as browsers do: written by people, with spaces or letters of any script in them. */
final class WebAddress {

    private static final Pattern PARTS =
            Pattern.compile("(https?)://([^/?#\\\\]+)([^#]*)(?:#.*)?", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final String LEGAL = "-._~:/?@!$&'()*+,;=";

    private static final IDNA DOMAINS = IDNA.getUTS46Instance(IDNA.NONTRANSITIONAL_TO_ASCII);

    private WebAddress() {}

    /**
     * As it is asked for: ASCII, without its fragment. Empty where it is no address on the web, or cannot be read. Its
     * host is null where its name is none that the internet allows, such as one with an underscore.
     */
    static Optional<URI> parse(String text) {
        Matcher parts = PARTS.matcher(text.strip());
        if (!parts.matches()) {
            return Optional.empty();
        }
        String path = parts.group(3);
        try {
            URI address = URI.create(parts.group(1).toLowerCase(Locale.ROOT) + "://" + ascii(parts.group(2))
                    + (path.startsWith("/") ? "" : "/") + encoded(path));
            return Optional.of(address);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Where a redirect leads to. @param location absolute, or relative to where it was found */
    static Optional<URI> parse(URI base, String location) {
        String from = location.strip();
        try {
            // a query alone belongs to the page, which URL does not know
            return parse(new URL(base.toURL(), from.startsWith("?") ? base.getRawPath() + from : from).toString());
        } catch (MalformedURLException e) {
            return Optional.empty();
        }
    }

    private static String ascii(String authority) {
        if (authority.chars().allMatch(c -> c < 0x80)) {
            return authority.toLowerCase(Locale.ROOT);
        }
        int colon = authority.lastIndexOf(':');
        String host = colon < 0 ? authority : authority.substring(0, colon);
        IDNA.Info info = new IDNA.Info();
        String name = DOMAINS.nameToASCII(host, new StringBuilder(), info).toString();
        if (info.hasErrors()) {
            throw new IllegalArgumentException("no host name");
        }
        return name + (colon < 0 ? "" : authority.substring(colon));
    }

    private static String encoded(String path) {
        StringBuilder encoded = new StringBuilder(path.length());
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            char c = (char) (bytes[i] & 0xff);
            boolean letterOrDigit = c < 0x80 && Character.isLetterOrDigit(c);
            boolean escape = c == '%' && i + 2 < bytes.length && isHex(bytes[i + 1]) && isHex(bytes[i + 2]);
            if (letterOrDigit || escape || LEGAL.indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
        }
        return encoded.toString();
    }

    private static boolean isHex(byte b) {
        return Character.digit(b, 16) >= 0;
    }
}
