package dev.broadsheet.accounts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The trail of every change by an editor: who, what, when and from where; and of what the house does to readers because of
 * what others say of them. It is written in the transaction of the change, so that there is neither without the other.
 * What readers do leaves nothing here: services call this without asking who calls them.
 */
@ApplicationScoped
public class Audit {

    private static final Pattern SUBJECT = Pattern.compile("[a-z-]+/.+");

    private final EntityManager em;
    private final AddressHashes hashes;
    private final Caller caller;
    private final ObjectMapper json;
    private final Clock clock;

    Audit(EntityManager em, AddressHashes hashes, Caller caller, ObjectMapper json, Clock clock) {
        this.em = em;
        this.hashes = hashes;
        this.caller = caller;
        this.json = json;
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

    /**
     * A change by the house.
     *
     * @param newsletter its slug; null where the change is about all
     * @param details as of {@link #record}
     */
    public record OwnChange(String action, @Nullable String newsletter, String subject, Map<String, ?> details) {}

    /** Records changes by the house, all in one statement. @param who of it, such as {@code feedback}: no token's name */
    @Transactional(Transactional.TxType.MANDATORY)
    public void recordOwn(String who, List<OwnChange> changes) {
        if (changes.isEmpty()) {
            return;
        }
        em.createNativeQuery("""
                        insert into audit_entry (at, who, action, newsletter, subject, details)
                        select :now, :who, c.action, nullif(c.newsletter, ''), c.subject, cast(c.details as jsonb)
                        from unnest(:actions, :newsletters, :subjects, :details)
                          as c (action, newsletter, subject, details)
                        """)
                .setParameter("now", clock.instant())
                .setParameter("who", who)
                .setParameter("actions", texts(changes, OwnChange::action))
                .setParameter(
                        "newsletters", texts(changes, change -> change.newsletter == null ? "" : change.newsletter))
                .setParameter("subjects", texts(changes, OwnChange::subject))
                .setParameter("details", texts(changes, this::details))
                .executeUpdate();
    }

    private static String[] texts(List<OwnChange> changes, Function<OwnChange, String> text) {
        return changes.stream().map(text).toArray(String[]::new);
    }

    private String details(OwnChange change) {
        try {
            return json.writeValueAsString(change.details);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
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
