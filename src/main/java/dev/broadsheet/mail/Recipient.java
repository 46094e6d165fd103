package dev.broadsheet.mail;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One person's part of a {@link Message}.
 *
 * @param id what names this delivery in outcomes; never the address
 * @param messageId without angle brackets; the same when this delivery is sent again after doubt, and nobody else's
 * @param headers the person's own, such as {@code List-Unsubscribe}; ASCII values, no control characters
 * @param values tag to value, for every tag of the message; URLs of ASCII that need no escaping in HTML but for
 *     {@code &}
 * @param customArgs come back with the provider's events; ids, never the address
 */
public record Recipient(
        String id,
        String email,
        @Nullable String name,
        String messageId,
        Map<String, String> headers,
        Map<String, String> values,
        Map<String, String> customArgs) {
    public Recipient {
        HeaderText.check(email);
        HeaderText.check(name);
        HeaderText.check(messageId);
        headers.forEach((header, value) -> {
            HeaderText.check(header);
            HeaderText.check(value);
        });
        headers = Map.copyOf(headers);
        values = Map.copyOf(values);
        customArgs = Map.copyOf(customArgs);
    }
}
