package dev.broadsheet.subscribers;

import dev.broadsheet.accounts.Audit;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.platform.Problem;
import dev.broadsheet.suppression.Suppressions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.hibernate.Hibernate;
import org.jspecify.annotations.Nullable;

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

    /** What a link of a confirmation mail is good for. */
    public enum Answer {
        AWAITED,
        GIVEN,
        TOO_LATE
    }

    /** Between two goodbyes: who goes to and fro by the buttons of an old mail must not get one for each time. */
    private static final Duration GOODBYE_AGAIN = Duration.ofDays(1);

    private final Suppressions suppressions;
    private final Consents consents;
    private final SignUps signUps;
    private final ReaderMails mails;
    private final Event<Confirmed> confirmed;
    private final Event<Left> left;
    private final SignUpConfig config;
    private final Audit audit;
    private final Clock clock;

    Subscriptions(
            Suppressions suppressions,
            Consents consents,
            SignUps signUps,
            ReaderMails mails,
            Event<Confirmed> confirmed,
            Event<Left> left,
            SignUpConfig config,
            Audit audit,
            Clock clock) {
        this.suppressions = suppressions;
        this.consents = consents;
        this.signUps = signUps;
        this.mails = mails;
        this.confirmed = confirmed;
        this.left = left;
        this.config = config;
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

    /** What the link of a confirmation mail made then is good for. Changes nothing. */
    @Transactional
    public Answer answer(long id, Instant linkMade) {
        return Subscription.<Subscription>findByIdOptional(id)
                .map(s -> answer(s, linkMade))
                .orElse(Answer.TOO_LATE);
    }

    private Answer answer(Subscription subscription, Instant linkMade) {
        boolean expired = linkMade.plus(config.confirmWithin()).isBefore(clock.instant());
        if (!expired && subscription.awaits(linkMade)) {
            return Answer.AWAITED;
        }
        return subscription.state == Subscription.State.ACTIVE ? Answer.GIVEN : Answer.TOO_LATE;
    }

    /**
     * Confirms: from now on mail goes there, also where it was dead or erased before. Harmless when repeated.
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
        if (answer(subscription, linkMade) == Answer.AWAITED && subscription.confirm(clock.instant())) {
            Subscriber person = subscription.subscriber;
            consents.because(Growth.Gain.CONFIRMED.name());
            consents.record(subscription, ConsentRecord.Action.CONFIRMED, Via.LINK, client);
            suppressions.liftByConfirmation(person.emailHash, subscription.newsletter.id);
            if (!suppressions.isSuppressed(person.emailHash, subscription.newsletter.id)) {
                confirmed.fire(new Confirmed(subscription.newsletter.id, ReaderMails.Reader.of(subscription)));
            }
        }
        return subscription.state == Subscription.State.ACTIVE;
    }

    /** "Send me a new link", from the page of a link that came too late: signs up anew, with all limits of a sign-up. */
    @Transactional
    public void askAgain(long id, Client client) {
        Subscription.<Subscription>findByIdOptional(id).ifPresent(s -> askAgain(s, Via.LINK, client));
    }

    /**
     * An editor adds a person, who still has to confirm.
     *
     * @throws Problem 409 {@code erased} where the person was erased
     */
    @Transactional
    public void add(Newsletter newsletter, EmailAddress address, @Nullable String name, Client editor) {
        if (suppressions.isErased(address, newsletter.id)) {
            throw new Problem(
                    409, "erased", "This person was erased. Only they themselves can come back, by the form.");
        }
        signUps.ask(new SignUps.Asking(newsletter.id, address, name, Via.EDITOR, editor));
        audit.record("subscriber.add", newsletter.slug, audit.subject(address), Map.of());
    }

    /**
     * An editor has the confirmation mail sent again.
     *
     * @throws Problem 404 where this newsletter has no such subscription; 409 {@code nothing-to-confirm} where it is
     *     not pending; 409 {@code suppressed}; 429 {@code too-soon} where the last one was sent a moment ago
     */
    @Transactional
    public void resendConfirmation(Newsletter newsletter, long id, Client editor) {
        Subscription subscription = of(newsletter, Subscription.findByIdOptional(id));
        if (subscription.state != Subscription.State.PENDING) {
            throw new Problem(
                    409, "nothing-to-confirm", "This subscription is " + subscription.state + ", not PENDING.");
        }
        if (suppressions.stopsEditors(subscription.subscriber.emailHash, newsletter.id)) {
            throw new Problem(409, "suppressed", "This address must not be asked to confirm.");
        }
        Instant sent = subscription.confirmationSentAt;
        if (sent != null && sent.plus(config.confirmAgainAfter()).isAfter(clock.instant())) {
            throw new Problem(429, "too-soon", "The last confirmation mail was sent a moment ago.")
                    .with("again", sent.plus(config.confirmAgainAfter()).toString());
        }
        askAgain(subscription, Via.EDITOR, editor);
        audit.record("subscriber.resend-confirmation", newsletter.slug, "subscription/" + id, Map.of());
    }

    private void askAgain(Subscription subscription, Via via, Client client) {
        EmailAddress address = EmailAddress.parse(subscription.subscriber.email).orElseThrow();
        signUps.ask(new SignUps.Asking(subscription.newsletter.id, address, null, via, client));
    }

    /** One of a newsletter. @throws Problem 404 where it has no such subscription */
    @Transactional
    public Subscription get(Newsletter newsletter, long id) {
        Subscription subscription = of(newsletter, Subscription.findByIdOptional(id));
        Hibernate.initialize(subscription.subscriber);
        return subscription;
    }

    private static Subscription of(Newsletter newsletter, Optional<Subscription> subscription) {
        return subscription
                .filter(s -> s.newsletter.id.equals(newsletter.id))
                .orElseThrow(() -> Problem.notFound("subscriber"));
    }

    /** "I did not ask for this": ends it, and keeps the address from being asked by this newsletter again. */
    @Transactional
    public void disown(long id, Client client) {
        Subscription subscription = Subscription.toChange(id).orElse(null);
        if (subscription == null) {
            return;
        }
        consents.because(Growth.Loss.DISOWNED.name());
        if (end(subscription)) {
            consents.record(subscription, ConsentRecord.Action.DISOWNED, Via.LINK, client);
        }
        suppressions.suppress(
                subscription.subscriber.emailHash, subscription.newsletter.id, Suppressions.Reason.NOT_ME);
    }

    /**
     * Whom a message went to, or now would.
     *
     * @param addressHash of the present address
     * @param confirmedAt last; null where they never did here
     * @param movedAt when they last came from another address; null where they never did
     */
    public record Reader(
            byte[] addressHash,
            @Nullable Instant confirmedAt,
            @Nullable Instant movedAt) {}

    /** Empty where there is no such subscription. */
    @Transactional
    public Optional<Reader> reader(long id) {
        return Subscription.<Subscription>findByIdOptional(id)
                .map(subscription -> new Reader(
                        subscription.subscriber.emailHash,
                        subscription.confirmedAt,
                        ConsentRecord.<ConsentRecord>find(
                                        "subscriptionId = ?1 and action = ?2 order by at desc",
                                        id,
                                        ConsentRecord.Action.ADDRESS_CHANGED)
                                .firstResultOptional()
                                .map(record -> record.at)
                                .orElse(null)));
    }

    /**
     * Takes the person off. Safe to repeat; acts on nobody where there is no such subscription.
     *
     * @return the newsletter's slug, where they were on it
     */
    @Transactional
    public Optional<String> unsubscribe(long id, Via via, Client client) {
        return Subscription.toChange(id)
                .filter(subscription -> leave(subscription, via, client))
                .map(subscription -> subscription.newsletter.slug);
    }

    /** An editor takes a person off. @throws Problem 404 where this newsletter has no such subscription */
    @Transactional
    public Subscription unsubscribeByEditor(Newsletter newsletter, long id, Client editor) {
        Subscription subscription = of(newsletter, Subscription.toChange(id));
        if (leave(subscription, Via.EDITOR, editor)) {
            audit.record("subscriber.unsubscribe", newsletter.slug, "subscription/" + id, Map.of());
        }
        Hibernate.initialize(subscription.subscriber);
        return subscription;
    }

    /** @return whether the person was on it */
    private boolean leave(Subscription subscription, Via via, Client client) {
        boolean wasActive = subscription.state == Subscription.State.ACTIVE;
        if (!end(subscription)) {
            return false;
        }
        consents.record(subscription, ConsentRecord.Action.UNSUBSCRIBED, via, client);
        Newsletter newsletter = subscription.newsletter;
        Instant now = clock.instant();
        Instant last = subscription.goodbyeAt;
        if (wasActive
                && newsletter.goodbyeMail
                && (last == null || !last.plus(GOODBYE_AGAIN).isAfter(now))
                && !suppressions.isSuppressed(subscription.subscriber.emailHash, newsletter.id)) {
            subscription.goodbyeAt = now;
            mails.goodbye(newsletter, ReaderMails.Reader.of(subscription));
        }
        return true;
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
            consents.record(subscription, ConsentRecord.Action.RETURNED, Via.LINK, client);
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

    static Found found(Subscription s, Instant now) {
        return new Found(s.id, s.newsletter, s.maskedEmail(), s.state, s.pageLanguage(), s.mayReturn(now));
    }
}
