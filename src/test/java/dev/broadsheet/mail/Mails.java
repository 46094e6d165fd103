package dev.broadsheet.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** Messages and recipients for tests, and mails read back by Angus Mail. */
final class Mails {

    static final String TAG = "slot-0123456789abcdef-unsubscribe-url";

    private Mails() {}

    static Message message() {
        return new Message(
                new Mailbox("The Weekly", "weekly@news.example"),
                new Mailbox(null, "editors@news.example"),
                "Issue 7: grüße, and a 🦀",
                "<html><body><p>Hello</p>\n.\n..dots\n<a href=\"" + TAG + "\">Leave</a></body></html>\n",
                "Hello\n.\n..dots\nLeave: " + TAG + "\n",
                Map.of("List-Id", "The Weekly <weekly.news.example>"),
                List.of(TAG));
    }

    static Recipient recipient(String email) {
        String id = "delivery-7-" + email.hashCode();
        return new Recipient(
                id,
                email,
                null,
                id + "@news.example",
                Map.of(
                        "List-Unsubscribe",
                        "<https://news.example/unsubscribe/" + id + ">",
                        "List-Unsubscribe-Post",
                        "List-Unsubscribe=One-Click"),
                Map.of(TAG, "https://news.example/unsubscribe/" + id),
                Map.of("nl_delivery", id));
    }

    /** What is posted to SendGrid for one recipient. */
    static byte[] sendGridRequest(Recipient recipient) throws IOException {
        SendGridBody body = new SendGridBody(SendGridMessage.of(message(), false, false), "r-1", new MessageBuffer(16));
        body.add(recipient);
        body.end();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        body.writeTo(out);
        return out.toByteArray();
    }

    static MimeMessage parse(byte[] raw) throws MessagingException {
        return new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(raw));
    }

    static MimeMessage parse(String raw) throws MessagingException {
        return parse(raw.getBytes(StandardCharsets.UTF_8));
    }

    static String part(MimeMessage mail, int index) throws MessagingException, IOException {
        return (String) ((MimeMultipart) mail.getContent()).getBodyPart(index).getContent();
    }
}
