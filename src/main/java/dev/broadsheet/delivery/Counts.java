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

    static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    long total() {
        return queued + sending + inDoubt + sent + delivered + bounced + complained + failed + skipped + cancelled;
    }

    /** Whether every row is final: only then is a campaign done. */
    boolean allFinal() {
        return queued == 0 && sending == 0 && inDoubt == 0;
    }
}
