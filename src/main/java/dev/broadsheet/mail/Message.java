package dev.broadsheet.mail;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One message, the same for all its recipients but for its slots. A slot is a tag, a string that occurs literally in
 * {@code html} and {@code text} and gives way to each {@link Recipient}'s own value. Tags are of letters, digits and
 * hyphens and carry a nonce, so that no text written by a person can hold one; none is part of another.
 *
 * @param from the sender that readers see
 * @param subject one line; any Unicode, no control characters
 * @param html a whole document
 * @param text its plain twin
 * @param headers the same for all recipients, such as {@code List-Id}; printable ASCII, and none that a
 *     transport writes itself ({@code To}, {@code Content-Type}, …)
 * @param tags of every slot in {@code html} and {@code text}
 * @param categories what a provider's statistics count it under, the most general first: nothing personal
 * @param despiteBounces goes out also where the provider remembers a dead mailbox, since its reader has just asked for it
 */
public record Message(
        Mailbox from,
        @Nullable Mailbox replyTo,
        String subject,
        String html,
        String text,
        Map<String, String> headers,
        List<String> tags,
        List<String> categories,
        boolean despiteBounces) {
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9-]{8,200}");

    public Message {
        HeaderText.check(subject);
        subject = HeaderText.wellFormed(subject);
        html = HeaderText.wellFormed(html);
        text = HeaderText.wellFormed(text);
        headers = HeaderText.checked(headers);
        tags = List.copyOf(tags);
        // single mails that were queued before there were any have none
        categories = categories == null ? List.of() : List.copyOf(categories);
        for (String tag : tags) {
            if (!TAG.matcher(tag).matches()
                    || tags.stream().anyMatch(other -> !other.equals(tag) && other.contains(tag))) {
                throw new IllegalArgumentException("Not a tag that can be told from text and from other tags");
            }
        }
    }

    public Message(
            Mailbox from,
            @Nullable Mailbox replyTo,
            String subject,
            String html,
            String text,
            Map<String, String> headers,
            List<String> tags,
            List<String> categories) {
        this(from, replyTo, subject, html, text, headers, tags, categories, false);
    }

    /** Counted nowhere. */
    public Message(
            Mailbox from,
            @Nullable Mailbox replyTo,
            String subject,
            String html,
            String text,
            Map<String, String> headers,
            List<String> tags) {
        this(from, replyTo, subject, html, text, headers, tags, List.of());
    }

    /** The same as a single mail, counted under this alone. */
    Message single(String category, boolean askedFor) {
        return new Message(from, replyTo, subject, html, text, headers, tags, List.of(category), askedFor);
    }
}
