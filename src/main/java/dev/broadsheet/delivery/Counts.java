package dev.broadsheet.delivery;

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

    /** Those whose end is open. */
    long open() {
        return queued + sending + inDoubt;
    }

    long total() {
        return queued + sending + inDoubt + sent + delivered + bounced + complained + failed + skipped + cancelled;
    }
}
