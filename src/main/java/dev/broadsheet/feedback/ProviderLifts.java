package dev.broadsheet.feedback;

import dev.broadsheet.mail.SendGridLists;
import dev.broadsheet.mail.SendGridLists.Lifted;
import dev.broadsheet.mail.SendGridLists.Name;
import dev.broadsheet.platform.AddressHashes;
import dev.broadsheet.suppression.Revived;
import dev.broadsheet.suppression.SuppressionList;
import dev.broadsheet.suppression.Suppressions;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes off the provider's own lists who is lifted here: it would drop all mails to them. An editor's lifting goes there
 * first and is done here when the provider has answered, whatever it said: a crash in between leaves the suppression
 * here, and lifting again is safe. What the provider did not do, and what a reader's confirmation lifts, is kept in the
 * same transaction and tried by {@link #work}.
 */
@ApplicationScoped
class ProviderLifts {

    /** What became of it there. */
    enum Result {
        /** It stood there, and does no more. */
        LIFTED,
        NOT_THERE,
        /** It may stand there; tried again. */
        FAILED,
        /** Nobody here has the address, so the provider was not asked. */
        ADDRESS_UNKNOWN,
        /** Another suppression keeps all mail from it, so the provider was not asked. */
        STILL_SUPPRESSED
    }

    /** @param lists of the provider that it stood on. @param detail what to do, for a person; null where nothing is */
    record Answer(
            Result provider, List<String> lists, @Nullable String detail) {}

    private record Claimed(
            byte[] addressHash,
            boolean complaints,
            int attempts,
            @Nullable String email) {}

    private static final Logger LOG = Logger.getLogger(ProviderLifts.class);

    /** The waits double from a minute: the last try is after 68 hours. */
    private static final int MOST_ATTEMPTS = 13;

    private final SendGridLists provider;
    private final SuppressionList list;
    private final Suppressions suppressions;
    private final AddressHashes hashes;
    private final EntityManager em;
    private final Clock clock;

    ProviderLifts(
            SendGridLists provider,
            SuppressionList list,
            Suppressions suppressions,
            AddressHashes hashes,
            EntityManager em,
            Clock clock) {
        this.provider = provider;
        this.list = list;
        this.suppressions = suppressions;
        this.hashes = hashes;
        this.em = em;
        this.clock = clock;
    }

    /**
     * An editor lifts a suppression. Not within a transaction.
     *
     * @param why as the audit trail keeps it
     * @return empty where no provider with lists of its own is used
     * @throws dev.broadsheet.platform.Problem as {@link SuppressionList#lift}
     */
    Optional<Answer> lift(SuppressionList.Row row, Map<String, ?> why) {
        row.requireLiftable();
        if (!provider.areUsed()) {
            list.lift(row, why);
            return Optional.empty();
        }
        String email = row.email();
        Answer answer = email == null
                ? new Answer(
                        Result.ADDRESS_UNKNOWN,
                        List.of(),
                        "It is lifted here. Nobody here has the address, of which a suppression holds a hash alone: should"
                                + " it stand on one of SendGrid's lists, take it off there, under Suppressions.")
                : askProvider(row, email);
        Map<String, Object> said = said(answer);
        said.putAll(why);
        QuarkusTransaction.requiringNew().run(() -> {
            list.lift(row, said);
            if (answer.provider == Result.FAILED && email != null) {
                later(hashes.of(email), true, Duration.ofMinutes(1));
            }
        });
        return Optional.of(answer);
    }

    private Answer askProvider(SuppressionList.Row row, String email) {
        if (row.newsletter() != null && suppressions.isSuppressedEverywhere(hashes.of(email))) {
            return new Answer(
                    Result.STILL_SUPPRESSED,
                    List.of(),
                    "It is lifted for this newsletter. Another suppression, for all newsletters, still keeps all mail"
                            + " from the address: SendGrid's lists are left as they are until that is lifted.");
        }
        Lifted lifted = provider.lift(email, names(true));
        List<String> from = lifted.from().stream().map(Name::toString).sorted().toList();
        if (lifted.trouble() == null) {
            return new Answer(from.isEmpty() ? Result.NOT_THERE : Result.LIFTED, from, null);
        }
        return new Answer(
                Result.FAILED,
                from,
                lifted.trouble()
                        + " It is lifted here; SendGrid may go on dropping mails to it. That is tried again for"
                        + " three days. To have it at once, take it off SendGrid's lists there, under Suppressions.");
    }

    private static Map<String, Object> said(Answer answer) {
        Map<String, Object> said = new HashMap<>(Map.of("provider", answer.provider.name(), "lists", answer.lists));
        if (answer.detail != null) {
            said.put("detail", answer.detail);
        }
        return said;
    }

    /** A confirmation says that the mailbox lives, and nothing of a complaint. */
    @Transactional(Transactional.TxType.MANDATORY)
    void revived(@Observes Revived revived) {
        if (provider.areUsed()) {
            later(revived.addressHash(), false, Duration.ZERO);
        }
    }

    private void later(byte[] addressHash, boolean complaints, Duration wait) {
        em.createNativeQuery("""
                        insert into provider_lift as l (address_hash, complaints, due_at)
                        values (:hash, :complaints, :due)
                        on conflict (address_hash) do update
                        set complaints = l.complaints or excluded.complaints, attempts = 0, due_at = excluded.due_at
                        """)
                .setParameter("hash", addressHash)
                .setParameter("complaints", complaints)
                .setParameter("due", clock.instant().plus(wait))
                .executeUpdate();
    }

    /** Works on what is due, until there is no more or the provider does not do it. Not within a transaction. */
    @Scheduled(identity = "provider-lifts", every = "10s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void work() {
        if (!provider.areUsed()) {
            return;
        }
        Claimed claimed = claim();
        while (claimed != null && isDone(claimed)) {
            forget(claimed);
            claimed = claim();
        }
    }

    private boolean isDone(Claimed claimed) {
        String email = claimed.email;
        if (email == null || suppressions.isSuppressedEverywhere(claimed.addressHash)) {
            return true; // erased, or dead again
        }
        String trouble = provider.lift(email, names(claimed.complaints)).trouble();
        if (trouble == null) {
            return true;
        }
        if (claimed.attempts >= MOST_ATTEMPTS) {
            LOG.errorf(
                    "An address that is lifted here stays on SendGrid's lists, after three days of trying: %s",
                    trouble);
            return true;
        }
        LOG.warnf("An address that is lifted here stays on SendGrid's lists for now: %s", trouble);
        return false;
    }

    /** The one that has waited longest; whoever has it has until its next turn, at least a minute. */
    private @Nullable Claimed claim() {
        Instant now = clock.instant();
        return QuarkusTransaction.requiringNew().call(() -> {
            List<Object[]> rows = em.createNativeQuery("""
                            with due as (
                              select address_hash from provider_lift where due_at <= :now
                              order by due_at limit 1 for update skip locked)
                            update provider_lift l
                            set attempts = l.attempts + 1,
                                due_at = cast(:now as timestamptz) + interval '1 minute' * (1 << l.attempts)
                            from due left join known_address k on k.address_hash = due.address_hash
                            where l.address_hash = due.address_hash
                            returning l.address_hash, l.complaints, l.attempts, k.email
                            """, Object[].class)
                    .setParameter("now", now)
                    .getResultList();
            return rows.stream()
                    .map(row -> new Claimed((byte[]) row[0], (boolean) row[1], (int) row[2], (String) row[3]))
                    .findFirst()
                    .orElse(null);
        });
    }

    /** Unless it was lifted anew meanwhile. */
    private void forget(Claimed claimed) {
        QuarkusTransaction.requiringNew().run(() -> em.createNativeQuery(
                        "delete from provider_lift where address_hash = :hash and attempts = :attempts")
                .setParameter("hash", claimed.addressHash)
                .setParameter("attempts", claimed.attempts)
                .executeUpdate());
    }

    private static Set<Name> names(boolean complaints) {
        return complaints ? EnumSet.allOf(Name.class) : EnumSet.complementOf(EnumSet.of(Name.SPAM_REPORTS));
    }
}
