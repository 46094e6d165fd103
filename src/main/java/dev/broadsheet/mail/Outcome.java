package dev.broadsheet.mail;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of handing one recipient's message over. Reasons are the provider's words with addresses masked. */
public sealed interface Outcome {

    /**
     * Handed over: queued there, not yet delivered.
     *
     * @param providerMessageId what the provider calls it, where it says so
     */
    record Sent(@Nullable String providerMessageId) implements Outcome {}

    /** The provider would have taken it and sent nothing, as it was asked to: a rehearsal. */
    record Rehearsed(String reason) implements Outcome {}

    /** The address is dead: never mail it again. */
    record Bounced(String reason) implements Outcome {}

    /** Refused for good, but not because of the address. */
    record Failed(String reason) implements Outcome {}

    /**
     * Certainly not handed over; may be tried again.
     *
     * @param after at least so long from now; zero where the sender's own back-off decides
     * @param everybody whether the other side takes nothing from us meanwhile, whoever it is for
     */
    record NotNow(String reason, Duration after, boolean everybody) implements Outcome {

        /** For this recipient. */
        public NotNow(String reason, Duration after) {
            this(reason, after, false);
        }
    }

    /** Perhaps handed over, perhaps not: no answer came after the last octets had left. */
    record InDoubt(String reason) implements Outcome {}

    /** Nothing can be sent at all until an operator acts (wrong key, credits used up); certainly not handed over. */
    record Stopped(String code, String reason) implements Outcome {}
}
