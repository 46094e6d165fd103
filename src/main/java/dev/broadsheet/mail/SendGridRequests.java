package dev.broadsheet.mail;

import com.sendgrid.helpers.mail.Mail;
import com.sendgrid.helpers.mail.objects.ClickTrackingSetting;
import com.sendgrid.helpers.mail.objects.Content;
import com.sendgrid.helpers.mail.objects.Email;
import com.sendgrid.helpers.mail.objects.GoogleAnalyticsSetting;
import com.sendgrid.helpers.mail.objects.OpenTrackingSetting;
import com.sendgrid.helpers.mail.objects.Personalization;
import com.sendgrid.helpers.mail.objects.SubscriptionTrackingSetting;
import com.sendgrid.helpers.mail.objects.TrackingSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Mail Send requests: one message, one personalization for each recipient, so that nobody sees another. Slots are
 * SendGrid's substitutions, which replace text literally in subject and content, and nowhere else: headers hold final
 * values. All tracking is off, said aloud, since what is left out is as the account has it.
 */
final class SendGridRequests {

    /** SendGrid v3 Mail Send: personalizations in a request, and recipients in all of them together. */
    static final int MOST_RECIPIENTS = 1_000;

    /** Under 30 MB by its documentation; 20 MB are recommended there. */
    static final int MOST_BYTES = 20_000_000;

    /** For the substitutions, and for the custom arguments, of one personalization. */
    private static final int MOST_BYTES_OF_VALUES = 10_000;

    private final Message message;
    private final Email from;
    private final @Nullable Email replyTo;

    /** @throws IllegalArgumentException where the sender's address cannot be written */
    SendGridRequests(Message message) {
        Mailbox answersTo = message.replyTo();
        this.message = message;
        this.from = email(message.from());
        this.replyTo = answersTo == null ? null : email(answersTo);
    }

    /** @throws IllegalArgumentException where SendGrid takes no such recipient; its message does not hold the address */
    Personalization personalization(Recipient recipient) {
        String address = WireAddress.of(recipient.email());
        if (!WireAddress.isAscii(address)) {
            throw new IllegalArgumentException("an address of other letters than ASCII");
        }
        Personalization one = new Personalization();
        one.addTo(new Email(address, shown(recipient.name())));
        one.addHeader("Message-ID", "<" + recipient.messageId() + ">");
        recipient.headers().forEach(one::addHeader);
        for (String tag : message.tags()) {
            String value = recipient.values().get(tag);
            if (value == null) {
                throw new IllegalArgumentException("a slot has no value");
            }
            one.addSubstitution(tag, HeaderText.wellFormed(value));
        }
        recipient.customArgs().forEach(one::addCustomArg);
        if (bytes(one.getSubstitutions()) > MOST_BYTES_OF_VALUES || bytes(one.getCustomArgs()) > MOST_BYTES_OF_VALUES) {
            throw new IllegalArgumentException("values longer than SendGrid takes");
        }
        return one;
    }

    /**
     * The body of a request, as JSON.
     *
     * @param requestId comes back with each event, so that one of them tells of all in the request
     */
    String body(List<Personalization> personalizations, String requestId) {
        Mail mail = new Mail();
        mail.setFrom(from);
        if (replyTo != null) {
            mail.setReplyTo(replyTo);
        }
        mail.setSubject(message.subject());
        mail.addContent(new Content("text/plain", message.text()));
        mail.addContent(new Content("text/html", message.html()));
        message.headers().forEach(mail::addHeader);
        mail.setTrackingSettings(noTracking());
        for (Personalization one : personalizations) {
            one.addCustomArg("bs_request", requestId);
            mail.addPersonalization(one);
        }
        try {
            return mail.build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int bytes(String body) {
        return body.getBytes(StandardCharsets.UTF_8).length;
    }

    private static int bytes(@Nullable Map<String, String> values) {
        return values == null
                ? 0
                : values.entrySet().stream()
                        .mapToInt(value -> bytes(value.getKey()) + bytes(value.getValue()))
                        .sum();
    }

    private static Email email(Mailbox mailbox) {
        return new Email(WireAddress.of(mailbox.email()), mailbox.name());
    }

    /** Names of recipients may hold neither (SendGrid v3 Mail Send, limitations). */
    private static @Nullable String shown(@Nullable String name) {
        String plain = name == null ? "" : name.replaceAll("[;,]", " ").strip();
        return plain.isEmpty() ? null : plain;
    }

    private static TrackingSettings noTracking() {
        ClickTrackingSetting clicks = new ClickTrackingSetting();
        clicks.setEnable(false);
        clicks.setEnableText(false);
        OpenTrackingSetting opens = new OpenTrackingSetting();
        opens.setEnable(false);
        SubscriptionTrackingSetting subscriptions = new SubscriptionTrackingSetting();
        subscriptions.setEnable(false);
        GoogleAnalyticsSetting analytics = new GoogleAnalyticsSetting();
        analytics.setEnable(false);
        TrackingSettings settings = new TrackingSettings();
        settings.setClickTrackingSetting(clicks);
        settings.setOpenTrackingSetting(opens);
        settings.setSubscriptionTrackingSetting(subscriptions);
        settings.setGoogleAnalyticsSetting(analytics);
        return settings;
    }
}
