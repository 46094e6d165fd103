package dev.broadsheet.delivery;

import dev.broadsheet.platform.Problem;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Optional;

/**
 * What became of a campaign, for editors: of a small one as it is now, of a larger one as it was a while ago, since
 * counting its rows takes seconds.
 */
@ApplicationScoped
class CampaignReports {

    /** So many are counted while somebody waits. */
    static final int FEW = 1_000;

    private final LedgerReport ledger;
    private final StoredReports stored;
    private final DroppedLedgers dropped;
    private final Clock clock;

    CampaignReports(LedgerReport ledger, StoredReports stored, DroppedLedgers dropped, Clock clock) {
        this.ledger = ledger;
        this.stored = stored;
        this.dropped = dropped;
        this.clock = clock;
    }

    /** @throws Problem 410 {@code ledger-dropped} where the rows went before their report was kept */
    CampaignReport get(long campaignId) {
        Optional<CampaignReport> known = stored.find(campaignId);
        Campaign campaign = QuarkusTransaction.requiringNew().call(() -> {
            Campaign found =
                    Campaign.<Campaign>findByIdOptional(campaignId).orElseThrow(() -> Problem.notFound("campaign"));
            if (known.isEmpty() && found.recipients != null) {
                dropped.refuse(found.issueId, 410);
            }
            return found;
        });
        if (campaign.recipients == null) {
            return CampaignReport.empty(campaignId, clock.instant());
        }
        if (known.isPresent()) { // a small one is kept only when its rows are to go
            return known.get();
        }
        return campaign.recipients > FEW ? stored.findOrMake(campaign) : now(campaign);
    }

    private CampaignReport now(Campaign campaign) {
        return QuarkusTransaction.requiringNew().call(() -> {
            ledger.begin();
            return ledger.read(campaign, 1);
        });
    }

    @Scheduled(identity = "campaign-reports", every = "10s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void refresh() {
        stored.makeNext(FEW);
    }
}
