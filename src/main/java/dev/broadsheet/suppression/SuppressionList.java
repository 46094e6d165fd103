package dev.broadsheet.suppression;

import dev.broadsheet.accounts.Audit;
import dev.broadsheet.accounts.Caller;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.AddressHashes;
import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.platform.Problem;
import dev.broadsheet.suppression.Suppressions.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Suppressions as editors see, make and lift them. */
@ApplicationScoped
public class SuppressionList {

    /**
     * A suppression.
     *
     * @param email where somebody with this address is here: the suppression itself does not hold it
     * @param newsletter its slug; null for all
     */
    public record Row(
            long id, @Nullable String email, @Nullable String newsletter, Reason reason, Instant createdAt) {

        /** A token that is for some newsletters knows theirs alone. */
        public boolean isOpenTo(Caller caller) {
            return newsletter == null ? caller.newsletters().isEmpty() : caller.mayUse(newsletter);
        }

        /** @throws Problem 409 {@code erased} where the person was erased: they alone can come back */
        public void requireLiftable() {
            if (reason == Reason.ERASED) {
                throw new Problem(
                        409,
                        "erased",
                        "This person was erased. Only they themselves can come back, by a confirmation.");
            }
        }
    }

    private static final String ROWS = """
            select s.id, p.email, n.slug, s.reason, s.created_at
            from suppression s
            left join newsletter n on n.id = s.newsletter_id
            left join known_address p on p.address_hash = s.address_hash
            """;

    private final EntityManager em;
    private final Suppressions suppressions;
    private final AddressHashes hashes;
    private final Audit audit;

    SuppressionList(EntityManager em, Suppressions suppressions, AddressHashes hashes, Audit audit) {
        this.em = em;
        this.suppressions = suppressions;
        this.hashes = hashes;
        this.audit = audit;
    }

    /**
     * In the order they were made, after one and at most so many.
     *
     * @param address only of this one; null for all
     * @param newsletter only of this one, those for all newsletters aside; null for all
     * @param own slugs: only of these; null for all
     */
    @Transactional
    List<Row> list(
            @Nullable EmailAddress address,
            @Nullable Newsletter newsletter,
            @Nullable Set<String> own,
            long after,
            int limit) {
        String where = "where s.id > :after";
        where += address == null ? "" : " and s.address_hash = :hash";
        where += newsletter == null ? "" : " and s.newsletter_id = :newsletter";
        where += own == null ? "" : " and n.slug in (:own)";
        var query = em.createNativeQuery(ROWS + where + " order by s.id", Object[].class)
                .setParameter("after", after)
                .setMaxResults(limit);
        if (address != null) {
            query.setParameter("hash", hashes.hash(address.key()));
        }
        if (newsletter != null) {
            query.setParameter("newsletter", newsletter.id);
        }
        if (own != null) {
            query.setParameter("own", own);
        }
        List<Object[]> rows = query.getResultList();
        return rows(rows);
    }

    /** @param newsletter null for all. @return as it stands now: what said more before has stayed */
    @Transactional
    Row add(EmailAddress address, @Nullable Newsletter newsletter, Reason reason) {
        Long newsletterId = newsletter == null ? null : newsletter.id;
        suppressions.suppress(address, newsletterId, reason);
        var query = em.createNativeQuery(
                        ROWS + "where s.address_hash = :hash and s.reason <> 'ERASED'"
                                + " and s.newsletter_id is not distinct from cast(:newsletter as bigint)",
                        Object[].class)
                .setParameter("hash", hashes.hash(address.key()))
                .setParameter("newsletter", newsletterId == null ? null : newsletterId.toString());
        List<Object[]> rows = query.getResultList();
        Row row = rows(rows).get(0);
        audit.record("suppression.add", row.newsletter, "suppression/" + row.id, Map.of("reason", row.reason.name()));
        return row;
    }

    /** Empty where there is none. */
    @Transactional
    public Optional<Row> find(long id) {
        var query =
                em.createNativeQuery(ROWS + "where s.id = :id", Object[].class).setParameter("id", id);
        List<Object[]> rows = query.getResultList();
        return rows(rows).stream().findFirst();
    }

    /**
     * Lifts one, as it was seen.
     *
     * @param said what else became of it, for the audit trail
     * @throws Problem 409 {@code erased}; 409 {@code suppression-changed} where it says more, or is gone, by now
     */
    @Transactional
    public void lift(Row row, Map<String, ?> said) {
        row.requireLiftable();
        int lifted = em.createNativeQuery("delete from suppression where id = :id and reason = :reason")
                .setParameter("id", row.id)
                .setParameter("reason", row.reason.name())
                .executeUpdate();
        if (lifted == 0) {
            throw new Problem(409, "suppression-changed", "It has changed meanwhile. Look again, then decide.");
        }
        Map<String, Object> details = new HashMap<>(said);
        details.put("reason", row.reason.name());
        audit.record("suppression.lift", row.newsletter, "suppression/" + row.id, details);
    }

    private static List<Row> rows(List<Object[]> result) {
        return result.stream()
                .map(row -> new Row(
                        (long) row[0], (String) row[1], (String) row[2], Reason.valueOf((String) row[3]), (Instant)
                                row[4]))
                .toList();
    }
}
