package dev.broadsheet.site;

import dev.broadsheet.platform.Sha256;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * By what a browser or feed reader asks whether the page it has is still the page (RFC 9110, sections 8.8 and 13).
 *
 * @param etag of the page's own bytes: nothing that shows on a page can be forgotten in it
 * @param lastModified whole seconds, as HTTP writes them
 */
record Validators(String etag, Instant lastModified) {

    private static final int HASH_BYTES = 18;

    static Validators of(byte[] page, Instant lastModified) {
        String tag = Base64.getUrlEncoder().encodeToString(Arrays.copyOf(Sha256.of(page), HASH_BYTES));
        return new Validators('"' + tag + '"', lastModified.truncatedTo(ChronoUnit.SECONDS));
    }

    /** The page, or 304 to who has it. It may be kept, and is asked for each time: what is withdrawn is gone at once. */
    static Response answer(HttpHeaders request, MediaType type, String page, Instant lastModified) {
        byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
        Validators now = of(bytes, lastModified);
        boolean known = now.areKnown(
                request.getRequestHeader(HttpHeaders.IF_NONE_MATCH),
                request.getHeaderString(HttpHeaders.IF_MODIFIED_SINCE));
        return (known ? Response.notModified() : Response.ok(bytes, type))
                .header(HttpHeaders.ETAG, now.etag)
                .lastModified(Date.from(now.lastModified))
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .build();
    }

    /**
     * @param ifNoneMatch the header's values as they came; where there is one, the date is not looked at
     * @param ifModifiedSince not looked at where it is no date
     */
    boolean areKnown(List<String> ifNoneMatch, @Nullable String ifModifiedSince) {
        if (!ifNoneMatch.isEmpty()) {
            return Arrays.stream(String.join(",", ifNoneMatch).split(","))
                    .map(tag -> tag.strip().replaceFirst("^W/", "")) // proxies that compress make it weak
                    .anyMatch(tag -> tag.equals(etag) || tag.equals("*"));
        }
        try {
            return ifModifiedSince != null
                    && !lastModified.isAfter(
                            ZonedDateTime.parse(ifModifiedSince.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
        } catch (DateTimeException e) {
            return false;
        }
    }
}
