package dev.broadsheet.mail;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One person's part of a {@link Message}.
 *
 * @param id what names this delivery in outcomes; never the address
 * @param messageId without angle brackets; the same when this delivery is sent again after doubt, and nobody else's
 * @param headers the person's own, such as {@code List-Unsubscribe}; as in {@link Message}, and stronger than those
 * @param values tag to value, for every tag of the message; put in as they are, the same in HTML and text: URLs of
 *     ASCII without {@code "}, {@code <} and {@code &}
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
        name = name == null ? null : HeaderText.wellFormed(name);
        HeaderText.check(messageId);
        headers = HeaderText.checked(headers);
        values = Map.copyOf(values);
        customArgs = Map.copyOf(customArgs);
    }

    /** A body with this recipient's values in its slots: for showing it; transports fill in their own way. */
    public String fill(String body) {
        String filled = body;
        for (Map.Entry<String, String> value : values.entrySet()) {
            filled = filled.replace(value.getKey(), value.getValue());
        }
        return filled;
    }
}
