package dev.broadsheet.subscribers;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Forgets once a day who never confirmed: nobody has agreed that we keep them. Who had confirmed before and left is
 * still somebody who left: no import may wake them.
 */
@ApplicationScoped
class PendingJob {

    private static final Logger LOG = Logger.getLogger(PendingJob.class);
    private static final int CHUNK = 1_000;

    private final EntityManager em;
    private final SignUpConfig config;
    private final Clock clock;

    PendingJob(EntityManager em, SignUpConfig config, Clock clock) {
        this.em = em;
        this.config = config;
        this.clock = clock;
    }

    @Scheduled(
            identity = "forget-pending",
            cron = "0 40 3 * * ?",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void run() {
        Instant before = clock.instant().minus(config.forgetPendingAfter());
        int forgotten = 0;
        int found;
        do {
            found = QuarkusTransaction.requiringNew().call(() -> forget(before, CHUNK));
            forgotten += found;
        } while (found == CHUNK);
        if (forgotten > 0) {
            LOG.infof("%d subscriptions that were never confirmed are forgotten", forgotten);
        }
    }

    /** In a transaction. @param before when they were last asked. @return how many were found */
    int forget(Instant before, int most) {
        em.createNativeQuery("set local broadsheet.erasing = 'on'").executeUpdate();
        List<Long> old = em.createNativeQuery("""
                        select id from subscription
                        where state = 'PENDING' and coalesce(confirmation_sent_at, subscribed_at) < :before
                        order by coalesce(confirmation_sent_at, subscribed_at) limit :most for update skip locked
                        """, Long.class)
                .setParameter("before", before)
                .setParameter("most", most)
                .getResultList();
        if (old.isEmpty()) {
            return 0;
        }
        em.createNativeQuery("""
                        update subscription set state = 'UNSUBSCRIBED', confirmation_sent_at = null
                        where id in (:old) and unsubscribed_at is not null
                        """).setParameter("old", old).executeUpdate();
        em.createNativeQuery("""
                        delete from consent_record r using subscription s
                        where r.subscription_id = s.id and s.id in (:old) and s.state = 'PENDING'
                        """).setParameter("old", old).executeUpdate();
        List<Long> people = em.createNativeQuery(
                        "delete from subscription where id in (:old) and state = 'PENDING' returning subscriber_id",
                        Long.class)
                .setParameter("old", old)
                .getResultList();
        if (!people.isEmpty()) {
            em.createNativeQuery("""
                            delete from subscriber p where p.id in (:people)
                              and not exists (select 1 from subscription s where s.subscriber_id = p.id)
                            """).setParameter("people", people).executeUpdate();
        }
        return old.size();
    }
}
