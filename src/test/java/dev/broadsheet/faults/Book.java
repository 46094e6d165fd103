package dev.broadsheet.faults;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a receiver took, refused and did wrong: the truth that a ledger is compared with. A message is taken at the moment
 * from which the receiver would deliver it, right before it says so.
 */
public final class Book {

    /** @param messageId without angle brackets */
    public record Taken(String messageId, Instant at) {}

    private final Map<String, List<Taken>> taken = new ConcurrentHashMap<>();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> faults = new ConcurrentSkipListMap<>();
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicInteger unanswered = new AtomicInteger();

    public void take(String address, String messageId) {
        taken.computeIfAbsent(address, a -> new CopyOnWriteArrayList<>()).add(new Taken(messageId, Instant.now()));
        messages.incrementAndGet();
    }

    /** Taken, and nobody will be told: whoever sends it again cannot know better. */
    public void takeUnanswered(String address, String messageId) {
        take(address, messageId);
        unanswered.incrementAndGet();
    }

    /** For good. */
    public void refuse(String address) {
        refused.add(address);
    }

    /** Something was done wrong on purpose. */
    public void fault(String what) {
        faults.merge(what, 1, Integer::sum);
    }

    /** All that were taken, doubles too. */
    public int messages() {
        return messages.get();
    }

    public int unanswered() {
        return unanswered.get();
    }

    /** How often what was done wrong. */
    public Map<String, Integer> faults() {
        return new TreeMap<>(faults);
    }

    public Map<String, List<Taken>> taken() {
        return taken;
    }

    public boolean isRefused(String address) {
        return refused.contains(address);
    }
}
