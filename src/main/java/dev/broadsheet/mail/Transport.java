package dev.broadsheet.mail;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A way out of the house: {@code sendgrid} or {@code smtp}. (The {@code outbox} is none: it is written in the
 * transaction that records the outcome, see {@link Outbox}.) Thread-safe; one for the application.
 */
public interface Transport {

    /**
     * What the sender does around a hand-over, so that a crash at any moment leaves the truth in its ledger.
     *
     * <p>Thread-safe: a transport calls it from several threads of its own, one for each connection. On one connection
     * the calls follow each other: a mark, its outcomes, then the next mark. What it throws is thrown by
     * {@link Transport#send}, after the connection was dropped without ending its message.
     */
    interface Handover {

        /**
         * Begins to write down that these recipients are about to be handed over. A request that was refused as a whole
         * is tried in smaller ones, each begun anew. Of the outcomes that follow, {@link Outcome.Sent} alone means that
         * something was handed over, and {@link Outcome.InDoubt} that it may have been.
         *
         * @param requestId names a request, which is handed over as a whole; null for a message alone
         * @return to be asked right before the octets that end a message, or a request, leave: waits until it is
         *     committed. False where the sender's lease no longer holds, for these or for anybody: then nothing of this
         *     may be handed over, no outcome is owed, and whoever was not begun yet is left alone
         */
        BooleanSupplier begin(List<Recipient> together, @Nullable String requestId);

        /** Does so and waits for it. */
        default boolean mark(List<Recipient> together, @Nullable String requestId) {
            return begin(together, requestId).getAsBoolean();
        }

        /**
         * Called once for every recipient; not for those whose mark was refused, nor for whoever was not begun by then.
         */
        void outcome(Recipient recipient, Outcome outcome);
    }

    /**
     * Hands one message over to each recipient, and reports each outcome as it becomes known. Blocks until all are.
     * Never throws for what the network or the other side does: that is an outcome.
     */
    void send(Message message, List<Recipient> recipients, Handover handover);

    /**
     * Whether it takes recipients whose local part is of other letters than ASCII (RFC 6531). May ask the other side,
     * which can take some seconds; false where that does not answer.
     */
    boolean takesAnyLetters();
}
