package dev.broadsheet.site;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was posted to a link of a mail, by a person's browser or by their mail provider: urlencoded or multipart
 * (RFC 8058 allows both), with or without a content type, or nothing at all. So it is looked at and not parsed: whoever
 * has the link may act, and no way of saying so may fail.
 */
class PostedBody {

    private static final int MOST = 16 * 1024;
    /** The header line that names a part of a multipart body. */
    private static final Pattern NAME = Pattern.compile("(?i)content-disposition:.*\\bname=\"?([^\";]+)\"?.*");

    private final String body;

    private PostedBody(String body) {
        this.body = body;
    }

    /** Reads what there is, at most 16 KB of it. */
    static PostedBody read(InputStream in) {
        try {
            return new PostedBody(new String(in.readNBytes(MOST), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it is the mail provider's button (RFC 8058, section 3.1). */
    boolean isOneClick() {
        return has("List-Unsubscribe", "One-Click");
    }

    boolean has(String name, String value) {
        for (String pair : body.strip().split("&")) {
            if (decoded(pair).equalsIgnoreCase(name + "=" + value)) {
                return true;
            }
        }
        return value.equalsIgnoreCase(part(name));
    }

    /** The first line of a part of a multipart body, or empty. */
    private String part(String name) {
        boolean named = false;
        Iterator<String> lines = body.lines().iterator();
        while (lines.hasNext()) {
            String line = lines.next();
            Matcher header = NAME.matcher(line);
            if (header.matches()) {
                named = header.group(1).equalsIgnoreCase(name);
            } else if (named && line.isEmpty()) {
                return lines.hasNext() ? lines.next().strip() : "";
            }
        }
        return "";
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
