package dev.broadsheet.delivery;

import dev.broadsheet.mail.Outbox;
import dev.broadsheet.mail.Outcome;
import dev.broadsheet.mail.Recipient;
import dev.broadsheet.mail.SendLimits;
import dev.broadsheet.mail.Transports;
import dev.broadsheet.platform.Sha256;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends one lane of a campaign for a while: permit, claim, fill, mark, hand over, record, and again; then it gives others
 * their turn by scheduling itself anew. Everything it knows is in the ledger, so any node may take it up.
 */
@ApplicationScoped
public class Lane {

    private static final Logger LOG = Logger.getLogger(Lane.class);
    private static final Duration NAP = Duration.ofMillis(200);

    /** A lane that has to wait longer for its permit comes back then. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    /** As many as a request to SendGrid takes; more at a time is no faster, and keeps more in memory. */
    private static final int MOST_AT_ONCE = 1_000;

    /** Longer than that, nobody waits without looking whether the other side takes mail again. */
    private static final Duration LONGEST_QUIET = Duration.ofMinutes(1);

    private final Ledger ledger;
    private final Marks marks;
    private final Claims claims;
    private final Campaigns campaigns;
    private final CampaignJobs jobs;
    private final CampaignMessages messages;
    private final SendLimits limits;
    private final Transports transports;
    private final Outbox outbox;
    private final DeliveryConfig config;
    private final Clock clock;
    private final Semaphore places;
    private volatile boolean stopping;
    /** Until then the other side takes nothing from this node. */
    private volatile Instant quietUntil = Instant.MIN;

    Lane(
            Ledger ledger,
            Marks marks,
            Claims claims,
            Campaigns campaigns,
            CampaignJobs jobs,
            CampaignMessages messages,
            SendLimits limits,
            Transports transports,
            Outbox outbox,
            DeliveryConfig config,
            Clock clock) {
        this.ledger = ledger;
        this.marks = marks;
        this.claims = claims;
        this.campaigns = campaigns;
        this.jobs = jobs;
        this.messages = messages;
        this.limits = limits;
        this.transports = transports;
        this.outbox = outbox;
        this.config = config;
        this.clock = clock;
        this.places = new Semaphore(config.lanesPerNode());
    }

    /** What is in hand is finished and recorded; nothing more is claimed. */
    void stop(@Observes @Priority(1) ShutdownEvent shutdown) {
        stopping = true;
    }

    /** Whether this node sends a campaign just now. */
    public boolean isSending() {
        return places.availablePermits() < config.lanesPerNode();
    }

    void run(long campaignId, int lane) {
        Instant next;
        if (places.tryAcquire()) {
            try {
                next = slice(campaignId, lane);
            } finally {
                places.release();
            }
        } else {
            next = clock.instant().plusSeconds(1);
        }
        if (next != null) {
            Instant at = next;
            QuarkusTransaction.requiringNew().run(() -> jobs.scheduleLaneAtLatest(campaignId, lane, at));
        }
    }

    /** @return when to go on; null where there is nothing more to do */
    private @Nullable Instant slice(long campaignId, int lane) {
        long end = System.nanoTime() + sliceOf(campaignId, lane).toNanos();
        Variants<CampaignMessages.Letters> letters = null;
        boolean more = false;
        while (!stopping && System.nanoTime() < end) {
            Instant quiet = quietUntil;
            if (quiet.isAfter(clock.instant())) {
                return quiet;
            }
            Optional<Campaign> current = campaigns.sending(campaignId);
            if (current.isEmpty()) {
                return null; // paused, cancelled or done: whoever resumes it schedules its lanes
            }
            Campaign campaign = current.get();
            if (campaign.isCanary() && lane != Campaign.CANARY_LANE) {
                return null; // whoever ends the canary schedules the others
            }
            if (!more) { // no permit is waited for where there is nothing to send
                Ledger.LaneStatus status = status(campaign, lane);
                if (status.nextDue() == null || status.nextDue().isAfter(clock.instant())) {
                    return afterNothing(campaign, status);
                }
            }
            if (letters == null) {
                letters = messages.of(campaign);
            }
            SendLimits.Permit permit = reserve(campaign, batch(campaign));
            int most = permit.sends();
            Duration wait = permit.after();
            if (most == 0) {
                return clock.instant().plus(wait);
            }
            if (wait.compareTo(LONGEST_WAIT) > 0) {
                giveBack(campaign, most);
                return clock.instant().plus(wait); // others need this place meanwhile
            }
            if (!sleep(wait)) {
                giveBack(campaign, most);
                continue;
            }
            Claim claim = claim(campaign, lane, most);
            more = claim.rows().size() + claim.skipped() == most;
            if (!claim.rows().isEmpty()) {
                handOver(campaign, claim, letters);
            }
        }
        return clock.instant();
    }

    /** Half of a slice or more, for each lane another: so that they do not all give way at the same moment. */
    private Duration sliceOf(long campaignId, int lane) {
        return config.laneSlice()
                .multipliedBy(8 + Math.floorMod(lane * 5L + campaignId, 9))
                .dividedBy(16);
    }

    /** As many as the limits let go in one burst. */
    private int batch(Campaign campaign) {
        return Math.min(limits.batch(campaign.messagesPerSecond), MOST_AT_ONCE);
    }

    /** Permits come first, so that no lease runs while they are waited for. */
    private SendLimits.Permit reserve(Campaign campaign, int sends) {
        SendLimits.Permit all = limits.reserve(sends);
        Double own = campaign.messagesPerSecond;
        if (own == null || all.sends() == 0) {
            return all;
        }
        Duration itsOwn = limits.reserve(SendLimits.ofCampaign(campaign.id), all.sends(), own);
        return itsOwn.compareTo(all.after()) > 0 ? new SendLimits.Permit(all.sends(), itsOwn) : all;
    }

    private void giveBack(Campaign campaign, int sends) {
        if (sends <= 0) {
            return;
        }
        limits.giveBack(sends);
        if (campaign.messagesPerSecond != null) {
            limits.giveBack(SendLimits.ofCampaign(campaign.id), sends, campaign.messagesPerSecond);
        }
    }

    private Claim claim(Campaign campaign, int lane, int most) {
        Duration lease = transports.isOutbox() ? config.outboxLease() : config.lease();
        Claim claim = QuarkusTransaction.requiringNew().call(() -> claims.claim(campaign, lane, most, lease));
        giveBack(campaign, most - claim.rows().size());
        return claim;
    }

    /** @return false where this node is stopping meanwhile */
    private boolean sleep(Duration wait) {
        long until = System.nanoTime() + wait.toNanos();
        for (long left = wait.toNanos(); left > 0; left = until - System.nanoTime()) {
            if (stopping) {
                return false;
            }
            long nap = Math.min(left, NAP.toNanos());
            try {
                Thread.sleep(nap / 1_000_000, (int) (nap % 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return !stopping;
    }

    /** A message for each variant: none of them holds what another's readers left out. */
    private void handOver(Campaign campaign, Claim claim, Variants<CampaignMessages.Letters> variants) {
        Map<Set<String>, List<Claim.Row>> groups = variants.byLeftOut(claim.rows());
        if (transports.isOutbox()) {
            store(campaign, claim, variants, groups);
            return;
        }
        HandoverLog log = new HandoverLog(marks, claims, config, clock, claim, () -> stopping);
        try {
            for (Map.Entry<Set<String>, List<Claim.Row>> group : groups.entrySet()) {
                if (variants.isNothing(group.getKey())) {
                    group.getValue().forEach(log::skip);
                } else if (log.goesOn()) {
                    CampaignMessages.Letters letters = variants.without(group.getKey());
                    transports.current().send(letters.message(), recipients(claim, group.getValue(), letters), log);
                }
            }
        } catch (RuntimeException e) {
            LOG.errorf(e, "Campaign %d: a hand-over broke", campaign.id);
        } finally {
            log.end();
        }
        giveBack(campaign, claim.rows().size() - log.seen());
        if (!log.closedFor().isZero()) {
            beQuiet(log.closedFor());
        }
        if (log.isRefused() && campaigns.isRefusedTooOften(campaign)) {
            campaigns.lookAtRefusals(campaign.id);
        }
        Outcome.Stopped stopped = log.stopped();
        if (stopped != null) {
            campaigns.pauseBy(campaign.id, stopped.code(), stopped.reason());
        }
    }

    /** With jitter, so that nodes and lanes that were sent away together do not come back together. */
    private synchronized void beQuiet(Duration asked) {
        Duration quiet = asked.compareTo(LONGEST_QUIET) > 0 ? LONGEST_QUIET : asked;
        Instant until = clock.instant().plusMillis((long)
                (quiet.toMillis() * (1 + ThreadLocalRandom.current().nextDouble(0.25))));
        if (until.isAfter(quietUntil)) { // another lane may have been told to wait longer
            quietUntil = until;
        }
    }

    /** The claim is fenced by the ledger: where it was lost, nothing of it appears in the outbox. */
    private void store(
            Campaign campaign,
            Claim claim,
            Variants<CampaignMessages.Letters> variants,
            Map<Set<String>, List<Claim.Row>> groups) {
        Instant now = clock.instant();
        QuarkusTransaction.requiringNew().run(() -> {
            if (!claims.holds(claim)) {
                return;
            }
            List<Claims.Result> results = new ArrayList<>();
            groups.forEach((leftOut, rows) -> {
                boolean nothing = variants.isNothing(leftOut);
                if (!nothing) {
                    CampaignMessages.Letters letters = variants.without(leftOut);
                    String content = "campaign-" + campaign.id
                            + (leftOut.isEmpty()
                                    ? ""
                                    : "-" + HexFormat.of().formatHex(Sha256.of(leftOut.toString()), 0, 8));
                    outbox.store(content, letters.message(), "delivery-", recipients(claim, rows, letters), now);
                }
                DeliveryState state = nothing ? DeliveryState.SKIPPED : DeliveryState.SENT;
                String reason = nothing ? HandoverLog.NOTHING_LEFT : null;
                rows.forEach(row -> results.add(new Claims.Result(row.deliveryId(), state, null, null, reason, true)));
            });
            claims.record(claim, results);
            claims.end(claim);
        });
    }

    private static List<Recipient> recipients(Claim claim, List<Claim.Row> rows, CampaignMessages.Letters letters) {
        return rows.stream().map(row -> letters.recipient(claim, row)).toList();
    }

    private Ledger.LaneStatus status(Campaign campaign, int lane) {
        return QuarkusTransaction.requiringNew().call(() -> ledger.status(campaign, lane));
    }

    private @Nullable Instant afterNothing(Campaign campaign, Ledger.LaneStatus status) {
        Instant due = status.nextDue();
        Instant lease = status.nextLease(); // another node's; if it dies, its rows come back then
        if (lease != null) {
            Instant soon = clock.instant().plusSeconds(1); // one that has ended is the watch's
            Instant over = lease.isBefore(soon) ? soon : lease;
            return due != null && due.isBefore(over) ? due : over;
        }
        if (due == null || campaign.isCanary()) {
            campaigns.finish(campaign.id);
        }
        return due;
    }
}
