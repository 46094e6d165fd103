package dev.broadsheet.delivery;

import dev.broadsheet.mail.Mailbox;
import dev.broadsheet.platform.Paging;
import dev.broadsheet.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The ledger, for reading. */
@ApplicationScoped
class Deliveries {

    /** @param messageId as the mail carries it, without angle brackets */
    record View(
            long id,
            @Nullable String email,
            DeliveryState state,
            int attempts,
            String messageId,
            @Nullable String providerMessageId,
            @Nullable String reason,
            Instant updatedAt) {}

    private final LedgerReview review;
    private final DroppedLedgers dropped;
    private final MessageIds messageIds;

    Deliveries(LedgerReview review, DroppedLedgers dropped, MessageIds messageIds) {
        this.review = review;
        this.dropped = dropped;
        this.messageIds = messageIds;
    }

    /** @throws Problem 410 {@code ledger-dropped} */
    @Transactional
    Paging.Page<View> page(long campaignId, @Nullable DeliveryState state, long after, int limit) {
        Campaign campaign =
                Campaign.<Campaign>findByIdOptional(campaignId).orElseThrow(() -> Problem.notFound("campaign"));
        dropped.refuse(campaign.issueId, 410);
        String domain = new Mailbox(null, campaign.fromEmail).domain();
        return Paging.page(
                review.page(campaignId, campaign.issueId, state, after, limit + 1),
                limit,
                row -> String.valueOf(row.id()),
                row -> new View(
                        row.id(),
                        row.email(),
                        row.state(),
                        row.attempts(),
                        messageIds.of(campaign.issueId, row.id(), domain),
                        row.providerMessageId(),
                        row.reason(),
                        row.updatedAt()));
    }
}
