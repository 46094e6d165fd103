package dev.broadsheet.delivery;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one lane that this node holds until its lease ends.
 *
 * @param rows those to hand over; those that nobody may mail any more were skipped
 * @param skipped how many were
 * @param wallEnd end of the lease by the wall clock, taken before the claim
 * @param nanoEnd the same by the monotonic clock
 */
record Claim(
        long id, long campaignId, long issueId, int lane, List<Row> rows, int skipped, Instant wallEnd, long nanoEnd) {

    /**
     * @param attempts with this one
     * @param sections ids of those that the reader wants; none for all
     */
    record Row(
            long deliveryId,
            long subscriptionId,
            String email,
            @Nullable String name,
            int attempts,
            List<String> sections) {}

    /** Whether nothing may be handed over under it any more, by either clock: one of them may have stood still. */
    boolean isOver(Instant wall, long nano) {
        return !wall.isBefore(wallEnd) || nano - nanoEnd >= 0;
    }
}
