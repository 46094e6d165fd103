package dev.broadsheet.delivery;

import java.util.Locale;

/** Where a delivery is; see the ledger's table for who may follow whom. */
enum DeliveryState {
    QUEUED,
    SENDING,
    IN_DOUBT,
    SENT,
    DELIVERED,
    BOUNCED,
    COMPLAINED,
    FAILED,
    SKIPPED,
    CANCELLED;

    /** Its column in {@code lane_count}. */
    String column() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Is sent to nobody any more. It does not count for "once an issue", unless it was skipped after a doubt: then the
     * reader perhaps has it.
     */
    boolean isGivenUp() {
        return this == SKIPPED || this == CANCELLED;
    }
}
