package dev.broadsheet.mail;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The messages encoded last: a campaign's batches come one after the other with the same message.
 *
 * @param <E> a message as a transport writes it
 */
final class EncodedMessages<E> {

    /** As many as a campaign has variants; more at a time only cost time. */
    private static final int MOST = 64;

    private final Function<Message, E> encoding;
    private final Map<Message, E> latest = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Message, E> eldest) {
            return size() > MOST;
        }
    };

    EncodedMessages(Function<Message, E> encoding) {
        this.encoding = encoding;
    }

    /** @throws IllegalArgumentException as the encoding does */
    synchronized E of(Message message) {
        return latest.computeIfAbsent(message, encoding);
    }
}
