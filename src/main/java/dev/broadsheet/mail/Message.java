package dev.broadsheet.mail;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One message, the same for all its recipients but for its slots. A slot is a tag, a string that occurs literally in
 * {@code html} and {@code text} and gives way to each {@link Recipient}'s own value. Tags are of letters, digits and
 * hyphens and carry a nonce, so that no text written by a person can hold one.
 *
 * @param from the sender that readers see
 * @param subject one line; any Unicode, no control characters
 * @param html a whole document
 * @param text its plain twin, lines of at most 998 bytes
 * @param headers the same for all recipients, such as {@code List-Id}; ASCII values, no control characters
 * @param tags of every slot in {@code html} and {@code text}
 */
public record Message(
        Mailbox from,
        @Nullable Mailbox replyTo,
        String subject,
        String html,
        String text,
        Map<String, String> headers,
        List<String> tags) {
    public Message {
        HeaderText.check(subject);
        headers.forEach((name, value) -> {
            HeaderText.check(name);
            HeaderText.check(value);
        });
        headers = Map.copyOf(headers);
        tags = List.copyOf(tags);
    }
}
