package dev.broadsheet.subscribers;

import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.platform.LinkTokens.Purpose;
import dev.broadsheet.platform.Problem;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The short-lived links behind which a person sees all their data, changes their address or is erased. The link in every
 * issue opens none of these, since mails get forwarded: it only has such a link sent, to the address on file. A link
 * works once and for an hour; its token is about a row of {@code reader_link}, which knows whether it was used.
 */
@ApplicationScoped
public class ReaderLinks {

    /**
     * A link that was mailed.
     *
     * @param newEmail masked, of {@code NEW_ADDRESS} alone
     */
    public record Link(
            long id,
            long subscriptionId,
            boolean used,
            @Nullable String newEmail) {}

    /** Nobody presses a button more often in earnest. */
    private static final int MOST_A_DAY = 10;

    /** Who presses again soon has not found the mail yet; it still works. */
    private static final Duration AGAIN_AFTER = Duration.ofMinutes(5);

    /** Longer than any of them works: an old link can be told from a foreign one. */
    private static final Duration KEPT = Duration.ofDays(30);

    private final EntityManager em;
    private final ReaderLinkMails mails;
    private final Clock clock;

    ReaderLinks(EntityManager em, ReaderLinkMails mails, Clock clock) {
        this.em = em;
        this.mails = mails;
        this.clock = clock;
    }

    /**
     * Mails a fresh link to the address on file. Nothing is mailed where the same was asked for a moment ago.
     *
     * @param purpose EXPORT, CHANGE_ADDRESS or ERASE
     * @throws Problem 429 {@code too-many-links} where it was asked for too often today
     */
    @Transactional
    public void send(long subscriptionId, Purpose purpose) {
        Subscription subscription = Subscription.toChange(subscriptionId).orElse(null);
        if (subscription == null || count(subscriptionId, purpose, AGAIN_AFTER) > 0) {
            return;
        }
        if (count(subscriptionId, null, Duration.ofDays(1)) >= MOST_A_DAY) {
            throw new Problem(
                    429, "too-many-links", "So many links were sent to this address today that no more will follow.");
        }
        mails.queue(subscription, subscription.subscriber.email, purpose, make(subscriptionId, purpose, null));
    }

    /** Mails a link to the address that is to take the other's place: it must answer, too. */
    @Transactional(Transactional.TxType.MANDATORY)
    void sendToNewAddress(Subscription subscription, EmailAddress address) {
        long id = make(subscription.id, Purpose.NEW_ADDRESS, address.typed());
        mails.queue(subscription, address.typed(), Purpose.NEW_ADDRESS, id);
    }

    /** Empty where it is long gone, or the person is. Changes nothing. */
    @Transactional
    public Optional<Link> find(Purpose purpose, long id) {
        return read("where id = :id and purpose = :purpose", purpose, id)
                .map(row -> new Link(
                        id,
                        ((Number) row[0]).longValue(),
                        (boolean) row[2],
                        row[1] == null ? null : EmailAddress.masked((String) row[1])));
    }

    /** Uses a link up, in the transaction of what it is used for. */
    @Transactional(Transactional.TxType.MANDATORY)
    Subscription use(Purpose purpose, long id) {
        Object[] row = read("where id = :id and purpose = :purpose and used_at is null for update", purpose, id)
                .orElseThrow(ReaderLinks::gone);
        em.createNativeQuery("update reader_link set used_at = :now where id = :id")
                .setParameter("now", clock.instant())
                .setParameter("id", id)
                .executeUpdate();
        return Subscription.toChange(((Number) row[0]).longValue()).orElseThrow(ReaderLinks::gone);
    }

    /** The address that this link was mailed to. */
    @Transactional(Transactional.TxType.MANDATORY)
    EmailAddress newAddress(long id) {
        return read("where id = :id and purpose = :purpose", Purpose.NEW_ADDRESS, id)
                .flatMap(row -> EmailAddress.parse((String) row[1]))
                .orElseThrow(ReaderLinks::gone);
    }

    /** Addresses that these subscriptions were to move to. */
    @Transactional(Transactional.TxType.MANDATORY)
    List<EmailAddress> newAddresses(List<Long> subscriptionIds) {
        List<String> typed = em.createNativeQuery(
                        "select new_email from reader_link where subscription_id in (:ids) and new_email is not null",
                        String.class)
                .setParameter("ids", subscriptionIds)
                .getResultList();
        return typed.stream().map(EmailAddress::parse).flatMap(Optional::stream).toList();
    }

    /** The answer to a link that has done its work. */
    public static Problem gone() {
        return new Problem(410, "link-expired", "This link has been used, or it has expired.");
    }

    @Scheduled(
            identity = "reader-links-cleanup",
            every = "6h",
            delayed = "10m",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @Transactional
    void cleanUp() {
        em.createNativeQuery("delete from reader_link where made_at < :before")
                .setParameter("before", clock.instant().minus(KEPT))
                .executeUpdate();
    }

    private Optional<Object[]> read(String where, Purpose purpose, long id) {
        List<Object[]> rows = em.createNativeQuery(
                        "select subscription_id, new_email, used_at is not null from reader_link " + where,
                        Object[].class)
                .setParameter("id", id)
                .setParameter("purpose", purpose.name())
                .getResultList();
        return rows.stream().findFirst();
    }

    private long make(long subscriptionId, Purpose purpose, @Nullable String newEmail) {
        return ((Number) em.createNativeQuery("""
                                insert into reader_link (subscription_id, purpose, new_email, made_at)
                                values (:subscription, :purpose, :email, :now) returning id
                                """)
                        .setParameter("subscription", subscriptionId)
                        .setParameter("purpose", purpose.name())
                        .setParameter("email", newEmail)
                        .setParameter("now", clock.instant())
                        .getSingleResult())
                .longValue();
    }

    /** Over all newsletters: it is one inbox. @param purpose null for all */
    private long count(long subscriptionId, @Nullable Purpose purpose, Duration since) {
        return ((Number) em.createNativeQuery("""
                                select count(*) from reader_link l
                                join subscription s on s.id = l.subscription_id
                                where s.subscriber_id = (select subscriber_id from subscription where id = :id)
                                  and (cast(:purpose as text) is null or l.purpose = :purpose) and l.made_at > :since
                                  and (l.used_at is null or cast(:purpose as text) is null)
                                """)
                        .setParameter("id", subscriptionId)
                        .setParameter("purpose", purpose == null ? null : purpose.name())
                        .setParameter("since", Timestamp.from(clock.instant().minus(since)))
                        .getSingleResult())
                .longValue();
    }
}
