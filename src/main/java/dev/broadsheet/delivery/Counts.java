package dev.broadsheet.delivery;

import java.util.function.ToLongFunction;

/** How many deliveries of a campaign are in each state. */
public record Counts(
        long queued,
        long sending,
        long inDoubt,
        long sent,
        long delivered,
        long bounced,
        long complained,
        long failed,
        long skipped,
        long cancelled) {

    static Counts of(ToLongFunction<DeliveryState> number) {
        return new Counts(
                number.applyAsLong(DeliveryState.QUEUED),
                number.applyAsLong(DeliveryState.SENDING),
                number.applyAsLong(DeliveryState.IN_DOUBT),
                number.applyAsLong(DeliveryState.SENT),
                number.applyAsLong(DeliveryState.DELIVERED),
                number.applyAsLong(DeliveryState.BOUNCED),
                number.applyAsLong(DeliveryState.COMPLAINED),
                number.applyAsLong(DeliveryState.FAILED),
                number.applyAsLong(DeliveryState.SKIPPED),
                number.applyAsLong(DeliveryState.CANCELLED));
    }

    /** As {@link DeliveryState} has them in order. */
    Long[] inOrder() {
        return new Long[] {queued, sending, inDoubt, sent, delivered, bounced, complained, failed, skipped, cancelled};
    }

    /** Those whose end is open. */
    long open() {
        return queued + sending + inDoubt;
    }

    /** Those that the other side took, whatever it said afterwards. */
    long handedOver() {
        return sent + delivered + complained + bounced;
    }

    long total() {
        return queued + sending + inDoubt + sent + delivered + bounced + complained + failed + skipped + cancelled;
    }
}
