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

    /** Does not count for "once an issue". */
    boolean isVoid() {
        return this == SKIPPED || this == CANCELLED;
    }
}
