package dev.broadsheet.subscribers;

import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a reader decides about a subscription of theirs, short of leaving. */
@ApplicationScoped
public class Preferences {

    /** Longest pause. Who wants less than nothing for a year leaves. */
    private static final int MOST_MONTHS = 12;

    /**
     * As they stand.
     *
     * @param sections ids of those wanted; empty for all, those to come too
     * @param pausedUntil the first day with mail again; null where it is past, or there is no pause
     * @param language of the reader's pages and mails; null for the newsletter's
     */
    public record Stored(
            long id,
            Newsletter newsletter,
            String maskedEmail,
            Subscription.State state,
            @Nullable String name,
            List<String> sections,
            @Nullable LocalDate pausedUntil,
            @Nullable String language) {}

    /** As a reader wants them. */
    public record Wanted(
            @Nullable String name,
            List<String> sections,
            @Nullable LocalDate pausedUntil,
            @Nullable String language) {

        /** @throws Problem 400 where the name is none */
        public Wanted {
            sections = List.copyOf(sections);
            name = name == null || name.isBlank() ? null : name.strip();
            if (name != null && !Subscriber.canBeName(name)) {
                throw Problem.invalid("A name is one line of at most " + Subscriber.LONGEST_NAME + " characters.");
            }
        }
    }

    private final Clock clock;

    Preferences(Clock clock) {
        this.clock = clock;
    }

    /** Empty where there is no such subscription, or the person was erased. Changes nothing. */
    @Transactional
    public Optional<Stored> find(long subscriptionId) {
        return Subscription.<Subscription>find(
                        "from Subscription s join fetch s.newsletter join fetch s.subscriber where s.id = ?1",
                        subscriptionId)
                .firstResultOptional()
                .map(this::stored);
    }

    /** The first and the last day that a pause may end on. */
    public List<LocalDate> pauseBounds(Newsletter newsletter) {
        LocalDate today = today(newsletter);
        return List.of(today.plusDays(1), today.plusMonths(MOST_MONTHS));
    }

    /**
     * Saves them; does nothing where there is no such subscription.
     *
     * @throws Problem 400 where the pause is longer than a year. One that is over already is none
     */
    @Transactional
    public void save(long subscriptionId, Wanted wanted) {
        Subscription subscription = Subscription.toChange(subscriptionId).orElse(null);
        if (subscription == null) {
            return;
        }
        LocalDate until = wanted.pausedUntil;
        if (until != null && until.isAfter(today(subscription.newsletter).plusMonths(MOST_MONTHS))) {
            throw Problem.invalid("A pause has an end within a year.");
        }
        subscription.sections = wanted.sections;
        subscription.pausedUntil = isOver(until, subscription.newsletter) ? null : until;
        subscription.language = wanted.language;
        subscription.subscriber.name = wanted.name;
    }

    private Stored stored(Subscription s) {
        return new Stored(
                s.id,
                s.newsletter,
                s.maskedEmail(),
                s.state,
                s.subscriber.name,
                List.copyOf(s.sections),
                isOver(s.pausedUntil, s.newsletter) ? null : s.pausedUntil,
                s.language);
    }

    private boolean isOver(@Nullable LocalDate until, Newsletter newsletter) {
        return until == null || !until.isAfter(today(newsletter));
    }

    private LocalDate today(Newsletter newsletter) {
        return LocalDate.ofInstant(clock.instant(), ZoneId.of(newsletter.timeZone));
    }
}
