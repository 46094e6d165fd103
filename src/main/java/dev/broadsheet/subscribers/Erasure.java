package dev.broadsheet.subscribers;

import dev.broadsheet.accounts.Audit;
import dev.broadsheet.mail.SingleMails;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.platform.LinkTokens.Purpose;
import dev.broadsheet.platform.Problem;
import dev.broadsheet.suppression.Suppressions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Erases persons (GDPR, article 17): from every table, in one transaction. What stays is a keyed hash, which keeps
 * imports and editors from waking them and stands in the proofs of their consent; the ledger's rows, which lead to
 * nobody; and counts. Packages above observe {@link Erased}, those below are called.
 */
@ApplicationScoped
public class Erasure {

    private final EntityManager em;
    private final Suppressions suppressions;
    private final SingleMails mails;
    private final ReaderLinks links;
    private final MailCeiling ceiling;
    private final Event<Erased> erased;
    private final Audit audit;

    Erasure(
            EntityManager em,
            Suppressions suppressions,
            SingleMails mails,
            ReaderLinks links,
            MailCeiling ceiling,
            Event<Erased> erased,
            Audit audit) {
        this.em = em;
        this.suppressions = suppressions;
        this.mails = mails;
        this.links = links;
        this.ceiling = ceiling;
        this.erased = erased;
        this.audit = audit;
    }

    /** A person, from all newsletters, at their own wish. @throws Problem 410 where the link is used up */
    @Transactional
    public void erasePerson(long linkId) {
        erase(links.use(Purpose.ERASE, linkId).subscriber, null);
    }

    /**
     * By an editor.
     *
     * @param everywhere the person, from all newsletters; else what this newsletter knows of them
     * @throws Problem 404 where this newsletter has no such subscription
     */
    @Transactional
    void eraseByEditor(Newsletter newsletter, long subscriptionId, boolean everywhere) {
        Subscription subscription = Subscription.<Subscription>findByIdOptional(subscriptionId)
                .filter(s -> s.newsletter.id.equals(newsletter.id))
                .orElseThrow(() -> Problem.notFound("subscriber"));
        erase(subscription.subscriber, everywhere ? null : newsletter.id);
        audit.record(
                "subscriber.erase",
                newsletter.slug,
                "subscription/" + subscriptionId,
                Map.of("everywhere", everywhere));
    }

    /** @param newsletterId null for all */
    private void erase(Subscriber person, @Nullable Long newsletterId) {
        em.lock(person, LockModeType.PESSIMISTIC_WRITE);
        List<Long> ids = em.createQuery(
                        "select s.id from Subscription s where s.subscriber = :person"
                                + " and (:newsletter is null or s.newsletter.id = :newsletter) order by s.id",
                        Long.class)
                .setParameter("person", person)
                .setParameter("newsletter", newsletterId)
                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                .getResultList();
        suppressions.suppress(person.emailHash, newsletterId, Suppressions.Reason.ERASED);
        erased.fire(new Erased(ids));
        keepProof(person, ids);
        links.newAddresses(ids).forEach(mails::erase);
        EmailAddress address = new EmailAddress(person.email, person.emailKey);
        eraseUnread(address, newsletterId);
        em.createNativeQuery("delete from subscription where id in (:ids)")
                .setParameter("ids", ids)
                .executeUpdate();
        int gone = em.createNativeQuery("""
                        delete from subscriber p where p.id = :id
                        and not exists (select 1 from subscription s where s.subscriber_id = p.id)
                        """).setParameter("id", person.id).executeUpdate();
        if (gone > 0) {
            mails.erase(address);
            ceiling.erase(person.email);
        }
    }

    /** Consent stays provable to whoever knows the address, and names nobody. */
    private void keepProof(Subscriber person, List<Long> ids) {
        em.createNativeQuery("select set_config('broadsheet.erasing', 'on', true)")
                .getSingleResult();
        em.createNativeQuery("""
                        update consent_record c
                        set address_hash = :hash, newsletter_id = s.newsletter_id, subscription_id = null,
                            ip = null, user_agent = null
                        from subscription s
                        where s.id = c.subscription_id and s.id in (:ids)
                        """)
                .setParameter("hash", person.emailHash)
                .setParameter("ids", ids)
                .executeUpdate();
        em.createNativeQuery("select set_config('broadsheet.erasing', '', true)")
                .getSingleResult();
    }

    /**
     * Sign-ups that wait to be worked off, and refused lines of imports. A refused line may hold the address in any
     * spelling, or half of it: so each that holds the local part as a word is blanked, rather one too many. Its number
     * in the file and the reason stay.
     */
    private void eraseUnread(EmailAddress address, @Nullable Long newsletterId) {
        String ofNewsletter = newsletterId == null ? "" : " and newsletter_id = " + newsletterId;
        List<Object[]> waiting = em.createNativeQuery(
                        "select id, email from sign_up where lower(email) like :start" + ofNewsletter, Object[].class)
                .setParameter("start", localPart(address.key()).replaceAll("([\\\\%_])", "\\\\$1") + "@%")
                .getResultList();
        for (Object[] row : waiting) {
            if (EmailAddress.parse((String) row[1])
                    .filter(other -> other.key().equals(address.key()))
                    .isPresent()) {
                em.createNativeQuery("delete from sign_up where id = :id")
                        .setParameter("id", row[0])
                        .executeUpdate();
            }
        }
        em.createNativeQuery("update import_refusal set content = '' where content ~* :word and import_id in"
                        + " (select id from import where true" + ofNewsletter + ")")
                .setParameter("word", asWord(localPart(address.key())))
                .executeUpdate();
    }

    private static String localPart(String key) {
        return key.substring(0, key.lastIndexOf('@')).toLowerCase(Locale.ROOT);
    }

    /** As PostgreSQL's regular expressions write it. */
    private static String asWord(String text) {
        StringBuilder literal = new StringBuilder();
        text.codePoints().forEach(c -> literal.append(Character.isLetterOrDigit(c) ? "" : "\\")
                .appendCodePoint(c));
        return "(^|[^[:alnum:]])" + literal + "($|[^[:alnum:]])";
    }
}
