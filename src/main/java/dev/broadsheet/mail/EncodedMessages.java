package dev.broadsheet.mail;

import java.util.LinkedHashMap;
import java.util.Map;

/** The messages encoded last: a campaign's batches come one after the other with the same message. */
final class EncodedMessages {

    /** Campaigns, or variants of one, that are under way at a time; more only cost time. */
    private static final int MOST = 8;

    private final Map<Message, EncodedMessage> latest = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Message, EncodedMessage> eldest) {
            return size() > MOST;
        }
    };

    /** @throws IllegalArgumentException as {@link EncodedMessage#of} */
    synchronized EncodedMessage of(Message message) {
        return latest.computeIfAbsent(message, EncodedMessage::of);
    }
}
