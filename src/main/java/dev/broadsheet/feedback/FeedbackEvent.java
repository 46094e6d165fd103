package dev.broadsheet.feedback;

import dev.broadsheet.mail.Refusal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of one message, as its provider or a receiver says.
 *
 * @param at when it happened, by whoever says so
 * @param eventId the same where the same event is told again; at most 100 characters
 * @param bounce what kind of one, for {@code BOUNCED} alone
 * @param issueId names a delivery, together with deliveryId
 * @param mailId names a single mail
 * @param requestId names what the message was handed over with
 * @param providerMessageId the provider's own name for that
 * @param reason in the receiver's own words, without addresses
 * @param link that was followed, for {@code CLICKED} alone; never one with a reader's token
 * @param email whose mailbox is dead, for a hard bounce alone; never stored
 */
record FeedbackEvent(
        Instant at,
        String eventId,
        Kind kind,
        @Nullable Bounce bounce,
        @Nullable Long issueId,
        @Nullable Long deliveryId,
        @Nullable Long mailId,
        @Nullable String requestId,
        @Nullable String providerMessageId,
        @Nullable String reason,
        @Nullable String link,
        @Nullable String email) {

    /** What happened. */
    enum Kind {
        PROCESSED,
        DEFERRED,
        DELIVERED,
        BOUNCED,
        /** Given up by the provider before any receiver saw it. */
        DROPPED,
        COMPLAINED,
        UNSUBSCRIBED,
        OPENED,
        CLICKED
    }

    /** Why it came back, or was dropped. */
    enum Bounce {
        /** The mailbox is dead. */
        HARD,
        /** Full, too busy, for a while. */
        SOFT,
        /** We are refused, or this content is: no fault of the reader. */
        BLOCKED;

        static Bounce of(Refusal.Meaning refusal) {
            return switch (refusal) {
                case DEAD -> HARD;
                case NOT_NOW -> SOFT;
                case OURS -> BLOCKED;
            };
        }
    }
}
