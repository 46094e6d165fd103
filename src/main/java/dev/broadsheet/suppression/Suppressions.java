package dev.broadsheet.suppression;

import dev.broadsheet.platform.AddressHashes;
import dev.broadsheet.platform.EmailAddress;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Addresses that must not be mailed. Kept as keyed hashes, so that they outlive the erasure of a person. Leaving a
 * newsletter is not here: that is a state of the subscription.
 */
@ApplicationScoped
public class Suppressions {

    /** Why an address must not be mailed. */
    public enum Reason {
        /** The mailbox is dead; a sign-up has us try it once a month, and confirming lifts it. */
        BOUNCED,
        /** Its owner marked a mail of ours as spam; stops confirmation mails too. */
        COMPLAINED,
        /** An editor was asked to; stops confirmation mails too, since anybody can type an address into a form. */
        REQUESTED,
        /** Its owner said "I did not ask for this"; stops confirmation mails too. */
        NOT_ME,
        /** Its owner was erased; stops imports and editors, not the owner, whose own confirmation lifts it. */
        ERASED
    }

    /** @param newsletter its slug; null for all. */
    public record Entry(@Nullable String newsletter, Reason reason, Instant since) {}

    /** Of two reasons, whether the second says more than the first. */
    private static final String SAYS_MORE = "%1$s = 'BOUNCED' and %2$s in ('COMPLAINED', 'REQUESTED', 'NOT_ME')"
            + " or %1$s = 'REQUESTED' and %2$s in ('COMPLAINED', 'NOT_ME')";

    private final EntityManager em;
    private final AddressHashes hashes;
    private final Clock clock;
    private final Event<Revived> revived;

    Suppressions(EntityManager em, AddressHashes hashes, Clock clock, Event<Revived> revived) {
        this.em = em;
        this.hashes = hashes;
        this.clock = clock;
        this.revived = revived;
    }

    /** As {@link #suppress(byte[], Long, Reason)}. @param newsletterId null for all newsletters */
    public Optional<Long> suppress(EmailAddress address, @Nullable Long newsletterId, Reason reason) {
        return suppress(hashes.hash(address.key()), newsletterId, reason);
    }

    /**
     * Safe to repeat. The first reason stays, unless the new one says more: one that also stops confirmation mails.
     * Erasure is kept beside the others: lifting one must not lift the other.
     *
     * @param addressHash of {@link AddressHashes}
     * @param newsletterId null for all newsletters
     * @return its id, where there was none or one that says less
     */
    @Transactional
    public Optional<Long> suppress(byte[] addressHash, @Nullable Long newsletterId, Reason reason) {
        List<Long> ids = em.createNativeQuery(
                        """
                        insert into suppression as s (address_hash, newsletter_id, reason, created_at)
                        values (:hash, cast(:newsletter as bigint), :reason, :now)
                        on conflict (address_hash, newsletter_id, (reason = 'ERASED')) do update
                        set reason = excluded.reason
                        where %s
                        returning id
                        """.formatted(SAYS_MORE.formatted("s.reason", "excluded.reason")), Long.class)
                .setParameter("hash", addressHash)
                .setParameter("newsletter", newsletterId == null ? null : newsletterId.toString())
                .setParameter("reason", reason.name())
                .setParameter("now", clock.instant())
                .getResultList();
        return ids.stream().findFirst();
    }

    /** Like {@link #suppress(byte[], Long, Reason)} for all newsletters, for those of many addresses that somebody here has. */
    @Transactional
    public List<Long> suppressKnown(List<byte[]> addressHashes, Reason reason) {
        if (addressHashes.isEmpty()) {
            return List.of();
        }
        return em.createNativeQuery("""
                        insert into suppression as s (address_hash, newsletter_id, reason, created_at)
                        select distinct k.address_hash, cast(null as bigint), :reason, cast(:now as timestamptz)
                        from known_address k where k.address_hash in (:hashes) order by k.address_hash
                        on conflict (address_hash, newsletter_id, (reason = 'ERASED')) do update
                        set reason = excluded.reason
                        where %s
                        returning id
                        """.formatted(SAYS_MORE.formatted("s.reason", "excluded.reason")), Long.class)
                .setParameter("hashes", addressHashes)
                .setParameter("reason", reason.name())
                .setParameter("now", clock.instant())
                .getResultList();
    }

    /** Somebody signed up with dead mailboxes and we try them: not again within a month. */
    @Transactional
    public void tried(List<byte[]> addressHashes) {
        em.createNativeQuery(
                        "update suppression set tried_at = :now where reason = 'BOUNCED' and address_hash in (:hashes)")
                .setParameter("now", clock.instant())
                .setParameter("hashes", addressHashes)
                .executeUpdate();
    }

    /** The owner of the address has confirmed that they want this newsletter: the mailbox lives, and they are back. */
    @Transactional
    public void liftByConfirmation(byte[] addressHash, long newsletterId) {
        List<String> lifted = em.createNativeQuery("""
                        delete from suppression where reason in ('BOUNCED', 'ERASED') and address_hash = :hash
                          and (newsletter_id is null or newsletter_id = :newsletter)
                        returning reason
                        """, String.class)
                .setParameter("hash", addressHash)
                .setParameter("newsletter", newsletterId)
                .getResultList();
        if (lifted.contains(Reason.BOUNCED.name())) {
            revived.fire(new Revived(addressHash));
        }
    }

    /** An address by its hash, and why it must not be mailed. */
    public record Suppressed(byte[] addressHash, Reason reason) {}

    /**
     * Like {@link #suppress(byte[], Long, Reason)} for many at once, each address once.
     *
     * @return how many were not suppressed for this newsletter before, or for a reason that says less
     */
    @Transactional
    public int suppressAll(List<Suppressed> addresses, long newsletterId) {
        if (addresses.isEmpty()) {
            return 0;
        }
        return em.createNativeQuery("""
                        insert into suppression as s (address_hash, newsletter_id, reason, created_at)
                        select decode(a.hash, 'hex'), :newsletter, a.reason, :now
                        from unnest(:hashes, :reasons) as a (hash, reason) order by 1
                        on conflict (address_hash, newsletter_id, (reason = 'ERASED')) do update
                        set reason = excluded.reason
                        where %s
                        """.formatted(SAYS_MORE.formatted("s.reason", "excluded.reason")))
                .setParameter("hashes", hashesOf(addresses))
                .setParameter("reasons", reasonsOf(addresses))
                .setParameter("newsletter", newsletterId)
                .setParameter("now", clock.instant())
                .executeUpdate();
    }

    /** How many {@link #suppressAll} would make or change. */
    @Transactional
    public long unknown(List<Suppressed> addresses, long newsletterId) {
        if (addresses.isEmpty()) {
            return 0;
        }
        return ((Number) em.createNativeQuery("""
                        select count(*) from unnest(:hashes, :reasons) as a (hash, reason)
                        where not exists (
                          select 1 from suppression s
                          where s.address_hash = decode(a.hash, 'hex') and s.newsletter_id = :newsletter
                            and s.reason <> 'ERASED'
                            and not (%s))
                        """.formatted(SAYS_MORE.formatted("s.reason", "a.reason")))
                        .setParameter("hashes", hashesOf(addresses))
                        .setParameter("reasons", reasonsOf(addresses))
                        .setParameter("newsletter", newsletterId)
                        .getSingleResult())
                .longValue();
    }

    private static String[] hashesOf(List<Suppressed> addresses) {
        return addresses.stream()
                .map(address -> HexFormat.of().formatHex(address.addressHash))
                .toArray(String[]::new);
    }

    private static String[] reasonsOf(List<Suppressed> addresses) {
        return addresses.stream().map(address -> address.reason.name()).toArray(String[]::new);
    }

    /** Whether the person must not even be asked for a confirmation. */
    @Transactional
    public boolean stopsConfirmation(EmailAddress address, long newsletterId) {
        return stops("stops_confirmation", hashes.hash(address.key()), newsletterId);
    }

    /** Whether an editor must not have this address asked to confirm. @param addressHash of {@link AddressHashes} */
    @Transactional
    public boolean stopsEditors(byte[] addressHash, long newsletterId) {
        return stops("(stops_confirmation or stops_editors)", addressHash, newsletterId);
    }

    /** Whether the person was erased, here or everywhere, and has not come back: an editor may not bring them. */
    @Transactional
    public boolean isErased(EmailAddress address, long newsletterId) {
        return stops("stops_editors", hashes.hash(address.key()), newsletterId);
    }

    /** Whether mail of this newsletter must not go there; a suppression for all newsletters counts too. */
    @Transactional
    public boolean isSuppressed(EmailAddress address, long newsletterId) {
        return isSuppressed(hashes.hash(address.key()), newsletterId);
    }

    /** @param addressHash of {@link AddressHashes} */
    @Transactional
    public boolean isSuppressed(byte[] addressHash, long newsletterId) {
        return stops("true", addressHash, newsletterId);
    }

    /** Whether no newsletter's mail may go there, though the person was not erased. @param addressHash of {@link AddressHashes} */
    @Transactional
    public boolean isSuppressedEverywhere(byte[] addressHash) {
        return !em.createNativeQuery("select 1 from suppressed_address where address_hash = :hash"
                        + " and newsletter_id is null and not stops_editors")
                .setParameter("hash", addressHash)
                .getResultList()
                .isEmpty();
    }

    private boolean stops(String what, byte[] addressHash, long newsletterId) {
        return !em.createNativeQuery("select 1 from suppressed_address where address_hash = :hash"
                        + " and (newsletter_id is null or newsletter_id = :newsletter) and " + what)
                .setParameter("hash", addressHash)
                .setParameter("newsletter", newsletterId)
                .getResultList()
                .isEmpty();
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
}
