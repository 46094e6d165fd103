package dev.broadsheet.delivery;

import dev.broadsheet.mail.Outcome;
import dev.broadsheet.mail.Recipient;
import dev.broadsheet.mail.Transport;
import io.quarkus.narayana.jta.QuarkusTransaction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What is handed over under one claim, written down as it happens: the mark before each message says what is in hand and
 * what has been sent so far, for the case that this node dies; outcomes go into the ledger at the end, and every second
 * where that takes longer. While the database is away they are kept.
 */
class HandoverLog implements Transport.Handover {

    private static final Logger LOG = Logger.getLogger(HandoverLog.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(1);

    /** An older mark is written once more before a message ends: its campaign may be paused by now, its reader erased. */
    private static final Duration MARK_HOLDS = Duration.ofSeconds(1);

    static final String NOTHING_LEFT = "the issue has none of the sections that the reader wants";

    private final Marks marks;
    private final Claims claims;
    private final DeliveryConfig config;
    private final Clock clock;
    private final Claim claim;
    private final BooleanSupplier stopping;
    private final Map<String, Integer> places = new HashMap<>();
    private final BitSet sent = new BitSet();
    private final BitSet inHand = new BitSet();
    private final List<Claims.Result> unwritten = new ArrayList<>();
    private Outcome.@Nullable Stopped stopped;
    private @Nullable String request;
    /** As far as is known here: from so many on the campaign pauses itself, and nobody else is tried before. */
    private int refusedInARow;

    private Duration closedFor = Duration.ZERO;
    private boolean ending;
    /** How many outcomes are in the ledger. */
    private int recorded;
    /** How many the other side has seen. */
    private int seen;

    private boolean refused;
    private long written = System.nanoTime();

    /** @param stopping whether this node is: then nothing more is begun */
    HandoverLog(Marks marks, Claims claims, DeliveryConfig config, Clock clock, Claim claim, BooleanSupplier stopping) {
        this.marks = marks;
        this.claims = claims;
        this.config = config;
        this.clock = clock;
        this.claim = claim;
        this.stopping = stopping;
        for (int i = 0; i < claim.rows().size(); i++) {
            places.put(id(claim, claim.rows().get(i).deliveryId()), i);
        }
    }

    /** Names a delivery to transports, over all issues. */
    static String id(Claim claim, long deliveryId) {
        return claim.issueId() + "-" + deliveryId;
    }

    @Override
    public BooleanSupplier begin(List<Recipient> together, @Nullable String requestId) {
        boolean another = requestId != null || isRequestInHand();
        if (another) {
            forgetRefused();
        }
        if (!writeNow(another)) {
            return () -> false;
        }
        synchronized (this) {
            if (ending || stopped != null || stopping.getAsBoolean() || tooLate() || isRefusedTooOften()) {
                return () -> false;
            }
            together.forEach(recipient -> inHand.set(place(recipient)));
            request = requestId;
            CompletableFuture<Boolean> held = marks.write(claim, sent, inHand, request);
            long begun = System.nanoTime();
            return () -> isMarked(together, held, begun);
        }
    }

    private boolean isMarked(List<Recipient> together, CompletableFuture<Boolean> held, long begun) {
        boolean holds = isHeld(held);
        if (holds && System.nanoTime() - begun > MARK_HOLDS.toNanos()) {
            holds = isHeld(markAgain());
        }
        synchronized (this) {
            // the commit itself may have taken long
            if (!holds || tooLate()) {
                ending |= !holds;
                together.forEach(recipient -> inHand.clear(place(recipient)));
                return false;
            }
            return true;
        }
    }

    private boolean isHeld(CompletableFuture<Boolean> held) {
        try {
            return held.join();
        } catch (CompletionException e) {
            LOG.errorf(e, "Claim %d: the ledger does not answer, nothing more is handed over", claim.id());
            return false;
        }
    }

    private synchronized CompletableFuture<Boolean> markAgain() {
        return marks.write(claim, sent, inHand, request);
    }

    private synchronized boolean isRequestInHand() {
        return request != null;
    }

    /** Of a request that was refused as a whole, nobody is in hand any more: what goes on is a part of it, marked anew. */
    private synchronized void forgetRefused() {
        inHand.clear();
        unwritten.stream()
                .filter(result -> result.state() == DeliveryState.IN_DOUBT)
                .forEach(result -> inHand.set(place(id(claim, result.deliveryId()))));
    }

    /**
     * Writes outcomes that have waited for a while: the marks tell what was sent, but editors look at the ledger. And
     * those of a request before another is marked: a claim names one request alone, and what is in doubt belongs to it.
     *
     * @return false where the ledger does not answer
     */
    private boolean writeNow(boolean another) {
        List<Claims.Result> results;
        synchronized (this) {
            if (unwritten.isEmpty() || !another && System.nanoTime() - written < WRITTEN_WITHIN.toNanos()) {
                return true;
            }
            written = System.nanoTime();
            results = List.copyOf(unwritten);
            unwritten.clear();
        }
        try {
            QuarkusTransaction.requiringNew().run(() -> count(claims.record(claim, results)));
            synchronized (this) {
                recorded += results.size();
                results.forEach(result -> inHand.clear(place(id(claim, result.deliveryId()))));
            }
            return true;
        } catch (RuntimeException e) {
            LOG.errorf(e, "Claim %d: the ledger does not answer, nothing more is handed over", claim.id());
            synchronized (this) {
                unwritten.addAll(results);
                ending = true;
            }
            return false;
        }
    }

    @Override
    public synchronized void outcome(Recipient recipient, Outcome outcome) {
        add(recipient, outcome);
        marks.note(claim, sent, inHand, request);
    }

    private void add(Recipient recipient, Outcome outcome) {
        int place = place(recipient);
        Claim.Row row = claim.rows().get(place);
        // until it is in the ledger, what is in doubt stays in hand
        inHand.set(place, outcome instanceof Outcome.InDoubt);
        sent.set(place, outcome instanceof Outcome.Sent);
        boolean ours =
                outcome instanceof Outcome.Stopped || outcome instanceof Outcome.NotNow notNow && notNow.everybody();
        seen += ours ? 0 : 1;
        boolean no = outcome instanceof Outcome.Bounced || outcome instanceof Outcome.Failed;
        if (no && request == null) { // of a request the bad ones come first, and the good ones after them
            refusedInARow++;
        } else if (outcome instanceof Outcome.Sent) {
            refusedInARow = 0;
        }
        if (outcome instanceof Outcome.Sent handedOver) {
            add(row, DeliveryState.SENT, null, handedOver.providerMessageId(), null);
        } else if (outcome instanceof Outcome.Rehearsed rehearsed) {
            add(row, DeliveryState.SKIPPED, null, null, rehearsed.reason());
        } else if (outcome instanceof Outcome.Bounced bounced) {
            add(row, DeliveryState.BOUNCED, null, null, bounced.reason());
        } else if (outcome instanceof Outcome.Failed failed) {
            add(row, DeliveryState.FAILED, null, null, failed.reason());
        } else if (outcome instanceof Outcome.InDoubt doubt) {
            add(row, DeliveryState.IN_DOUBT, null, null, doubt.reason());
        } else if (outcome instanceof Outcome.NotNow notNow) {
            if (notNow.everybody() && notNow.after().compareTo(closedFor) > 0) {
                closedFor = notNow.after();
            }
            if (ours) {
                again(row, retryAt(row, notNow.after()), notNow.reason());
            } else if (row.attempts() >= config.mostAttempts()) {
                add(row, DeliveryState.FAILED, null, null, notNow.reason());
            } else {
                add(row, DeliveryState.QUEUED, retryAt(row, notNow.after()), null, notNow.reason());
            }
        } else if (outcome instanceof Outcome.Stopped stop) {
            stopped = stop;
            again(row, clock.instant(), stop.reason());
        }
    }

    /** It was no fault of the recipient's, so it does not count as a try. */
    private void again(Claim.Row row, Instant at, String reason) {
        unwritten.add(new Claims.Result(row.deliveryId(), DeliveryState.QUEUED, at, null, reason, false));
    }

    /** How many of the claim the other side has seen, and so has counted; the others cost nothing of any limit. */
    synchronized int seen() {
        return seen;
    }

    /** Hands nothing over: nothing of the issue is left by what the reader wants of it. */
    synchronized void skip(Claim.Row row) {
        add(row, DeliveryState.SKIPPED, null, null, NOTHING_LEFT);
    }

    /** Writes what is not written yet, however long the database is away, and gives up what was not handed over. */
    synchronized void end() {
        ending = true;
        unanswered();
        try {
            writeRest();
        } finally {
            marks.forget(claim);
        }
    }

    private void writeRest() {
        Duration wait = Duration.ofMillis(200);
        boolean answered = false;
        while (true) {
            try {
                QuarkusTransaction.requiringNew().run(() -> {
                    claims.lock(claim);
                    count(claims.record(claim, unwritten));
                    if (recorded + unwritten.size() == claim.rows().size()) {
                        claims.end(claim);
                    } else {
                        claims.release(claim);
                    }
                });
                unwritten.clear();
                return;
            } catch (RuntimeException e) {
                LOG.errorf(e, "Claim %d: %d outcomes are not written yet", claim.id(), unwritten.size());
                if (answered && claim.isOver(clock.instant(), System.nanoTime()) && databaseAnswers()) {
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
            answered = databaseAnswers();
        }
    }

    /** What a transport was to hand over and said no more of: it broke, and nobody knows where. */
    private void unanswered() {
        Set<Long> told = unwritten.stream().map(Claims.Result::deliveryId).collect(Collectors.toSet());
        inHand.stream()
                .mapToObj(place -> claim.rows().get(place))
                .filter(row -> !told.contains(row.deliveryId()))
                .forEach(row -> add(row, DeliveryState.IN_DOUBT, null, null, "the hand-over broke"));
    }

    private boolean databaseAnswers() {
        try {
            QuarkusTransaction.requiringNew().call(() -> claims.holds(claim));
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** Whether anything was refused for good. */
    synchronized boolean isRefused() {
        return refused;
    }

    /** Why nothing can be sent at all, where the transport said so. */
    synchronized Outcome.@Nullable Stopped stopped() {
        return stopped;
    }

    /** Whether more may be begun under this claim: not where that can only be refused. */
    synchronized boolean goesOn() {
        return stopped == null && !ending && closedFor.isZero() && !isRefusedTooOften();
    }

    private boolean isRefusedTooOften() {
        return refusedInARow >= config.refusalsInARow();
    }

    /** For how long the other side takes nothing more from us; zero where it does. */
    synchronized Duration closedFor() {
        return closedFor;
    }

    /** An answer may take its time, and nobody else may have the row meanwhile. */
    private boolean tooLate() {
        Duration answer = config.answerTime().compareTo(config.lease()) < 0
                ? config.answerTime()
                : config.lease().dividedBy(2);
        return claim.isOver(clock.instant().plus(answer), System.nanoTime() + answer.toNanos());
    }

    private void add(
            Claim.Row row,
            DeliveryState state,
            @Nullable Instant dueAt,
            @Nullable String providerMessageId,
            @Nullable String reason) {
        refused |= state == DeliveryState.BOUNCED || state == DeliveryState.FAILED;
        unwritten.add(new Claims.Result(row.deliveryId(), state, dueAt, providerMessageId, reason, true));
    }

    private Instant retryAt(Claim.Row row, Duration atLeast) {
        Duration own = config.firstRetry().multipliedBy(1L << Math.min(row.attempts() - 1, 20));
        own = own.compareTo(config.longestRetry()) > 0 ? config.longestRetry() : own;
        return clock.instant().plus(own.compareTo(atLeast) > 0 ? own : atLeast);
    }

    /** Among the rows of the claim. */
    private int place(Recipient recipient) {
        return place(recipient.id());
    }

    private int place(String id) {
        Integer place = places.get(id);
        if (place == null) {
            throw new IllegalArgumentException("Not of this claim: " + id);
        }
        return place;
    }

    private void count(int doubled) {
        if (doubled > 0) {
            LOG.errorf("Claim %d: %d messages went out twice, since its lease had ended", claim.id(), doubled);
        }
    }
}
