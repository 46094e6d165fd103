package dev.broadsheet.subscribers;

import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.Languages;
import dev.broadsheet.platform.Sha256;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Tuple;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The proof of consent: what each person did, and the sentence that was before their eyes. */
@ApplicationScoped
class Consents {

    /**
     * One record, as an editor may see it.
     *
     * @param editor the name of the API token, where an editor acted
     * @param text what was agreed to; null where nothing was shown
     * @param version of that text: the beginning of its hash, so that the same words have the same version everywhere
     */
    record Entry(
            ConsentRecord.Action action,
            Via via,
            Instant at,
            @Nullable String ip,
            @Nullable String userAgent,
            @Nullable String editor,
            @Nullable String text,
            @Nullable String version) {}

    private static final int VERSION_DIGITS = 12;

    private final EntityManager em;
    private final Clock clock;

    Consents(EntityManager em, Clock clock) {
        this.em = em;
        this.clock = clock;
    }

    @Transactional(Transactional.TxType.MANDATORY)
    void record(Subscription subscription, ConsentRecord.Action action, Via via, Client client) {
        byte[] text = action == ConsentRecord.Action.CONFIRMED ? text(subscription.newsletter) : null;
        new ConsentRecord(subscription.id, action, via, client, text, clock.instant()).persist();
    }

    /** Says to what counts, see V20, why somebody comes or goes in this transaction, where their row alone does not. */
    @Transactional(Transactional.TxType.MANDATORY)
    void because(String reason) {
        em.createNativeQuery("select set_config('broadsheet.because', :reason, true)")
                .setParameter("reason", reason)
                .getSingleResult();
    }

    /** Keeps the sentence that the newsletter's form shows, each version once. @return its hash */
    @Transactional(Transactional.TxType.MANDATORY)
    byte[] text(Newsletter newsletter) {
        String language = Languages.written(newsletter.language);
        String text = ReaderMails.texts(language).consent(newsletter.title);
        byte[] hash = Sha256.of(language + "\n" + text);
        em.createNativeQuery("""
                        insert into consent_text (hash, language, text, first_used_at)
                        values (:hash, :language, :text, :now) on conflict (hash) do nothing
                        """)
                .setParameter("hash", hash)
                .setParameter("language", language)
                .setParameter("text", text)
                .setParameter("now", clock.instant())
                .executeUpdate();
        return hash;
    }

    /** In order. */
    @Transactional
    List<Entry> of(long subscriptionId) {
        List<Tuple> rows = em.createNativeQuery("""
                        select r.action, r.via, r.at, host(r.ip) as ip, r.user_agent, r.editor, t.text, encode(t.hash, 'hex') as hash
                        from consent_record r left join consent_text t on t.hash = r.text_hash
                        where r.subscription_id = :id order by r.id
                        """, Tuple.class)
                .setParameter("id", subscriptionId)
                .getResultList();
        return rows.stream().map(Consents::entry).toList();
    }

    private static Entry entry(Tuple row) {
        String hash = row.get("hash", String.class);
        return new Entry(
                ConsentRecord.Action.valueOf(row.get("action", String.class)),
                Via.valueOf(row.get("via", String.class)),
                row.get("at", Instant.class),
                row.get("ip", String.class),
                row.get("user_agent", String.class),
                row.get("editor", String.class),
                row.get("text", String.class),
                hash == null ? null : hash.substring(0, VERSION_DIGITS));
    }
}
