package dev.broadsheet.delivery;

import dev.broadsheet.mail.SingleMails;
import dev.broadsheet.newsletters.Newsletter;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Tells a newsletter's {@code alertEmails} what became of its campaigns. An alert is told in the transaction that queues its
 * mails, so once. What happens again within minutes, as when a campaign is paused for the same reason by each try to
 * resume it, is told when the quiet time is over: as one mail that says how often.
 */
@ApplicationScoped
class Alerts {

    private static final Logger LOG = Logger.getLogger(Alerts.class);

    /** Between two mails about the same campaign, kind and reason. */
    static final Duration QUIET = Duration.ofMinutes(10);

    private static final Duration KEPT = Duration.ofDays(30);

    private final AlertMails mails;
    private final SingleMails queue;
    private final Clock clock;

    Alerts(AlertMails mails, SingleMails queue, Clock clock) {
        this.mails = mails;
        this.queue = queue;
        this.clock = clock;
    }

    @Scheduled(identity = "alerts", every = "2s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void tell() {
        for (long id : due()) {
            try {
                QuarkusTransaction.requiringNew().run(() -> tell(id));
            } catch (RuntimeException e) { // the others are told all the same
                LOG.warnf(e, "Cannot tell alert %d now", id);
            }
        }
    }

    /** The first of each newsletter, campaign, kind and reason about which no mail went out of late. */
    private List<Long> due() {
        return QuarkusTransaction.requiringNew().call(() -> {
            Instant now = clock.instant();
            Alert.delete("toldAt < ?1", now.minus(KEPT));
            return Alert.getEntityManager()
                    .createQuery("""
                            select min(a.id) from Alert a
                            where a.toldAt is null and not exists (
                              select 1 from Alert t
                              where t.newsletterId = a.newsletterId and t.campaignId is not distinct from a.campaignId
                                and t.kind = a.kind and t.code is not distinct from a.code and t.toldAt > :quietSince)
                            group by a.newsletterId, a.campaignId, a.kind, a.code
                            order by min(a.id)
                            """, Long.class)
                    .setParameter("quietSince", now.minus(QUIET))
                    .getResultList();
        });
    }

    private void tell(long id) {
        Alert first = Alert.findById(id, LockModeType.PESSIMISTIC_WRITE);
        if (first == null || first.toldAt != null) {
            return; // another node has told it
        }
        List<Alert> same = Alert.getEntityManager()
                .createQuery("""
                        from Alert a
                        where a.toldAt is null and a.newsletterId = :newsletter
                          and a.campaignId is not distinct from :campaign
                          and a.kind = :kind and a.code is not distinct from :code
                        order by a.id
                        """, Alert.class)
                .setParameter("newsletter", first.newsletterId)
                .setParameter("campaign", first.campaignId)
                .setParameter("kind", first.kind)
                .setParameter("code", first.code)
                .getResultList();
        Newsletter newsletter = Newsletter.findById(first.newsletterId);
        if (!newsletter.alertEmails.isEmpty()) {
            queue.queue(
                    SingleMails.Kind.ALERT,
                    mails.write(newsletter, same),
                    newsletter.alertEmails.stream()
                            .distinct()
                            .map(email -> new SingleMails.To(email, Map.of(), Map.of()))
                            .toList());
        }
        same.forEach(alert -> alert.toldAt = clock.instant());
    }
}
