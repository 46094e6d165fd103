package dev.broadsheet.feedback;

import dev.broadsheet.accounts.Audit;
import dev.broadsheet.delivery.Answers;
import dev.broadsheet.feedback.FeedbackEvent.Bounce;
import dev.broadsheet.feedback.FeedbackEvent.Kind;
import dev.broadsheet.platform.AddressHashes;
import dev.broadsheet.subscribers.Client;
import dev.broadsheet.subscribers.Subscriptions;
import dev.broadsheet.subscribers.Via;
import dev.broadsheet.suppression.Suppressions;
import dev.broadsheet.suppression.Suppressions.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Keeps dead addresses, and people who do not want it, from being mailed again, by what became of messages to them. */
@ApplicationScoped
class ListHealth {

    private final Answers answers;
    private final Suppressions suppressions;
    private final Subscriptions subscriptions;
    private final AddressHashes hashes;
    private final FeedbackConfig config;
    private final Audit audit;

    ListHealth(
            Answers answers,
            Suppressions suppressions,
            Subscriptions subscriptions,
            AddressHashes hashes,
            FeedbackConfig config,
            Audit audit) {
        this.answers = answers;
        this.suppressions = suppressions;
        this.subscriptions = subscriptions;
        this.hashes = hashes;
        this.config = config;
        this.audit = audit;
    }

    Round begin() {
        return new Round();
    }

    /** Of one batch, in its transaction: what it changes is audited in one statement, at the end. */
    final class Round {

        private final List<Audit.OwnChange> changes = new ArrayList<>();

        /** By what became of a delivery. */
        void delivery(FeedbackEvent event, long subscriptionId) {
            switch (event.kind()) {
                case COMPLAINED -> {
                    suppress(event, subscriptionId, Reason.COMPLAINED);
                    unsubscribe(event, subscriptionId, Via.COMPLAINT);
                }
                case UNSUBSCRIBED -> unsubscribe(event, subscriptionId, Via.PROVIDER);
                case BOUNCED, DROPPED -> {
                    if (event.bounce() == Bounce.HARD || event.bounce() == Bounce.SOFT && isDead(subscriptionId)) {
                        suppress(event, subscriptionId, Reason.BOUNCED);
                    } else if (event.kind() == Kind.DROPPED && event.bounce() == Bounce.BLOCKED) {
                        // they complained, or left, there
                        unsubscribe(event, subscriptionId, Via.PROVIDER);
                    }
                }
                default -> {}
            }
        }

        /** By what became of a single mail. */
        void mail(FeedbackEvent event, byte[] addressHash) {
            boolean refused = event.kind() == Kind.BOUNCED || event.kind() == Kind.DROPPED;
            if (event.kind() == Kind.COMPLAINED) {
                suppress(event, addressHash, Reason.COMPLAINED);
            } else if (refused && event.bounce() == Bounce.HARD) {
                suppress(event, addressHash, Reason.BOUNCED);
            }
        }

        /**
         * By what names no message of ours: it may be about another program's that shares the provider's account. Where it
         * says that a mailbox is dead, that holds for our mail too; a complaint is about that program's mail alone.
         */
        void others(Collection<FeedbackEvent> events) {
            List<byte[]> dead = events.stream()
                    .flatMap(event -> Stream.ofNullable(event.email()))
                    .map(hashes::of)
                    .toList();
            suppressions
                    .suppressKnown(dead, Reason.BOUNCED)
                    .forEach(id -> suppressed(id, Map.of("reason", Reason.BOUNCED.name())));
        }

        void end() {
            audit.recordOwn("feedback", changes);
        }

        private void suppress(FeedbackEvent event, long subscriptionId, Reason reason) {
            subscriptions.addressHash(subscriptionId).ifPresent(hash -> suppress(event, hash, reason));
        }

        private void suppress(FeedbackEvent event, byte[] addressHash, Reason reason) {
            suppressions
                    .suppress(addressHash, null, reason)
                    .ifPresent(id -> suppressed(id, details(event, "reason", reason)));
        }

        private void suppressed(long id, Map<String, ?> details) {
            changes.add(new Audit.OwnChange("suppression.add", null, "suppression/" + id, details));
        }

        private void unsubscribe(FeedbackEvent event, long subscriptionId, Via via) {
            subscriptions
                    .unsubscribe(subscriptionId, via, Client.UNKNOWN)
                    .ifPresent(newsletter -> changes.add(new Audit.OwnChange(
                            "subscriber.unsubscribe",
                            newsletter,
                            "subscription/" + subscriptionId,
                            details(event, "via", via))));
        }
    }

    /** Why, and what it was that became so. */
    private static Map<String, Object> details(FeedbackEvent event, String name, Enum<?> why) {
        Map<String, Object> details = new TreeMap<>(Map.of(name, why.name()));
        if (event.mailId() != null) {
            details.put("mail", event.mailId());
        } else if (event.issueId() != null && event.deliveryId() != null) {
            details.put("issue", event.issueId());
            details.put("delivery", event.deliveryId());
        }
        return details;
    }

    /** Whether nothing has reached it for so many issues, and for so long, that nothing will. */
    private boolean isDead(long subscriptionId) {
        List<Instant> soft = answers.softBounces(subscriptionId);
        return soft.size() >= config.softBounces()
                && !soft.get(soft.size() - 1).plus(config.softBouncesOver()).isAfter(soft.get(0));
    }
}
