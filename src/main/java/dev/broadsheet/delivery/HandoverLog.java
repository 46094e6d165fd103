package dev.broadsheet.delivery;

import dev.broadsheet.mail.Outcome;
import dev.broadsheet.mail.Recipient;
import dev.broadsheet.mail.Transport;
import io.quarkus.narayana.jta.QuarkusTransaction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What is handed over under one claim, written down as it happens: the mark before, the outcome after. Outcomes are
 * committed with the next mark or at the end, whichever comes first; while the database is away they are kept.
 */
class HandoverLog implements Transport.Handover {

    private static final Logger LOG = Logger.getLogger(HandoverLog.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    static final String NOTHING_LEFT = "the issue has none of the sections that the reader wants";

    private final LedgerWriter writer;
    private final Claims claims;
    private final DeliveryConfig config;
    private final Clock clock;
    private final Claim claim;
    private final Map<String, Claim.Row> rows = new HashMap<>();
    private final List<Claims.Result> unwritten = new ArrayList<>();
    private Outcome.@Nullable Stopped stopped;
    private boolean ending;

    HandoverLog(LedgerWriter writer, Claims claims, DeliveryConfig config, Clock clock, Claim claim) {
        this.writer = writer;
        this.claims = claims;
        this.config = config;
        this.clock = clock;
        this.claim = claim;
        claim.rows().forEach(row -> rows.put(id(claim, row), row));
    }

    /** Names a delivery to transports, over all issues. */
    static String id(Claim claim, Claim.Row row) {
        return claim.issueId() + "-" + row.deliveryId();
    }

    @Override
    public boolean mark(List<Recipient> together, String requestId) {
        List<Long> deliveries;
        List<Claims.Result> results;
        synchronized (this) {
            if (ending || stopped != null || tooLate()) {
                return false;
            }
            deliveries = together.stream().map(r -> row(r).deliveryId()).toList();
            results = List.copyOf(unwritten);
            unwritten.clear();
        }
        try {
            LedgerWriter.Written written = writer.write(claim, results, deliveries, requestId);
            synchronized (this) {
                // they go with the end of the claim, which knows what it means
                results.stream()
                        .filter(result -> written.unwritten().contains(result.deliveryId()))
                        .forEach(unwritten::add);
                boolean held = written.held().size() == deliveries.size();
                if (!held) {
                    ending = true;
                    notHandedOver(written.held());
                }
                // the commit itself may have taken long
                return held && !tooLate();
            }
        } catch (RuntimeException e) {
            LOG.errorf(e, "Claim %d: the ledger does not answer, nothing more is handed over", claim.id());
            synchronized (this) {
                unwritten.addAll(results);
                ending = true;
            }
            return false;
        }
    }

    /** One of several is not theirs any more (erased, say): none of them goes, and no mark may say so. */
    private void notHandedOver(Set<Long> marked) {
        if (!marked.isEmpty()) {
            QuarkusTransaction.requiringNew().run(() -> claims.unmark(claim, marked));
        }
    }

    @Override
    public synchronized void outcome(Recipient recipient, Outcome outcome) {
        Claim.Row row = row(recipient);
        if (outcome instanceof Outcome.Sent sent) {
            add(row, DeliveryState.SENT, null, sent.providerMessageId(), null);
        } else if (outcome instanceof Outcome.Bounced bounced) {
            add(row, DeliveryState.BOUNCED, null, null, bounced.reason());
        } else if (outcome instanceof Outcome.Failed failed) {
            add(row, DeliveryState.FAILED, null, null, failed.reason());
        } else if (outcome instanceof Outcome.InDoubt doubt) {
            add(row, DeliveryState.IN_DOUBT, null, null, doubt.reason());
        } else if (outcome instanceof Outcome.NotNow notNow) {
            if (row.attempts() >= config.mostAttempts()) {
                add(row, DeliveryState.FAILED, null, null, notNow.reason());
            } else {
                add(row, DeliveryState.QUEUED, retryAt(row, notNow.after()), null, notNow.reason());
            }
        } else if (outcome instanceof Outcome.Stopped stop) {
            stopped = stop;
            add(row, DeliveryState.QUEUED, clock.instant(), null, stop.reason());
        }
    }

    /** Hands nothing over: nothing of the issue is left by what the reader wants of it. */
    synchronized void skip(Claim.Row row) {
        add(row, DeliveryState.SKIPPED, null, null, NOTHING_LEFT);
    }

    /** Writes what is not written yet, however long the database is away, and gives up what was not handed over. */
    synchronized void end() {
        ending = true;
        Duration wait = Duration.ofMillis(200);
        while (true) {
            try {
                QuarkusTransaction.requiringNew().run(() -> {
                    count(claims.record(claim, unwritten));
                    claims.release(claim);
                });
                unwritten.clear();
                return;
            } catch (RuntimeException e) {
                LOG.errorf(e, "Claim %d: %d outcomes are not written yet", claim.id(), unwritten.size());
                if (claim.isOver(clock.instant(), System.nanoTime()) && databaseAnswers()) {
                    return; // it is not the database: the rows' marks tell that they are in doubt
                }
            }
            try {
                Thread.sleep(wait.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return; // the rows' marks are in the database: they are in doubt
            }
            wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait.multipliedBy(2);
        }
    }

    private boolean databaseAnswers() {
        try {
            QuarkusTransaction.requiringNew().run(claims::expire);
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** Why nothing can be sent at all, where the transport said so. */
    synchronized Outcome.@Nullable Stopped stopped() {
        return stopped;
    }

    /** An answer may take its time, and nobody else may have the row meanwhile. */
    private boolean tooLate() {
        return claim.isOver(
                clock.instant().plus(config.answerTime()),
                System.nanoTime() + config.answerTime().toNanos());
    }

    private void add(
            Claim.Row row,
            DeliveryState state,
            @Nullable Instant dueAt,
            @Nullable String providerMessageId,
            @Nullable String reason) {
        unwritten.add(new Claims.Result(row.deliveryId(), state, dueAt, providerMessageId, reason));
    }

    private Instant retryAt(Claim.Row row, Duration atLeast) {
        Duration own = config.firstRetry().multipliedBy(1L << Math.min(row.attempts() - 1, 20));
        own = own.compareTo(config.longestRetry()) > 0 ? config.longestRetry() : own;
        return clock.instant().plus(own.compareTo(atLeast) > 0 ? own : atLeast);
    }

    private Claim.Row row(Recipient recipient) {
        Claim.Row row = rows.get(recipient.id());
        if (row == null) {
            throw new IllegalArgumentException("Not of this claim: " + recipient.id());
        }
        return row;
    }

    private void count(int doubled) {
        if (doubled > 0) {
            LOG.errorf("Claim %d: %d messages went out twice, since its lease had ended", claim.id(), doubled);
        }
    }
}
