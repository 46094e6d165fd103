package dev.broadsheet.subscribers;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;

/** Forgets what the guards of the form counted, once no limit asks for it any more. */
@ApplicationScoped
class GuardCleanup {

    private final EntityManager em;
    private final SignUpConfig config;
    private final Clock clock;

    GuardCleanup(EntityManager em, SignUpConfig config, Clock clock) {
        this.em = em;
        this.config = config;
        this.clock = clock;
    }

    @Scheduled(identity = "sign-up-guards", every = "10m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @Transactional
    void run() {
        Instant now = clock.instant();
        em.createNativeQuery("delete from sign_up_window where starts_at < :before")
                .setParameter("before", now.minus(config.networkWindow()))
                .executeUpdate();
        // a day more, for nodes whose clocks differ
        em.createNativeQuery(
                        "delete from sign_up_mail_count where day < cast(cast(:now as timestamptz) at time zone 'UTC' as date) - 1")
                .setParameter("now", now)
                .executeUpdate();
    }
}
