package dev.broadsheet.subscribers;

import dev.broadsheet.accounts.Audit;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.Problem;
import dev.broadsheet.suppression.Suppressions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.hibernate.Hibernate;

/** What happens to a subscription after it was asked for: confirmed, disowned, left, taken up again. */
@ApplicationScoped
public class Subscriptions {

    /**
     * A subscription as a page may show it: mails get forwarded, so the address is masked.
     *
     * @param language of the reader's pages, BCP 47
     * @param returnable whether leaving may be undone right now
     */
    public record Found(
            long id,
            Newsletter newsletter,
            String maskedEmail,
            Subscription.State state,
            String language,
            boolean returnable) {}

    private final Suppressions suppressions;
    private final Event<Left> left;
    private final Audit audit;
    private final Clock clock;

    Subscriptions(Suppressions suppressions, Event<Left> left, Audit audit, Clock clock) {
        this.suppressions = suppressions;
        this.left = left;
        this.audit = audit;
        this.clock = clock;
    }

    /** Empty where it never was, or was erased. Changes nothing. */
    @Transactional
    public Optional<Found> find(long id) {
        return Subscription.<Subscription>find("from Subscription s join fetch s.newsletter where s.id = ?1", id)
                .firstResultOptional()
                .map(s -> found(s, clock.instant()));
    }

    /** Whether the confirmation mail made then is still waiting for its answer. Changes nothing. */
    @Transactional
    public boolean awaits(long id, Instant linkMade) {
        return Subscription.<Subscription>findByIdOptional(id)
                .filter(s -> s.awaits(linkMade))
                .isPresent();
    }

    /**
     * Confirms: from now on mail goes there. Harmless when repeated.
     *
     * @param linkMade when the link was made; one from before the person left does not bring them back
     * @return whether the subscription is active now
     */
    @Transactional
    public boolean confirm(long id, Instant linkMade, Client client) {
        Subscription subscription = Subscription.toChange(id).orElse(null);
        if (subscription == null) {
            return false;
        }
        if (subscription.awaits(linkMade) && subscription.confirm(clock.instant())) {
            record(subscription, ConsentRecord.Action.CONFIRMED, Via.LINK, client);
            suppressions.liftByConfirmation(subscription.subscriber.emailHash, subscription.newsletter.id);
        }
        return subscription.state == Subscription.State.ACTIVE;
    }

    /** "I did not ask for this": ends it, and keeps the address from being asked by this newsletter again. */
    @Transactional
    public void disown(long id, Client client) {
        Subscription subscription = Subscription.toChange(id).orElse(null);
        if (subscription == null) {
            return;
        }
        if (end(subscription)) {
            record(subscription, ConsentRecord.Action.DISOWNED, Via.LINK, client);
        }
        suppressions.suppress(
                subscription.subscriber.emailHash, subscription.newsletter.id, Suppressions.Reason.NOT_ME);
    }

    /** Takes the person off. Safe to repeat; acts on nobody where there is no such subscription. */
    @Transactional
    public void unsubscribe(long id, Via via, Client client) {
        Subscription.toChange(id).ifPresent(subscription -> {
            if (end(subscription)) {
                record(subscription, ConsentRecord.Action.UNSUBSCRIBED, via, client);
            }
        });
    }

    /** An editor takes a person off. @throws Problem 404 where this newsletter has no such subscription */
    @Transactional
    public Subscription unsubscribeByEditor(Newsletter newsletter, long id) {
        Subscription subscription = Subscription.toChange(id)
                .filter(s -> s.newsletter.id.equals(newsletter.id))
                .orElseThrow(() -> Problem.notFound("subscriber"));
        if (end(subscription)) {
            record(subscription, ConsentRecord.Action.UNSUBSCRIBED, Via.EDITOR, Client.UNKNOWN);
            audit.record("subscriber.unsubscribe", newsletter.slug, "subscription/" + id, Map.of());
        }
        Hibernate.initialize(subscription.subscriber);
        return subscription;
    }

    /**
     * Undoes leaving.
     *
     * @param linkMade when the undo link was made; it undoes the leaving it was made for and no later one
     * @return whether the subscription is active now
     */
    @Transactional
    public boolean undoUnsubscribe(long id, Instant linkMade, Client client) {
        Subscription subscription = Subscription.toChange(id).orElse(null);
        if (subscription == null) {
            return false;
        }
        if (subscription.mayReturn(linkMade) && subscription.undoUnsubscribe()) {
            record(subscription, ConsentRecord.Action.RETURNED, Via.LINK, client);
        }
        return subscription.state == Subscription.State.ACTIVE;
    }

    private boolean end(Subscription subscription) {
        boolean changed = subscription.unsubscribe(clock.instant());
        if (changed) {
            left.fire(new Left(subscription.id));
        }
        return changed;
    }

    private void record(Subscription subscription, ConsentRecord.Action action, Via via, Client client) {
        new ConsentRecord(subscription.id, action, via, client, clock.instant()).persist();
    }

    static Found found(Subscription s, Instant now) {
        return new Found(s.id, s.newsletter, s.maskedEmail(), s.state, s.pageLanguage(), s.mayReturn(now));
    }
}
