package dev.broadsheet.delivery;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** How often the other side may say no before a campaign pauses itself: it may be us. Runs in its caller's transaction. */
@ApplicationScoped
class RefusalLimits {

    /** Fewer say nothing about their share. */
    private static final int BOUNCES_COUNT_FROM = 200;

    /** One or two may be mistaken. */
    private static final int COMPLAINTS_COUNT_FROM = 3;

    /** What a campaign pauses itself for. */
    record Passed(String code, String text) {}

    private final LedgerReview review;
    private final DeliveryConfig config;

    RefusalLimits(LedgerReview review, DeliveryConfig config) {
        this.review = review;
        this.config = config;
    }

    /** Which limit it has passed since an editor last resumed it. */
    Optional<Passed> passed(Campaign campaign) {
        int inARow = review.refusedInARow(campaign.id);
        if (inARow >= config.refusalsInARow()) {
            return Optional.of(new Passed(
                    "refusals-in-a-row",
                    inARow + " messages in a row were refused for good."
                            + " Look at why (deliveries); resume it to go on."));
        }
        Counts counts = review.counts(campaign.id);
        long handedOver = counts.handedOver() - campaign.seenHandedOver;
        long bounced = counts.bounced() - campaign.seenBounced;
        if (handedOver >= BOUNCES_COUNT_FROM && bounced > handedOver * config.hardBounceShare()) {
            return Optional.of(new Passed(
                    "hard-bounces",
                    bounced + " of " + handedOver + " messages bounced, which providers take for spamming."
                            + " Look at why (deliveries); resume it to go on."));
        }
        long complained = counts.complained() - campaign.seenComplained;
        if (handedOver >= BOUNCES_COUNT_FROM
                && complained >= COMPLAINTS_COUNT_FROM
                && complained > handedOver * config.complaintShare()) {
            return Optional.of(new Passed(
                    "complaints",
                    complained + " of " + handedOver + " readers marked it as spam."
                            + " Look at where their addresses come from; resume it to go on."));
        }
        return Optional.empty();
    }

    /** An editor has seen what came back so far: only what comes later pauses it. */
    void forget(Campaign campaign) {
        Counts counts = review.counts(campaign.id);
        campaign.seenHandedOver = counts.handedOver();
        campaign.seenBounced = counts.bounced();
        campaign.seenComplained = counts.complained();
        review.forgetRefusals(campaign.id);
    }
}
