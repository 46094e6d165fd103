package dev.broadsheet.subscribers;

import java.util.List;

/**
 * A person, or what one newsletter knew of them, is erased. Fired in the transaction that does it, while the rows are
 * still there, so that every package above drops what it holds in the same one.
 */
public record Erased(List<Long> subscriptionIds) {
    public Erased {
        subscriptionIds = List.copyOf(subscriptionIds);
    }
}
