package dev.broadsheet.feedback;

import dev.broadsheet.mail.Refusal;
import java.util.List;

/** What a mail in the bounce mailbox says. Whose bounce it is, its clues tell once their seals are verified. */
sealed interface BounceMail {

    /**
     * Where the mail that it is about may be named.
     *
     * @param addresses that might be one of our return paths, the likeliest first
     * @param messageIds without angle brackets
     */
    record Clues(List<String> addresses, List<String> messageIds) {
        public Clues {
            addresses = List.copyOf(addresses);
            messageIds = List.copyOf(messageIds);
        }
    }

    /** Given back for good. */
    record Refused(Refusal refusal, Clues clues) implements BounceMail {}

    /** A reader, or their provider for them, calls it spam. @param type such as {@code abuse} (RFC 5965) */
    record Complaint(String type, Clues clues) implements BounceMail {}

    /** Nothing to do: it is late but on its way, or it has arrived, or a reader is on holiday. */
    record Ignored(Why why) implements BounceMail {}

    /** No bounce at all, or none that can be understood. */
    record Other() implements BounceMail {}

    /** Why nothing follows from a mail. */
    enum Why {
        DELAYED,
        DELIVERED,
        AUTOMATIC,
        NOT_SPAM
    }
}
