package dev.broadsheet.feedback;

import dev.broadsheet.accounts.Audit;
import dev.broadsheet.delivery.Answers;
import dev.broadsheet.feedback.FeedbackEvent.Bounce;
import dev.broadsheet.feedback.FeedbackEvent.Kind;
import dev.broadsheet.mail.DeadMailbox;
import dev.broadsheet.platform.AddressHashes;
import dev.broadsheet.subscribers.Client;
import dev.broadsheet.subscribers.Subscriptions;
import dev.broadsheet.subscribers.Subscriptions.Reader;
import dev.broadsheet.subscribers.Via;
import dev.broadsheet.suppression.Suppressions;
import dev.broadsheet.suppression.Suppressions.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keeps dead addresses, and people who do not want it, from being mailed again, by what became of messages to them. */
@ApplicationScoped
class ListHealth {

    private record Soft(FeedbackEvent event, Answers.Known delivery, Reader reader) {}

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

    /** By what a receiver said of a single mail while it was handed over. */
    void dead(@Observes DeadMailbox mailbox) {
        suppressions
                .suppress(mailbox.addressHash(), null, Reason.BOUNCED)
                .ifPresent(id -> audit.recordOwn(
                        "delivery",
                        List.of(addition(id, Map.of("reason", Reason.BOUNCED.name(), "mail", mailbox.mailId())))));
    }

    Round begin() {
        return new Round();
    }

    /** Of one batch, in its transaction: what it changes is audited in one statement, at the end. */
    final class Round {

        private final List<Audit.OwnChange> changes = new ArrayList<>();
        /** Each subscription's last, of those that may have been one too many. */
        private final Map<Long, Soft> soft = new TreeMap<>();

        /** By what became of a delivery. */
        void delivery(FeedbackEvent event, Answers.Known delivery) {
            Long subscriptionId = delivery.subscriptionId();
            if (subscriptionId == null || !says(event)) {
                return;
            }
            subscriptions
                    .reader(subscriptionId)
                    .filter(reader -> !isOutdated(event, delivery, reader))
                    .ifPresent(reader -> {
                        switch (event.kind()) {
                            case COMPLAINED -> complained(event, delivery, reader, subscriptionId);
                            case UNSUBSCRIBED -> unsubscribe(event, subscriptionId, Via.PROVIDER);
                            case BOUNCED, DROPPED -> {
                                if (event.bounce() == Bounce.HARD) {
                                    suppress(event, delivery, reader, Reason.BOUNCED);
                                } else if (event.bounce() == Bounce.SOFT) {
                                    soft.put(subscriptionId, new Soft(event, delivery, reader));
                                } else if (event.kind() == Kind.DROPPED && event.bounce() == Bounce.BLOCKED) {
                                    dropped(event, delivery, reader, subscriptionId);
                                }
                            }
                            default -> {}
                        }
                    });
        }

        private void complained(FeedbackEvent event, Answers.Known delivery, Reader reader, long subscriptionId) {
            suppress(event, delivery, reader, Reason.COMPLAINED);
            unsubscribe(event, subscriptionId, Via.COMPLAINT);
        }

        /** They complained, or left, there. */
        private void dropped(FeedbackEvent event, Answers.Known delivery, Reader reader, long subscriptionId) {
            String reason = event.reason();
            if (reason != null && reason.toLowerCase(Locale.ROOT).contains("spam reporting")) {
                complained(event, delivery, reader, subscriptionId);
            } else {
                unsubscribe(event, subscriptionId, Via.PROVIDER);
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
            answers.softBounces(soft.keySet()).forEach((subscriptionId, bounces) -> {
                Soft last = soft.get(subscriptionId);
                if (last != null && areTooMany(bounces)) {
                    suppress(last.event, last.delivery, last.reader, Reason.BOUNCED);
                }
            });
            audit.recordOwn("feedback", changes);
        }

        /** The address that the message went to: a reader who has moved since left it behind. */
        private void suppress(FeedbackEvent event, Answers.Known delivery, Reader reader, Reason reason) {
            if (!isLater(reader.movedAt(), delivery.sentAt())) {
                suppress(event, reader.addressHash(), reason);
            } else if (event.email() != null) {
                suppress(event, hashes.of(event.email()), reason);
            }
        }

        private void suppress(FeedbackEvent event, byte[] addressHash, Reason reason) {
            suppressions
                    .suppress(addressHash, null, reason)
                    .ifPresent(id -> suppressed(id, details(event, "reason", reason)));
        }

        private void suppressed(long id, Map<String, ?> details) {
            changes.add(addition(id, details));
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

    private static Audit.OwnChange addition(long suppressionId, Map<String, ?> details) {
        return new Audit.OwnChange("suppression.add", null, "suppression/" + suppressionId, details);
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

    private static boolean says(FeedbackEvent event) {
        return switch (event.kind()) {
            case COMPLAINED, UNSUBSCRIBED, BOUNCED, DROPPED -> true;
            case PROCESSED, DEFERRED, DELIVERED, OPENED, CLICKED -> false;
        };
    }

    /** Whether they have confirmed anew since they got the message, and since it was said. */
    private static boolean isOutdated(FeedbackEvent event, Answers.Known delivery, Reader reader) {
        return isLater(reader.confirmedAt(), delivery.sentAt()) && isLater(reader.confirmedAt(), event.at());
    }

    private static boolean isLater(@Nullable Instant one, @Nullable Instant other) {
        return one != null && other != null && one.isAfter(other);
    }

    /** Whether nothing has reached it for so many issues, and for so long, that nothing will. */
    private boolean areTooMany(List<Instant> soft) {
        return soft.size() >= config.softBounces()
                && !soft.get(soft.size() - 1).plus(config.softBouncesOver()).isAfter(soft.get(0));
    }
}
