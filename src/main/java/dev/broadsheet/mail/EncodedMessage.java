package dev.broadsheet.mail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.angus.mail.util.QPEncoderStream;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Message} encoded once as MIME (text, then HTML, both quoted-printable in UTF-8), so that one recipient's
 * copy costs little more than copying its bytes. Slots are cut out before encoding: no soft line break ever splits a
 * tag, and a value stands between soft breaks of its own.
 *
 * <p>Lines end in CRLF and have at most 76 characters in bodies. No line begins with a dot, so that nothing has to be
 * doubled for SMTP, and no relay that forgets to can harm it.
 */
public final class EncodedMessage {

    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] SOFT_BREAK = {'=', '\r', '\n'};
    /** Of quoted-printable, leaving room for a dot that is written as three characters. */
    private static final int LONGEST_LINE = 74;

    private static final Pattern DOT_AT_THE_BEGINNING = Pattern.compile("(?m)^\\.");
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM yyyy HH:mm:ss xx", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** Of the body, in order. */
    private sealed interface Piece {}

    /** The same for everybody: outside the heap, from where sockets take it as it is. Never written to. */
    private record Fixed(ByteBuffer octets) implements Piece {}

    /** Where a recipient's own value goes. */
    private record Slot(String tag) implements Piece {}

    private record Written(long second, String text) {}

    private final String fromAndReplyTo;
    private final String subject;
    private final Map<String, String> headers;
    private final String contentType;
    private final List<Piece> body = new ArrayList<>();
    private int fixedLength;
    private volatile @Nullable Written lastDate;

    private EncodedMessage(Message message, String nonce) {
        // "=_" is in no quoted-printable text (RFC 2045, 6.7)
        String boundary = "=_" + nonce;
        Mailbox replyTo = message.replyTo();
        fromAndReplyTo = HeaderLines.mailbox("From", message.from())
                + (replyTo == null ? "" : HeaderLines.mailbox("Reply-To", replyTo));
        subject = HeaderLines.subject(message.subject());
        headers = lines(message.headers());
        contentType = "Content-Type: multipart/alternative;\r\n boundary=\"" + boundary + "\"\r\n";
        Pattern tags = message.tags().isEmpty()
                ? Pattern.compile("(?!)")
                : Pattern.compile(message.tags().stream().map(Pattern::quote).collect(Collectors.joining("|")));
        part(boundary, "text/plain", message.text(), tags);
        part(boundary, "text/html", message.html(), tags);
        ByteArrayOutputStream end = new ByteArrayOutputStream();
        end.writeBytes(("--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        fixed(end);
    }

    /** @throws IllegalArgumentException where sender or subject cannot be written as mail headers */
    public static EncodedMessage of(Message message) {
        return new EncodedMessage(message, UUID.randomUUID().toString());
    }

    /** Of one recipient's message, about, in octets. */
    int size() {
        return fixedLength + 4_096;
    }

    /**
     * One recipient's whole message, headers and all.
     *
     * @throws IllegalArgumentException where it cannot be written: the address cannot be, a value is missing, a header
     *     is too long; its message does not hold the address
     */
    public byte[] forRecipient(Recipient recipient, Instant date) {
        MessageBuffer out = new MessageBuffer(size());
        write(recipient, date, out);
        return out.toByteArray();
    }

    /** The same, to wherever it is put together. */
    void write(Recipient recipient, Instant date, MessageSink out) {
        out.own(headersFor(recipient, date).getBytes(StandardCharsets.UTF_8));
        for (Piece piece : body) {
            if (piece instanceof Fixed fixed) {
                out.shared(fixed.octets);
            } else if (piece instanceof Slot slot) {
                String value = recipient.values().get(slot.tag);
                if (value == null) {
                    throw new IllegalArgumentException("a slot has no value");
                }
                out.own(value(HeaderText.wellFormed(value)));
            }
        }
    }

    private String headersFor(Recipient recipient, Instant date) {
        StringBuilder head = new StringBuilder(2_048)
                .append(fromAndReplyTo)
                .append(HeaderLines.mailbox("To", new Mailbox(recipient.name(), recipient.email())))
                .append(subject)
                .append("Date: ")
                .append(written(date))
                .append("\r\n")
                .append(HeaderLines.line("Message-ID", "<" + recipient.messageId() + ">"))
                .append("MIME-Version: 1.0\r\n");
        Map<String, String> own = recipient.headers();
        headers.forEach((name, line) -> {
            if (own.keySet().stream().noneMatch(name::equalsIgnoreCase)) {
                head.append(line);
            }
        });
        own.forEach((name, value) -> head.append(HeaderLines.line(name, value)));
        return head.append(contentType).append("\r\n").toString();
    }

    /** Thousands of messages have the same second. */
    private String written(Instant date) {
        Written last = lastDate;
        if (last == null || last.second != date.getEpochSecond()) {
            last = new Written(date.getEpochSecond(), DATE.format(date));
            lastDate = last;
        }
        return last.text;
    }

    private static Map<String, String> lines(Map<String, String> headers) {
        Map<String, String> lines = new LinkedHashMap<>();
        headers.forEach((name, value) -> lines.put(name, HeaderLines.line(name, value)));
        return lines;
    }

    private void part(String boundary, String type, String text, Pattern tags) {
        ByteArrayOutputStream fixed = new ByteArrayOutputStream(text.length() + text.length() / 4);
        fixed.writeBytes(("--" + boundary + "\r\nContent-Type: " + type
                        + "; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        Matcher tag = tags.matcher(text);
        int from = 0;
        while (tag.find()) {
            byte[] before = quotedPrintable(text.substring(from, tag.start()));
            fixed.writeBytes(before);
            if (before.length > 0 && before[before.length - 1] != '\n') {
                fixed.writeBytes(SOFT_BREAK);
            }
            fixed(fixed);
            body.add(new Slot(tag.group()));
            from = tag.end();
            if (from < text.length() && text.charAt(from) != '\r' && text.charAt(from) != '\n') {
                fixed.writeBytes(SOFT_BREAK);
            }
        }
        fixed.writeBytes(quotedPrintable(text.substring(from)));
        fixed.writeBytes(CRLF);
        fixed(fixed);
    }

    private void fixed(ByteArrayOutputStream octets) {
        ByteBuffer outside = ByteBuffer.allocateDirect(octets.size());
        outside.put(octets.toByteArray()).flip();
        body.add(new Fixed(outside.asReadOnlyBuffer()));
        fixedLength += octets.size();
        octets.reset();
    }

    /** Stands at the beginning of a line. Most are URLs of plain characters, which only have to be broken. */
    private static byte[] value(String value) {
        if (!isPlain(value)) {
            return quotedPrintable(value);
        }
        StringBuilder lines = new StringBuilder(value.length() + 16);
        for (int from = 0, to; from < value.length(); from = to) {
            to = Math.min(from + LONGEST_LINE, value.length());
            if (to < value.length() && value.charAt(to) == '.') {
                to--;
            }
            lines.append(value, from, to);
            if (to < value.length()) {
                lines.append("=\r\n");
            }
        }
        return lines.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether it is written as it is in quoted-printable, and has no dot at its beginning, nor two together. */
    private static boolean isPlain(String value) {
        char before = '.';
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < '!' || c > '~' || c == '=' || (c == '.' && before == '.')) {
                return false;
            }
            before = c;
        }
        return true;
    }

    /** Its beginning may be that of a line. */
    private static byte[] quotedPrintable(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() + text.length() / 8 + 16);
        try (QPEncoderStream encoder = new QPEncoderStream(out, LONGEST_LINE)) {
            encoder.write(text.getBytes(StandardCharsets.UTF_8));
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String lines = out.toString(StandardCharsets.US_ASCII);
        return DOT_AT_THE_BEGINNING.matcher(lines).replaceAll("=2E").getBytes(StandardCharsets.US_ASCII);
    }
}
