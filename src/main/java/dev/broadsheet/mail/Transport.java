package dev.broadsheet.mail;

import java.util.List;

/**
 * A way out of the house: {@code sendgrid} or {@code smtp}. (The {@code outbox} is none: it is written in the
 * transaction that records the outcome, see {@link Outbox}.) Thread-safe; one for the application.
 */
public interface Transport {

    /** What the sender does around a hand-over, so that a crash at any moment leaves the truth in its ledger. */
    interface Handover {

        /**
         * Called right before the octets that end a message, or a request, leave. Commits that these recipients are
         * about to be handed over.
         *
         * @param requestId names what is handed over together
         * @return false where the sender's lease no longer holds: then nothing of this may be handed over, and no
         *     outcome is owed
         */
        boolean mark(List<Recipient> together, String requestId);

        /** Called once for every recipient, unless {@link #mark} refused it. */
        void outcome(Recipient recipient, Outcome outcome);
    }

    /** Most recipients that one hand-over carries: 1 for SMTP, 1,000 for SendGrid. */
    int recipientsPerHandover();

    /**
     * Hands one message over to each recipient, and reports each outcome as it becomes known. Blocks until all are.
     * Never throws for what the network or the other side does: that is an outcome.
     */
    void send(Message message, List<Recipient> recipients, Handover handover);
}
