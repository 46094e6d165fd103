package dev.broadsheet.feedback;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.broadsheet.feedback.FeedbackEvent.Bounce;
import dev.broadsheet.feedback.FeedbackEvent.Kind;
import dev.broadsheet.feedback.Matching.Sent;
import dev.broadsheet.mail.MaskedText;
import dev.broadsheet.mail.Refusal;
import dev.broadsheet.platform.LinkTokens;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a batch of SendGrid's events, as they come with its event webhook:
 *
 * <table>
 * <caption>What each type says</caption>
 * <tr><th>{@code event}</th><th>kind</th><th>of a bounce</th></tr>
 * <tr><td>{@code processed}</td><td>PROCESSED</td><td></td></tr>
 * <tr><td>{@code deferred}</td><td>DEFERRED</td><td></td></tr>
 * <tr><td>{@code delivered}</td><td>DELIVERED</td><td></td></tr>
 * <tr><td>{@code bounce}, type {@code blocked}</td><td>BOUNCED</td><td>BLOCKED; SOFT where it is classified Mailbox
 * Unavailable or has the status x.2.2</td></tr>
 * <tr><td>{@code bounce}, classified Invalid Address</td><td>BOUNCED</td><td>HARD; by its status where that says more:
 * SOFT for 4.x.x and 5.2.2, BLOCKED for 5.7.x</td></tr>
 * <tr><td>{@code bounce}, not classified</td><td>BOUNCED</td><td>what the refusal means, see {@link Refusal}</td></tr>
 * <tr><td>{@code bounce}, classified Mailbox Unavailable, Technical, Frequency or Volume</td><td>BOUNCED</td><td>SOFT</td></tr>
 * <tr><td>{@code bounce}, classified Content or Reputation</td><td>BOUNCED</td><td>BLOCKED</td></tr>
 * <tr><td>{@code dropped}, for a bounced or invalid address</td><td>DROPPED</td><td>HARD</td></tr>
 * <tr><td>{@code dropped}, for a reader who complained or unsubscribed there</td><td>DROPPED</td><td>BLOCKED</td></tr>
 * <tr><td>{@code dropped}, for another reason</td><td>DROPPED</td><td></td></tr>
 * <tr><td>{@code spamreport}</td><td>COMPLAINED</td><td></td></tr>
 * <tr><td>{@code unsubscribe}, {@code group_unsubscribe}</td><td>UNSUBSCRIBED</td><td></td></tr>
 * <tr><td>{@code open} by a reader, where it is switched on</td><td>OPENED</td><td></td></tr>
 * <tr><td>{@code click} on a link of the issue, where it is switched on</td><td>CLICKED</td><td></td></tr>
 * <tr><td>{@code open} by a machine, {@code group_resubscribe}, what is not known or has no usable id</td><td>nothing is kept</td><td></td></tr>
 * </table>
 *
 * <p>Our own arguments name the message. A bounce that comes back by itself after delivery has none: there it is {@code
 * smtp-id}, which is the {@code Message-ID} of ours where the sender's domain is authenticated at SendGrid, and a name of
 * SendGrid's own where it is not.
 *
 * <p>Source: Twilio SendGrid, Event Webhook Reference, and the classification of bounces there; for {@code smtp-id}
 * github.com/anymail/django-anymail, issue 108.
 */
final class SendGridEvents {

    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_LINK = 2_000;

    private static final Sent NOTHING = new Sent(null, null, null);

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(50).build())
            .build();

    private final Matching matching;
    private final boolean opensAndClicks;
    private final List<FeedbackEvent> events = new ArrayList<>();
    private int passedOver;
    private boolean broken;

    private SendGridEvents(Matching matching, boolean opensAndClicks) {
        this.matching = matching;
        this.opensAndClicks = opensAndClicks;
    }

    /** Reads as far as it can be read: what breaks off keeps what came before. */
    static SendGridEvents of(byte[] body, Matching matching, boolean opensAndClicks) {
        SendGridEvents batch = new SendGridEvents(matching, opensAndClicks);
        try (JsonParser json = JSON.createParser(body)) {
            if (json.nextToken() != JsonToken.START_ARRAY) {
                batch.broken = true;
                return batch;
            }
            JsonToken next = json.nextToken();
            for (; next != null && next != JsonToken.END_ARRAY; next = json.nextToken()) {
                if (next == JsonToken.START_OBJECT) {
                    batch.add(fields(json));
                } else {
                    batch.passedOver++;
                    json.skipChildren();
                }
            }
            batch.broken = next == null;
        } catch (IOException e) {
            batch.broken = true;
        }
        return batch;
    }

    List<FeedbackEvent> events() {
        return events;
    }

    /** How many say nothing that is kept. */
    int passedOver() {
        return passedOver;
    }

    /** It is no array, or breaks off. */
    boolean isBroken() {
        return broken;
    }

    /** The plain values of an object; what is nested is passed over. */
    private static Map<String, String> fields(JsonParser json) throws IOException {
        Map<String, String> fields = new HashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (value == null) {
                throw new IOException("breaks off");
            }
            if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
                fields.put(name, json.getText());
            } else {
                json.skipChildren();
            }
        }
        return fields;
    }

    private void add(Map<String, String> fields) {
        Kind kind = kind(fields);
        String id = name(fields.get("sg_event_id"));
        Instant at = time(fields.get("timestamp"));
        if (kind == null || id == null || at == null) {
            passedOver++;
            return;
        }
        Sent sent = sent(fields);
        String link = kind == Kind.CLICKED ? link(fields) : null;
        boolean byAReader = kind == Kind.OPENED || kind == Kind.CLICKED;
        if (byAReader && (sent.deliveryId() == null || kind == Kind.CLICKED && link == null)) {
            passedOver++;
            return;
        }
        Bounce bounce = bounce(kind, fields);
        events.add(new FeedbackEvent(
                at,
                id,
                kind,
                bounce,
                sent.issueId(),
                sent.deliveryId(),
                sent.mailId(),
                name(fields.get("bs_request")),
                name(providerMessageId(fields)),
                reason(kind, fields),
                link,
                kind == Kind.BOUNCED && bounce == Bounce.HARD ? fields.get("email") : null));
    }

    /** As SendGrid and we give them, of printable ASCII; null for any other, which might not fit into the table. */
    private static @Nullable String name(@Nullable String text) {
        boolean usable = text != null
                && !text.isEmpty()
                && text.length() <= LONGEST_NAME
                && text.chars().allMatch(c -> c >= ' ' && c <= '~');
        return usable ? text : null;
    }

    /** As a request's answer had it ({@code X-Message-Id}); behind the first dot it is a recipient's own. */
    private static @Nullable String providerMessageId(Map<String, String> fields) {
        String id = fields.get("sg_message_id");
        return id == null || id.indexOf('.') < 0 ? id : id.substring(0, id.indexOf('.'));
    }

    private Sent sent(Map<String, String> fields) {
        Long mail = number(fields.get("bs_mail"));
        Long issue = number(fields.get("bs_issue"));
        Long delivery = number(fields.get("bs_delivery"));
        if (mail != null) {
            return Sent.mail(mail);
        }
        if (issue != null && delivery != null) {
            return Sent.delivery(issue, delivery);
        }
        String messageId = fields.getOrDefault("smtp-id", "").strip().replaceAll("^<|>$", "");
        return matching.byMessageId(messageId).orElse(NOTHING);
    }

    private @Nullable Kind kind(Map<String, String> fields) {
        return switch (fields.getOrDefault("event", "")) {
            case "processed" -> Kind.PROCESSED;
            case "deferred" -> Kind.DEFERRED;
            case "delivered" -> Kind.DELIVERED;
            case "bounce" -> Kind.BOUNCED;
            case "dropped" -> Kind.DROPPED;
            case "spamreport" -> Kind.COMPLAINED;
            case "unsubscribe", "group_unsubscribe" -> Kind.UNSUBSCRIBED;
            // mail programs that hide their readers open everything
            case "open" -> opensAndClicks && !"true".equals(fields.get("sg_machine_open")) ? Kind.OPENED : null;
            case "click" -> opensAndClicks ? Kind.CLICKED : null;
            default -> null;
        };
    }

    private static @Nullable Bounce bounce(Kind kind, Map<String, String> fields) {
        String reason = fields.getOrDefault("reason", "").toLowerCase(Locale.ROOT);
        if (kind == Kind.DROPPED) {
            if (reason.contains("bounced address") || reason.contains("invalid") && !reason.contains("header")) {
                return Bounce.HARD;
            }
            return reason.contains("spam reporting") || reason.contains("unsubscribed") ? Bounce.BLOCKED : null;
        }
        if (kind != Kind.BOUNCED) {
            return null;
        }
        String classification = fields.getOrDefault("bounce_classification", "").toLowerCase(Locale.ROOT);
        String status = fields.getOrDefault("status", "");
        if (fields.getOrDefault("type", "").equals("blocked")) {
            // what was deferred there until it expired comes so, too
            boolean full = classification.equals("mailbox unavailable") || status.endsWith(".2.2");
            return full ? Bounce.SOFT : Bounce.BLOCKED;
        }
        return switch (classification) {
            case "content", "reputation" -> Bounce.BLOCKED;
            case "mailbox unavailable", "technical", "technical failure", "frequency or volume too high" -> Bounce.SOFT;
            case "invalid address" -> byStatus(status);
            default ->
                Bounce.of(Refusal.of(status, fields.getOrDefault("reason", "")).meaning());
        };
    }

    private static Bounce byStatus(String status) {
        if (status.startsWith("4") || status.equals("5.2.2")) {
            return Bounce.SOFT;
        }
        return status.startsWith("5.7.") ? Bounce.BLOCKED : Bounce.HARD;
    }

    /** As it stands in the issue, for everybody; null where it is a reader's own. */
    private static @Nullable String link(Map<String, String> fields) {
        String url = fields.getOrDefault("url", "").replace('\0', ' ');
        boolean usable = !url.isEmpty() && url.length() <= LONGEST_LINK && !LinkTokens.isIn(url);
        return usable ? url : null;
    }

    private static @Nullable String reason(Kind kind, Map<String, String> fields) {
        String words = fields.getOrDefault("reason", fields.get("response"));
        boolean says =
                switch (kind) {
                    case DEFERRED, BOUNCED, DROPPED, COMPLAINED, UNSUBSCRIBED -> true;
                    case PROCESSED, DELIVERED, OPENED, CLICKED -> false;
                };
        return words == null || !says ? null : MaskedText.of(words);
    }

    private static @Nullable Instant time(@Nullable String seconds) {
        Long number = number(seconds);
        // to the year 9999, as far as anybody can write it
        return number == null || number > 253_402_300_799L ? null : Instant.ofEpochSecond(number);
    }

    /** Of digits alone. */
    private static @Nullable Long number(@Nullable String digits) {
        if (digits == null || digits.isEmpty() || digits.length() > 18) {
            return null;
        }
        return digits.chars().allMatch(c -> c >= '0' && c <= '9') ? Long.valueOf(digits) : null;
    }
}
