package dev.broadsheet.subscribers;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Why readers left, where they want to say so. */
@ApplicationScoped
public class LeaveReasons {

    /** Most characters of a reader's own words. */
    public static final int MOST = 500;

    /** What the page offers. */
    public enum Choice {
        TOO_MUCH,
        NOT_FOR_ME,
        NEVER_ASKED,
        ELSEWHERE,
        OTHER
    }

    private final EntityManager em;
    private final Clock clock;

    LeaveReasons(EntityManager em, Clock clock) {
        this.em = em;
        this.clock = clock;
    }

    /**
     * Keeps the reason of the last leaving, in place of one given before.
     *
     * @param linkMade when the link was made: it is about the leaving before it and no later one
     * @param words cut at {@link #MOST} characters; control characters but line ends fall away
     * @return whether they have left, and this was about it
     */
    @Transactional
    public boolean keep(long subscriptionId, Instant linkMade, Choice choice, @Nullable String words) {
        Subscription subscription = Subscription.toChange(subscriptionId).orElse(null);
        if (subscription == null || !subscription.hasLeftBefore(linkMade)) {
            return false;
        }
        em.createNativeQuery("""
                        insert into leave_reason (subscription_id, choice, words, at)
                        values (:subscription, :choice, :words, :now)
                        on conflict (subscription_id) do update
                        set choice = excluded.choice, words = excluded.words, at = excluded.at
                        """)
                .setParameter("subscription", subscriptionId)
                .setParameter("choice", choice.name())
                .setParameter("words", clean(words))
                .setParameter("now", clock.instant())
                .executeUpdate();
        return true;
    }

    private static @Nullable String clean(@Nullable String words) {
        if (words == null || words.isBlank()) {
            return null;
        }
        String clean = words.strip()
                .replace("\r\n", "\n")
                .codePoints()
                .filter(c -> c == '\n' || !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE)
                .limit(MOST)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return clean.isBlank() ? null : clean;
    }
}
