package dev.broadsheet.issues;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code If-Match}: {@code *}, or entity tags one of which must be that of the latest revision.
 *
 * @param tags as written, quotes included; weak ones match nothing (RFC 9110, section 13.1.1)
 */
public record IfMatch(Set<String> tags) {

    /** @return null where there is no header: then anything goes */
    public static @Nullable IfMatch of(@Nullable String header) {
        return header == null
                ? null
                : new IfMatch(
                        Arrays.stream(header.split(",")).map(String::strip).collect(Collectors.toSet()));
    }

    static String tag(int revision) {
        return "\"" + revision + "\"";
    }

    /** @param latest null where there is no issue yet */
    boolean accepts(@Nullable Integer latest) {
        return latest != null && (tags.contains("*") || tags.contains(tag(latest)));
    }
}
