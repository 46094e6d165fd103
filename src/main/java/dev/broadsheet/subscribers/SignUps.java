package dev.broadsheet.subscribers;

import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The queue between the form and the list. Asking commits one row and nothing else, whatever the address, so that the
 * answer tells a stranger nothing; {@link SignUpJob} does the rest after the answer.
 */
@ApplicationScoped
public class SignUps {

    /** As the ids of an issue's sections are. */
    private static final Pattern SECTION = Pattern.compile("[\\p{L}\\p{N}/_-]{1,200}");

    private static final int MOST_SECTIONS = 100;

    /**
     * What was asked for: an address for a newsletter, with the name the person gave, if any.
     *
     * @param sections ids of those that are wanted, none for all; what can be no id is passed over
     */
    public record Asking(
            long newsletterId,
            EmailAddress address,
            @Nullable String name,
            List<String> sections,
            Via via,
            Client client) {

        /** @throws Problem 400 where the name is none */
        public Asking {
            sections = sections.stream()
                    .filter(id -> SECTION.matcher(id).matches())
                    .distinct()
                    .limit(MOST_SECTIONS)
                    .toList();
            name = name == null || name.isBlank() ? null : name.strip();
            if (name != null && !Subscriber.canBeName(name)) {
                throw Problem.invalid("A name is one line of at most " + Subscriber.LONGEST_NAME + " characters.");
            }
        }

        /** All sections. */
        public Asking(long newsletterId, EmailAddress address, @Nullable String name, Via via, Client client) {
            this(newsletterId, address, name, List.of(), via, client);
        }
    }

    private final EntityManager em;
    private final Clock clock;

    SignUps(EntityManager em, Clock clock) {
        this.em = em;
        this.clock = clock;
    }

    /** Queues one in the caller's transaction, without the limits of the public form: see {@link FormSignUps}. */
    @Transactional
    public void ask(Asking asking) {
        Client client = asking.client;
        em.createNativeQuery("""
                        insert into sign_up
                          (newsletter_id, email, name, sections, via, ip, user_agent, editor, received_at, due_at)
                        values (:newsletter, :email, :name, string_to_array(:sections, ','), :via, cast(:ip as inet),
                          :userAgent, :editor, :now, :now)
                        """)
                .setParameter("newsletter", asking.newsletterId)
                .setParameter("email", asking.address.typed())
                .setParameter("name", asking.name)
                .setParameter("sections", String.join(",", asking.sections))
                .setParameter("via", asking.via.name())
                .setParameter("ip", client.address())
                .setParameter("userAgent", client.userAgent())
                .setParameter("editor", client.editor())
                .setParameter("now", clock.instant())
                .executeUpdate();
    }

    /** Ids of what is due, oldest first. */
    @Transactional
    List<Long> due(int most) {
        return em.createNativeQuery("select id from sign_up where due_at <= :now order by due_at, id", Long.class)
                .setParameter("now", clock.instant())
                .setMaxResults(most)
                .getResultList();
    }

    /** Puts one that failed behind the others: for a minute first, then for twice as long each time, at most a day. */
    @Transactional
    void postpone(long id) {
        em.createNativeQuery("""
                        update sign_up
                        set attempts = attempts + 1,
                            due_at = cast(:now as timestamptz)
                              + least(interval '1 minute' * power(2, least(attempts, 11)), interval '1 day')
                        where id = :id
                        """)
                .setParameter("now", clock.instant())
                .setParameter("id", id)
                .executeUpdate();
    }
}
