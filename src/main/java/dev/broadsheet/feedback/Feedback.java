package dev.broadsheet.feedback;

import dev.broadsheet.delivery.Answers;
import dev.broadsheet.delivery.Answers.Answer;
import dev.broadsheet.feedback.FeedbackEvent.Bounce;
import dev.broadsheet.feedback.FeedbackEvent.Kind;
import dev.broadsheet.mail.SingleMails;
import dev.broadsheet.platform.AddressHashes;
import dev.broadsheet.subscribers.Client;
import dev.broadsheet.subscribers.Subscriptions;
import dev.broadsheet.subscribers.Via;
import dev.broadsheet.suppression.Suppressions;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes what became of messages: stores each event once, moves the ledger's rows, fails single mails, and keeps bad
 * addresses from being mailed again. All of a batch in one transaction, so that an event is stored if and only if it has
 * acted; told again, it does nothing.
 *
 * <p>What names no message of ours may be about another program's that shares the provider's account. Where it says that a
 * mailbox is dead, that holds for our mail too; a complaint is about that program's mail alone.
 */
@ApplicationScoped
class Feedback {

    /** Of a transaction that met another in a circle. */
    private static final String DEADLOCK = "40P01";

    private static final int TRIES = 5;

    private final EventStore store;
    private final Answers answers;
    private final SingleMails mails;
    private final Suppressions suppressions;
    private final Subscriptions subscriptions;
    private final AddressHashes hashes;
    private final FeedbackConfig config;
    private final MeterRegistry meters;

    Feedback(
            EventStore store,
            Answers answers,
            SingleMails mails,
            Suppressions suppressions,
            Subscriptions subscriptions,
            AddressHashes hashes,
            FeedbackConfig config,
            MeterRegistry meters) {
        this.store = store;
        this.answers = answers;
        this.mails = mails;
        this.suppressions = suppressions;
        this.subscriptions = subscriptions;
        this.hashes = hashes;
        this.config = config;
        this.meters = meters;
    }

    /** @throws RuntimeException where the database does not answer: then nothing of it is stored, and it may be sent again */
    void take(List<FeedbackEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        store.ensureWeeks(events);
        for (int attempt = 1; ; attempt++) {
            try {
                count(QuarkusTransaction.requiringNew().call(() -> apply(events)));
                return;
            } catch (RuntimeException e) {
                if (attempt == TRIES || !isDeadlock(e)) {
                    throw e;
                }
            }
        }
    }

    private static boolean isDeadlock(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && DEADLOCK.equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    /** Counts what says nothing that is kept. */
    void passedOver(int events) {
        count("passed_over", events);
    }

    private void count(String type, long events) {
        meters.counter("broadsheet.feedback.events", "type", type).increment(events);
    }

    private record Taken(List<FeedbackEvent> fresh, int unknown) {}

    private void count(Taken taken) {
        taken.fresh.stream()
                .collect(Collectors.groupingBy(FeedbackEvent::kind, Collectors.counting()))
                .forEach((kind, many) -> count(kind.name().toLowerCase(Locale.ROOT), many));
        meters.counter("broadsheet.feedback.unknown").increment(taken.unknown);
    }

    private Taken apply(List<FeedbackEvent> events) {
        List<FeedbackEvent> fresh = store.store(events);
        Map<Long, Map<Long, @Nullable Long>> known = new HashMap<>();
        answers.apply(fresh.stream()
                        .filter(event -> event.issueId() != null && event.deliveryId() != null)
                        .map(Feedback::answer)
                        .toList())
                .forEach((issue, rows) -> {
                    Map<Long, @Nullable Long> subscriptionIds = new HashMap<>();
                    rows.forEach(row -> subscriptionIds.put(row.deliveryId(), row.subscriptionId()));
                    known.put(issue, subscriptionIds);
                });
        List<FeedbackEvent> unknown = new ArrayList<>();
        for (FeedbackEvent event : fresh) {
            Map<Long, @Nullable Long> ofIssue = event.issueId() == null ? null : known.get(event.issueId());
            if (event.mailId() != null) {
                if (!single(event, event.mailId())) {
                    unknown.add(event);
                }
            } else if (ofIssue == null || !ofIssue.containsKey(event.deliveryId())) {
                unknown.add(event);
            } else {
                Long subscriptionId = ofIssue.get(event.deliveryId());
                if (subscriptionId != null) {
                    heal(event, subscriptionId);
                }
            }
        }
        store.setAside(unknown);
        suppressions.suppressKnown(
                unknown.stream()
                        .flatMap(event -> Stream.ofNullable(event.email()))
                        .map(hashes::of)
                        .toList(),
                Suppressions.Reason.BOUNCED);
        return new Taken(fresh, unknown.size());
    }

    private static Answer answer(FeedbackEvent event) {
        Long issueId = event.issueId();
        Long deliveryId = event.deliveryId();
        if (issueId == null || deliveryId == null) {
            throw new IllegalArgumentException("It names no delivery");
        }
        Bounce bounce = event.bounce();
        return new Answer(
                issueId,
                deliveryId,
                kind(event.kind()),
                event.at(),
                bounce == null || event.kind() != Kind.BOUNCED ? null : bounce.name(),
                event.requestId(),
                event.providerMessageId(),
                event.kind() == Kind.DEFERRED && event.reason() != null
                        ? "not yet: " + event.reason()
                        : event.reason());
    }

    private static Answers.Kind kind(Kind kind) {
        return switch (kind) {
            // whoever leaves through the provider, or opens what it sent, is its recipient
            case PROCESSED, DEFERRED, UNSUBSCRIBED, OPENED, CLICKED -> Answers.Kind.SENT;
            case DROPPED -> Answers.Kind.DROPPED;
            case DELIVERED -> Answers.Kind.DELIVERED;
            case BOUNCED -> Answers.Kind.BOUNCED;
            case COMPLAINED -> Answers.Kind.COMPLAINED;
        };
    }

    /** Keeps the list healthy by what became of one message of it. */
    private void heal(FeedbackEvent event, long subscriptionId) {
        switch (event.kind()) {
            case COMPLAINED -> {
                suppress(subscriptionId, Suppressions.Reason.COMPLAINED);
                subscriptions.unsubscribe(subscriptionId, Via.COMPLAINT, Client.UNKNOWN);
            }
            case UNSUBSCRIBED -> subscriptions.unsubscribe(subscriptionId, Via.PROVIDER, Client.UNKNOWN);
            case BOUNCED, DROPPED -> {
                if (event.bounce() == Bounce.HARD || event.bounce() == Bounce.SOFT && isDead(subscriptionId)) {
                    suppress(subscriptionId, Suppressions.Reason.BOUNCED);
                } else if (event.kind() == Kind.DROPPED && event.bounce() == Bounce.BLOCKED) {
                    // they complained, or left, there
                    subscriptions.unsubscribe(subscriptionId, Via.PROVIDER, Client.UNKNOWN);
                }
            }
            default -> {}
        }
    }

    /** Whether nothing has reached it for so many issues, and for so long, that nothing will. */
    private boolean isDead(long subscriptionId) {
        List<Instant> soft = answers.softBounces(subscriptionId);
        return soft.size() >= config.softBounces()
                && !soft.get(soft.size() - 1).plus(config.softBouncesOver()).isAfter(soft.get(0));
    }

    private void suppress(long subscriptionId, Suppressions.Reason reason) {
        subscriptions.addressHash(subscriptionId).ifPresent(hash -> suppressions.suppress(hash, null, reason));
    }

    /** @return false where there is no such mail, or none any more */
    private boolean single(FeedbackEvent event, long mailId) {
        boolean refused = event.kind() == Kind.BOUNCED || event.kind() == Kind.DROPPED;
        Optional<byte[]> address = mails.answered(mailId, refused ? reason(event) : null);
        address.ifPresent(hash -> {
            if (event.kind() == Kind.COMPLAINED) {
                suppressions.suppress(hash, null, Suppressions.Reason.COMPLAINED);
            } else if (refused && event.bounce() == Bounce.HARD) {
                suppressions.suppress(hash, null, Suppressions.Reason.BOUNCED);
            }
        });
        return address.isPresent();
    }

    private static String reason(FeedbackEvent event) {
        String words = event.reason();
        return words == null ? "refused without a word" : words;
    }
}
