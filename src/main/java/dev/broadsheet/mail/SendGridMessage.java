package dev.broadsheet.mail;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What all Mail Send requests of a {@link Message} have in common, as JSON in UTF-8, made once: the two big texts cost as
 * much to escape as dozens of recipients. Slots are SendGrid's substitutions, which replace text literally in subject and
 * content, and nowhere else: headers hold final values. Tracking is said aloud, on or off, since what is left out is as the
 * account has it. Links that are slots are a reader's own: their clicks are never counted.
 */
final class SendGridMessage {

    /** Under 30 MB is a whole request by SendGrid's documentation, 20 MB are recommended there: the rest is for recipients. */
    static final int MOST_BYTES = 15_000_000;

    /** Of a message, and characters in each; none may be there twice (SendGrid v3 Mail Send). */
    private static final int MOST_CATEGORIES = 10;

    private static final int LONGEST_CATEGORY = 255;

    /** Values at the root are personalizations, in the middle of an array. */
    static final JsonFactory JSON =
            new JsonFactoryBuilder().rootValueSeparator(",").build();

    private final byte[] json;
    /** How much of it stands before the personalizations. */
    private final int head;

    private final Map<String, SerializableString> tags = new LinkedHashMap<>();

    private SendGridMessage(Message message, boolean sandbox, boolean opensAndClicks) {
        // what goes to one person is between them and us
        boolean tracked = opensAndClicks && message.headers().containsKey("List-Id");
        ByteArrayOutputStream out = new ByteArrayOutputStream(
                message.html().length() + message.text().length() + 4_096);
        try (JsonGenerator generator = JSON.createGenerator(out)) {
            common(message, tracked, generator);
            if (sandbox || message.despiteBounces()) {
                mailSettings(message, sandbox, generator);
            }
            generator.writeArrayFieldStart("personalizations");
            generator.flush();
            head = out.size();
            generator.writeEndArray();
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (out.size() > MOST_BYTES) {
            throw new IllegalArgumentException("a message larger than SendGrid takes");
        }
        json = out.toByteArray();
        message.tags().forEach(tag -> tags.put(tag, new SerializedString(tag)));
    }

    /**
     * Encodes one.
     *
     * @param sandbox whether it is to be checked and not sent
     * @param opensAndClicks whether they are counted, where it goes to a list
     * @throws IllegalArgumentException where the sender's address cannot be written, or the message is too large
     */
    static SendGridMessage of(Message message, boolean sandbox, boolean opensAndClicks) {
        return new SendGridMessage(message, sandbox, opensAndClicks);
    }

    /** Of every slot, with what names it in a personalization. */
    Map<String, SerializableString> tags() {
        return tags;
    }

    int size() {
        return json.length;
    }

    void writeHead(OutputStream out) throws IOException {
        out.write(json, 0, head);
    }

    void writeTail(OutputStream out) throws IOException {
        out.write(json, head, json.length - head);
    }

    private static void common(Message message, boolean tracked, JsonGenerator json) throws IOException {
        Mailbox replyTo = message.replyTo();
        json.writeStartObject();
        mailbox("from", message.from(), json);
        if (replyTo != null) {
            mailbox("reply_to", replyTo, json);
        }
        json.writeStringField("subject", message.subject());
        json.writeArrayFieldStart("content");
        content("text/plain", message.text(), json); // has to be the first
        content("text/html", tracked ? ownLinksUntracked(message) : message.html(), json);
        json.writeEndArray();
        if (!message.headers().isEmpty()) {
            json.writeObjectFieldStart("headers");
            for (Map.Entry<String, String> header : message.headers().entrySet()) {
                json.writeStringField(header.getKey(), header.getValue());
            }
            json.writeEndObject();
        }
        categories(message.categories(), json);
        tracking(tracked, json);
    }

    /** As SendGrid wants it: before the address. */
    private static String ownLinksUntracked(Message message) {
        if (message.tags().isEmpty()) {
            return message.html();
        }
        String slot = message.tags().stream().map(Pattern::quote).collect(Collectors.joining("|"));
        return Pattern.compile("<a(?=\\s[^>]*?href=\"[^\">]*(?:" + slot + "))")
                .matcher(message.html())
                .replaceAll("<a clicktracking=off");
    }

    private static void mailbox(String field, Mailbox mailbox, JsonGenerator json) throws IOException {
        String name = mailbox.name();
        json.writeObjectFieldStart(field);
        json.writeStringField("email", WireAddress.of(mailbox.email()));
        if (name != null) {
            json.writeStringField("name", name);
        }
        json.writeEndObject();
    }

    private static void content(String type, String text, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", type);
        json.writeStringField("value", text);
        json.writeEndObject();
    }

    private static void categories(List<String> categories, JsonGenerator json) throws IOException {
        List<String> fitting = categories.stream()
                .map(category -> category.substring(0, Math.min(category.length(), LONGEST_CATEGORY)))
                .map(HeaderText::wellFormed)
                .distinct()
                .limit(MOST_CATEGORIES)
                .toList();
        if (fitting.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("categories");
        for (String category : fitting) {
            json.writeString(category);
        }
        json.writeEndArray();
    }

    private static void mailSettings(Message message, boolean sandbox, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("mail_settings");
        if (sandbox) {
            set("sandbox_mode", true, json);
        }
        if (message.despiteBounces()) {
            // its lists of complaints and of who left still hold
            set("bypass_bounce_management", true, json);
        }
        json.writeEndObject();
    }

    private static void tracking(boolean opensAndClicks, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("tracking_settings");
        json.writeObjectFieldStart("click_tracking");
        json.writeBooleanField("enable", opensAndClicks);
        json.writeBooleanField("enable_text", false); // where a reader's own links cannot be told apart
        json.writeEndObject();
        set("open_tracking", opensAndClicks, json);
        set("subscription_tracking", false, json);
        set("ganalytics", false, json);
        json.writeEndObject();
    }

    private static void set(String setting, boolean on, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(setting);
        json.writeBooleanField("enable", on);
        json.writeEndObject();
    }
}
