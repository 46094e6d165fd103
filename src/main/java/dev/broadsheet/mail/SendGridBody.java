package dev.broadsheet.mail;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.http.entity.AbstractHttpEntity;
import org.apache.http.entity.ContentType;
import org.jspecify.annotations.Nullable;

/**
 * The body of one Mail Send request: a message, and one personalization for each recipient, so that nobody sees another.
 * What is the same for all is not copied; personalizations are written into the buffer as they come, so that their size
 * is known, and bounded, before anything is posted.
 */
final class SendGridBody extends AbstractHttpEntity {

    /** SendGrid v3 Mail Send: personalizations in a request, and recipients in all of them together. */
    private static final int MOST_RECIPIENTS = 1_000;

    /** Of personalizations: at some 1 KB each, they are seldom more than a fourth of it. */
    private static final int FULL = 4_000_000;

    /** For the substitutions, and for the custom arguments, of one personalization. */
    private static final int MOST_BYTES_OF_VALUES = 10_000;

    private static final SerializableString TO = new SerializedString("to");
    private static final SerializableString EMAIL = new SerializedString("email");
    private static final SerializableString NAME = new SerializedString("name");
    private static final SerializableString HEADERS = new SerializedString("headers");
    private static final SerializableString MESSAGE_ID = new SerializedString("Message-ID");
    private static final SerializableString SUBSTITUTIONS = new SerializedString("substitutions");
    private static final SerializableString CUSTOM_ARGS = new SerializedString("custom_args");
    private static final SerializableString REQUEST = new SerializedString("bs_request");

    private final SendGridMessage message;
    private final String requestId;
    private final MessageBuffer personalizations;
    private final JsonGenerator json;
    private final List<Recipient> recipients = new ArrayList<>();
    private final Set<String> addresses = new HashSet<>();

    /**
     * @param requestId comes back with each event, so that one of them tells of all in the request
     * @param buffer for this body alone until it is posted; what it held is gone
     */
    SendGridBody(SendGridMessage message, String requestId, MessageBuffer buffer) {
        this.message = message;
        this.requestId = requestId;
        this.personalizations = buffer;
        buffer.reset();
        setContentType(ContentType.APPLICATION_JSON.getMimeType());
        try {
            this.json = SendGridMessage.JSON.createGenerator(buffer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether there is room for one more; no address is in a request twice. At least one there is always. */
    boolean takes(Recipient recipient) {
        return recipients.size() < MOST_RECIPIENTS
                && personalizations.size() + json.getOutputBuffered() < FULL
                && !addresses.contains(key(recipient));
    }

    /**
     * One more.
     *
     * @throws IllegalArgumentException where SendGrid takes no such recipient: the body is as it was; its message does not
     *     hold the address
     */
    void add(Recipient recipient) {
        String address = WireAddress.of(recipient.email());
        if (!WireAddress.isAscii(address)) {
            throw new IllegalArgumentException("an address of other letters than ASCII");
        }
        checkValues(recipient);
        try {
            write(recipient, address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        recipients.add(recipient);
        addresses.add(key(recipient));
    }

    /** All of them, in their places. To be called after the last was added. */
    List<Recipient> end() {
        try {
            json.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return recipients;
    }

    private void checkValues(Recipient recipient) {
        int substitutions = 0;
        for (String tag : message.tags().keySet()) {
            String value = recipient.values().get(tag);
            if (value == null) {
                throw new IllegalArgumentException("a slot has no value");
            }
            substitutions += octets(tag) + octets(value);
        }
        int customArgs = octets(REQUEST.getValue()) + octets(requestId);
        for (Map.Entry<String, String> argument : recipient.customArgs().entrySet()) {
            customArgs += octets(argument.getKey()) + octets(argument.getValue());
        }
        if (substitutions > MOST_BYTES_OF_VALUES || customArgs > MOST_BYTES_OF_VALUES) {
            throw new IllegalArgumentException("values longer than SendGrid takes");
        }
    }

    private void write(Recipient recipient, String address) throws IOException {
        String name = shown(recipient.name());
        json.writeStartObject();
        json.writeFieldName(TO);
        json.writeStartArray();
        json.writeStartObject();
        json.writeFieldName(EMAIL);
        json.writeString(address);
        if (name != null) {
            json.writeFieldName(NAME);
            json.writeString(name);
        }
        json.writeEndObject();
        json.writeEndArray();

        json.writeFieldName(HEADERS);
        json.writeStartObject();
        json.writeFieldName(MESSAGE_ID);
        json.writeString(HeaderText.wellFormed("<" + recipient.messageId() + ">"));
        for (Map.Entry<String, String> header : recipient.headers().entrySet()) {
            json.writeStringField(header.getKey(), header.getValue());
        }
        json.writeEndObject();

        json.writeFieldName(SUBSTITUTIONS);
        json.writeStartObject();
        for (Map.Entry<String, SerializableString> tag : message.tags().entrySet()) {
            json.writeFieldName(tag.getValue());
            json.writeString(HeaderText.wellFormed(recipient.values().getOrDefault(tag.getKey(), "")));
        }
        json.writeEndObject();

        json.writeFieldName(CUSTOM_ARGS);
        json.writeStartObject();
        for (Map.Entry<String, String> argument : recipient.customArgs().entrySet()) {
            json.writeStringField(HeaderText.wellFormed(argument.getKey()), HeaderText.wellFormed(argument.getValue()));
        }
        json.writeFieldName(REQUEST);
        json.writeString(requestId);
        json.writeEndObject();
        json.writeEndObject();
    }

    private static String key(Recipient recipient) {
        return recipient.email().toLowerCase(Locale.ROOT);
    }

    /** Names of recipients may hold neither (SendGrid v3 Mail Send, limitations). */
    private static @Nullable String shown(@Nullable String name) {
        String plain =
                name == null ? "" : name.replace(';', ' ').replace(',', ' ').strip();
        return plain.isEmpty() ? null : plain;
    }

    /** In UTF-8; half a pair counts as what stands for it. */
    private static int octets(String text) {
        int octets = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                octets++;
            } else if (c < 0x800) {
                octets += 2;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                octets += 4;
                i++;
            } else {
                octets += 3;
            }
        }
        return octets;
    }

    @Override
    public boolean isRepeatable() {
        return true;
    }

    @Override
    public boolean isStreaming() {
        return false;
    }

    @Override
    public long getContentLength() {
        return (long) message.size() + personalizations.size();
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        message.writeHead(out);
        personalizations.writeTo(out);
        message.writeTail(out);
    }

    /** A client that sends asks for none. */
    @Override
    public InputStream getContent() {
        throw new UnsupportedOperationException("Written, not read");
    }
}
