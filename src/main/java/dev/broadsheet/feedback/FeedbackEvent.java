package dev.broadsheet.feedback;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What became of one message, as its provider or a receiver says. */
record FeedbackEvent(
        Instant at,
        String eventId,
        Kind kind,
        @Nullable Bounce bounce,
        @Nullable Long issueId,
        @Nullable Long deliveryId,
        @Nullable Long mailId,
        @Nullable String requestId,
        @Nullable String reason) {

    enum Kind {
        PROCESSED,
        DEFERRED,
        DELIVERED,
        BOUNCED,
        DROPPED,
        COMPLAINED,
        UNSUBSCRIBED
    }

    enum Bounce {
        HARD,
        SOFT,
        BLOCKED
    }
}
