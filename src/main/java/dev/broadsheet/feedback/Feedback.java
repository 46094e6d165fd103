package dev.broadsheet.feedback;

import dev.broadsheet.delivery.Answers;
import dev.broadsheet.delivery.Answers.Answer;
import dev.broadsheet.feedback.FeedbackEvent.Bounce;
import dev.broadsheet.feedback.FeedbackEvent.Kind;
import dev.broadsheet.mail.SingleMails;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Takes what became of messages: stores each event once, moves the ledger's rows, fails single mails, and keeps bad
 * addresses from being mailed again. All of a batch in one transaction, so that an event is stored if and only if it has
 * acted; told again, it does nothing.
 */
@ApplicationScoped
class Feedback {

    /** Of a transaction that met another in a circle. */
    private static final String DEADLOCK = "40P01";

    private static final int TRIES = 5;

    private final EventStore store;
    private final Answers answers;
    private final SingleMails mails;
    private final ListHealth health;
    private final MeterRegistry meters;

    Feedback(EventStore store, Answers answers, SingleMails mails, ListHealth health, MeterRegistry meters) {
        this.store = store;
        this.answers = answers;
        this.mails = mails;
        this.health = health;
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

    /** Takes one that no other of its name came before: a bounce mail does not say when it happened. */
    void takeOnce(List<FeedbackEvent> events) {
        take(events.stream().filter(event -> !store.knows(event.eventId())).toList());
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
        Map<Long, Map<Long, Answers.Known>> known = new HashMap<>();
        answers.apply(fresh.stream()
                        .filter(event -> event.issueId() != null && event.deliveryId() != null)
                        .map(Feedback::answer)
                        .toList())
                .forEach((issue, rows) -> known.put(
                        issue, rows.stream().collect(Collectors.toMap(Answers.Known::deliveryId, row -> row))));
        ListHealth.Round round = health.begin();
        List<FeedbackEvent> unknown = new ArrayList<>();
        for (FeedbackEvent event : fresh) {
            Answers.Known delivery = event.issueId() == null
                    ? null
                    : known.getOrDefault(event.issueId(), Map.of()).get(event.deliveryId());
            if (event.mailId() != null) {
                if (!single(event, event.mailId(), round)) {
                    unknown.add(event);
                }
            } else if (delivery == null) {
                unknown.add(event);
            } else {
                round.delivery(event, delivery);
            }
        }
        store.setAside(unknown);
        round.others(unknown);
        round.end();
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

    /** @return false where there is no such mail, or none any more */
    private boolean single(FeedbackEvent event, long mailId, ListHealth.Round round) {
        boolean refused = event.kind() == Kind.BOUNCED || event.kind() == Kind.DROPPED;
        Optional<byte[]> address = mails.answered(mailId, refused ? reason(event) : null);
        address.ifPresent(hash -> round.mail(event, hash));
        return address.isPresent();
    }

    private static String reason(FeedbackEvent event) {
        String words = event.reason();
        return words == null ? "refused without a word" : words;
    }
}
