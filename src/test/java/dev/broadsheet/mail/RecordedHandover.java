package dev.broadsheet.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Keeps the marks and outcomes of a hand-over; by address, for short. */
final class RecordedHandover implements Transport.Handover {

    /** @param to the addresses marked together */
    record Mark(List<String> to, @Nullable String requestId) {}

    final List<Mark> marks = new CopyOnWriteArrayList<>();
    private final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();
    private final Predicate<String> leaseHolds;

    RecordedHandover() {
        this(to -> true);
    }

    RecordedHandover(Predicate<String> leaseHolds) {
        this.leaseHolds = leaseHolds;
    }

    @Override
    public BooleanSupplier begin(List<Recipient> together, @Nullable String requestId) {
        return () -> {
            if (!together.stream().map(Recipient::email).allMatch(leaseHolds)) {
                return false;
            }
            marks.add(new Mark(together.stream().map(Recipient::email).toList(), requestId));
            return true;
        };
    }

    @Override
    public void outcome(Recipient recipient, Outcome outcome) {
        assertThat(outcomes.put(recipient.email(), outcome))
                .as("an earlier outcome")
                .isNull();
    }

    boolean isMarked(String email) {
        return marks.stream().anyMatch(mark -> mark.to().contains(email));
    }

    Outcome of(String email) {
        assertThat(outcomes).containsKey(email);
        return outcomes.get(email);
    }

    Map<String, Outcome> all() {
        return outcomes;
    }
}
