package dev.broadsheet.delivery;

import dev.broadsheet.Rows;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Campaigns whose rows are there while no lane runs: what a lane would do to them is done by hand. */
@ApplicationScoped
public class IdleCampaigns {

    private final Ledger ledger;
    private final Rows rows;

    IdleCampaigns(Ledger ledger, Rows rows) {
        this.ledger = ledger;
        this.rows = rows;
    }

    /** Starts a planned one in one lane. */
    @Transactional
    Campaign started(long id) {
        Campaign campaign = Campaign.locked(id).orElseThrow();
        ledger.ensurePartition(campaign.issueId);
        campaign.start(ledger.snapshot(campaign, 1), Instant.now());
        ledger.count(campaign, 1);
        return campaign;
    }

    /**
     * Starts a planned one and leaves its first so many rows in doubt.
     *
     * @param over the transport that left them so; null where nobody wrote it down
     * @param doubts how often each ended so
     */
    @Transactional
    Campaign inDoubt(long id, int howMany, @Nullable String over, int doubts) {
        Campaign campaign = started(id);
        rows.run("""
                update delivery set state = 'IN_DOUBT', in_doubt_over = ?::text, doubts = ?, attempts = 9
                where id in (select id from delivery where campaign_id = ? order by id limit ?)
                """, over, doubts, id, howMany);
        recount(id);
        return campaign;
    }

    /** Brings the counters in line with rows that were changed by hand. */
    @Transactional
    void recount(long id) {
        rows.run("""
                update lane_count l set queued = n.queued, in_doubt = n.in_doubt, sent = n.sent, failed = n.failed
                from (select lane, count(*) filter (where state = 'QUEUED') as queued,
                        count(*) filter (where state = 'IN_DOUBT') as in_doubt,
                        count(*) filter (where state = 'SENT') as sent,
                        count(*) filter (where state = 'FAILED') as failed
                      from delivery where campaign_id = ? group by lane) n
                where l.lane = n.lane and l.campaign_id = ?
                """, id, id);
    }
}
