package dev.broadsheet.subscribers;

import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.EmailAddress;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.ManyToOne;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * One reader's subscription to one newsletter. Mail goes out only once it is confirmed (double opt-in). Changes say
 * whether they changed anything; each is safe to repeat.
 */
@Entity
public class Subscription extends PanacheEntityBase {

    /** Where a subscription stands. */
    public enum State {
        PENDING,
        ACTIVE,
        UNSUBSCRIBED
    }

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    @ManyToOne(optional = false, fetch = FetchType.LAZY)
    Newsletter newsletter;

    @ManyToOne(optional = false, fetch = FetchType.LAZY)
    Subscriber subscriber;

    @Enumerated(EnumType.STRING)
    State state;

    /** Ids of the sections that the reader wants; empty for all, those to come too. */
    @JdbcTypeCode(SqlTypes.ARRAY)
    List<String> sections = new ArrayList<>();

    /** The first day with mail again. */
    @Nullable
    LocalDate pausedUntil;

    /** Of the reader's pages and mails; null for the newsletter's. */
    @Nullable
    String language;

    /** When the person asked last, after having left or for the first time. */
    Instant subscribedAt;

    @Nullable
    Instant confirmedAt;

    /** When the person left last; stays while they are asking to come back. */
    @Nullable
    Instant unsubscribedAt;

    /** When the last confirmation mail was queued; null once it was answered. */
    @Nullable
    Instant confirmationSentAt;

    /** When the last goodbye was queued. */
    @Nullable
    Instant goodbyeAt;

    protected Subscription() {} // for Hibernate

    /** Takes the row's lock, so that two answers to one mail do not cross. */
    static Optional<Subscription> toChange(long id) {
        return find("id", id).withLock(LockModeType.PESSIMISTIC_WRITE).firstResultOptional();
    }

    /**
     * Whether a confirmation mail made then is one of the present asking. A link from before the person left must not
     * bring them back. An active subscription awaits one where the person was asked again because mail to them had
     * bounced.
     */
    boolean awaits(Instant linkMade) {
        @Nullable
        Instant asked = state == State.PENDING ? subscribedAt : state == State.ACTIVE ? confirmationSentAt : null;
        return asked != null && !linkMade.isBefore(asked.truncatedTo(ChronoUnit.SECONDS));
    }

    /** Confirming twice changes nothing: people click links twice. Someone who left must ask again first. */
    boolean confirm(Instant now) {
        if (state == State.UNSUBSCRIBED || (state == State.ACTIVE && confirmationSentAt == null)) {
            return false;
        }
        state = State.ACTIVE;
        confirmedAt = now;
        unsubscribedAt = null;
        confirmationSentAt = null;
        return true;
    }

    boolean unsubscribe(Instant now) {
        if (state == State.UNSUBSCRIBED) {
            return false;
        }
        state = State.UNSUBSCRIBED;
        unsubscribedAt = now;
        return true;
    }

    /** BCP 47. */
    String pageLanguage() {
        return language == null ? newsletter.language : language;
    }

    /** For pages that others may see. */
    String maskedEmail() {
        return EmailAddress.masked(subscriber.email);
    }

    /** Whether an undo link made then undoes the present leaving, and not an earlier one. */
    boolean mayReturn(Instant linkMade) {
        return confirmedAt != null && hasLeftBefore(linkMade);
    }

    /** Whether a link made then is about the present leaving, and not an earlier one. */
    boolean hasLeftBefore(Instant linkMade) {
        return state == State.UNSUBSCRIBED
                && unsubscribedAt != null
                && !linkMade.isBefore(unsubscribedAt.truncatedTo(ChronoUnit.SECONDS));
    }

    /** Undoes leaving. Only for someone who had confirmed: leaving and coming back must not confirm anybody. */
    boolean undoUnsubscribe() {
        if (state != State.UNSUBSCRIBED || confirmedAt == null) {
            return false;
        }
        state = State.ACTIVE;
        unsubscribedAt = null;
        return true;
    }
}
