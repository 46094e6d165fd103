package dev.broadsheet.suppression;

import dev.broadsheet.platform.AddressHashes;
import dev.broadsheet.platform.EmailAddress;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Addresses that must not be mailed. Kept as keyed hashes, so that they outlive the erasure of a person. Leaving a
 * newsletter is not here: that is a state of the subscription.
 */
@ApplicationScoped
public class Suppressions {

    /** Why an address must not be mailed. */
    public enum Reason {
        /** The mailbox is dead. */
        BOUNCED,
        /** Its owner marked a mail of ours as spam; stops confirmation mails too. */
        COMPLAINED,
        /** An editor was asked to. */
        REQUESTED,
        /** Its owner said "I did not ask for this"; stops confirmation mails too. */
        NOT_ME,
        /** Its owner was erased: nobody but they themselves, by a confirmation, brings them back. */
        ERASED
    }

    /** @param newsletter its slug; null for all. */
    public record Entry(@Nullable String newsletter, Reason reason, Instant since) {}

    private final EntityManager em;
    private final AddressHashes hashes;
    private final Clock clock;

    Suppressions(EntityManager em, AddressHashes hashes, Clock clock) {
        this.em = em;
        this.hashes = hashes;
        this.clock = clock;
    }

    /** @param newsletterId null for all newsletters */
    public void suppress(EmailAddress address, @Nullable Long newsletterId, Reason reason) {
        suppress(hashes.hash(address.key()), newsletterId, reason);
    }

    /**
     * Safe to repeat. The first reason stays, unless the new one says more: a complaint or "not me" also stops
     * confirmation mails. Erasure is kept beside them.
     *
     * @param addressHash of {@link AddressHashes}
     * @param newsletterId null for all newsletters
     */
    @Transactional
    public void suppress(byte[] addressHash, @Nullable Long newsletterId, Reason reason) {
        em.createNativeQuery("""
                        insert into suppression as s (address_hash, newsletter_id, reason, created_at)
                        values (:hash, cast(:newsletter as bigint), :reason, :now)
                        on conflict (address_hash, newsletter_id, (reason = 'ERASED')) do update
                        set reason = excluded.reason
                        where s.reason in ('BOUNCED', 'REQUESTED') and excluded.reason in ('COMPLAINED', 'NOT_ME')
                        """)
                .setParameter("hash", addressHash)
                .setParameter("newsletter", newsletterId == null ? null : newsletterId.toString())
                .setParameter("reason", reason.name())
                .setParameter("now", clock.instant())
                .executeUpdate();
    }

    /** Whether mail of this newsletter must not go there; a suppression for all newsletters counts too. */
    @Transactional
    public boolean isSuppressed(EmailAddress address, long newsletterId) {
        return !of(hashes.hash(address.key()), newsletterId).isEmpty();
    }

    /** Whether the person must not even be asked for a confirmation. */
    @Transactional
    public boolean stopsConfirmation(EmailAddress address, long newsletterId) {
        return !em.createNativeQuery("""
                        select 1 from suppressed_address
                        where address_hash = :hash and stops_confirmation
                          and (newsletter_id is null or newsletter_id = :newsletter)
                        """)
                .setParameter("hash", hashes.hash(address.key()))
                .setParameter("newsletter", newsletterId)
                .getResultList()
                .isEmpty();
    }

    /** Whether the person was erased, here or everywhere, and has not come back: an editor may not bring them. */
    @Transactional
    public boolean isErased(EmailAddress address, long newsletterId) {
        return of(hashes.hash(address.key()), newsletterId).contains(Reason.ERASED);
    }

    /**
     * The owner of the address has confirmed by a link that was mailed there: so the mailbox lives, and an erased person
     * is back. Other reasons stay.
     */
    @Transactional(Transactional.TxType.MANDATORY)
    public void lift(byte[] addressHash, long newsletterId) {
        em.createNativeQuery("""
                        delete from suppression s
                        where s.address_hash = :hash and (s.newsletter_id is null or s.newsletter_id = :newsletter)
                          and s.reason in ('BOUNCED', 'ERASED')
                        """)
                .setParameter("hash", addressHash)
                .setParameter("newsletter", newsletterId)
                .executeUpdate();
    }

    /** All that is known of an address, for its owner. */
    @Transactional
    public List<Entry> of(byte[] addressHash) {
        List<Object[]> rows = em.createNativeQuery("""
                        select n.slug, s.reason, s.created_at
                        from suppression s left join newsletter n on n.id = s.newsletter_id
                        where s.address_hash = :hash order by s.id
                        """, Object[].class)
                .setParameter("hash", addressHash)
                .getResultList();
        return rows.stream()
                .map(row -> new Entry((String) row[0], Reason.valueOf((String) row[1]), (Instant) row[2]))
                .toList();
    }

    private List<Reason> of(byte[] addressHash, long newsletterId) {
        List<String> reasons = em.createNativeQuery("""
                        select reason from suppression
                        where address_hash = :hash and (newsletter_id is null or newsletter_id = :newsletter)
                        """, String.class)
                .setParameter("hash", addressHash)
                .setParameter("newsletter", newsletterId)
                .getResultList();
        return reasons.stream().map(Reason::valueOf).toList();
    }
}
