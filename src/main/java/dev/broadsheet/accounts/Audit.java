package dev.broadsheet.accounts;

import dev.broadsheet.platform.AddressHashes;
import dev.broadsheet.platform.EmailAddress;
import io.quarkus.arc.Arc;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The trail of every change by an editor: who, what, when and from where. It is written in the transaction of the change,
 * so that there is neither without the other. What readers do, and the house by itself, leaves nothing here: services
 * call this without asking who calls them.
 */
@ApplicationScoped
public class Audit {

    private static final Pattern SUBJECT = Pattern.compile("[a-z-]+/.+");

    private final EntityManager em;
    private final AddressHashes hashes;
    private final Caller caller;
    private final Clock clock;

    Audit(EntityManager em, AddressHashes hashes, Caller caller, Clock clock) {
        this.em = em;
        this.hashes = hashes;
        this.caller = caller;
        this.clock = clock;
    }

    /**
     * Records a change, where an editor makes it.
     *
     * @param action a stable name of two words, such as {@code issue.publish}
     * @param newsletter its slug; null where the change is about none or all
     * @param subject kind and id of what was changed, such as {@code subscription/12}
     * @param details the fields that say what has changed, such as {@code {"revision": 3}}; never an address, a secret or
     *     an editor's free text, since nothing here can be erased
     */
    @Transactional(Transactional.TxType.MANDATORY)
    public void record(String action, @Nullable String newsletter, String subject, Map<String, ?> details) {
        if (!SUBJECT.matcher(subject).matches()) {
            throw new IllegalArgumentException("A subject is a kind and an id: " + subject);
        }
        if (byEditor()) {
            AuditEntry entry = new AuditEntry(clock.instant(), caller, action, newsletter, subject);
            entry.details = Map.copyOf(details);
            entry.persist();
        }
    }

    /** The subject of a change to a person who may have no id yet: tells two of them apart, and nobody who they are. */
    public String subject(EmailAddress address) {
        return "address/" + HexFormat.of().formatHex(hashes.hash(address.key()));
    }

    /** The newest first. @param newsletter null for all. @param before only ids below, 0 for all */
    @Transactional
    List<AuditEntry> list(@Nullable String newsletter, long before, int limit) {
        String where = "from AuditEntry where id < :before";
        if (newsletter != null) {
            where += " and newsletter = :newsletter";
        } else if (caller.newsletters().isPresent()) {
            where += " and newsletter in :own";
        }
        var query = em.createQuery(where + " order by id desc", AuditEntry.class)
                .setParameter("before", before == 0 ? Long.MAX_VALUE : before)
                .setMaxResults(limit);
        if (newsletter != null) {
            query.setParameter("newsletter", newsletter);
        } else {
            caller.newsletters().ifPresent(own -> query.setParameter("own", own));
        }
        return query.getResultList();
    }

    private boolean byEditor() {
        return Arc.container().requestContext().isActive() && caller.isEditor();
    }
}
