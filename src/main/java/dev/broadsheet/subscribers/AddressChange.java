package dev.broadsheet.subscribers;

import dev.broadsheet.mail.SingleMails;
import dev.broadsheet.platform.AddressHashes;
import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.platform.LinkTokens.Purpose;
import dev.broadsheet.platform.Problem;
import dev.broadsheet.suppression.Suppressions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;

/**
 * A person's subscriptions move to another address, all of them, once both addresses have answered: the old one by the
 * link on whose page the new one is typed, the new one by a link of its own. Links in old mails go on working.
 */
@ApplicationScoped
public class AddressChange {

    private final EntityManager em;
    private final ReaderLinks links;
    private final Suppressions suppressions;
    private final Consents consents;
    private final SingleMails mails;
    private final AddressHashes hashes;
    private final Clock clock;

    AddressChange(
            EntityManager em,
            ReaderLinks links,
            Suppressions suppressions,
            Consents consents,
            SingleMails mails,
            AddressHashes hashes,
            Clock clock) {
        this.em = em;
        this.links = links;
        this.suppressions = suppressions;
        this.consents = consents;
        this.mails = mails;
        this.hashes = hashes;
        this.clock = clock;
    }

    /**
     * Asks the new address. Whether it is known here, or wants no mail of ours, makes no difference to be seen.
     *
     * @param linkId of the link that the old address got
     * @throws Problem 410 where it is used up
     */
    @Transactional
    public void ask(long linkId, EmailAddress address) {
        Subscription subscription = links.use(Purpose.CHANGE_ADDRESS, linkId);
        if (!suppressions.stopsConfirmation(address, subscription.newsletter.id)) {
            links.sendToNewAddress(subscription, address);
        }
    }

    /**
     * Moves the subscriptions.
     *
     * @param linkId of the link that the new address got
     * @throws Problem 409 {@code address-taken} where the new address is another subscriber's: whoever reads this has both
     *     inboxes, and can leave with one of them; 410 where the link is used up
     */
    @Transactional
    public Subscriptions.Found change(long linkId, Client client) {
        EmailAddress address = links.newAddress(linkId);
        Subscription subscription = links.use(Purpose.NEW_ADDRESS, linkId);
        Subscriber person = subscription.subscriber;
        byte[] oldHash = person.emailHash;
        byte[] newHash = hashes.hash(address.key());
        em.createNativeQuery("select pg_advisory_xact_lock(hashtextextended(:key, 0))")
                .setParameter("key", address.key())
                .getSingleResult();
        boolean taken = Subscriber.count("emailKey = ?1 and id <> ?2", address.key(), person.id) > 0;
        if (taken) {
            throw new Problem(409, "address-taken", "This address has a subscription of its own here already.");
        }
        consents.because(Growth.Gain.ADDRESS_CHANGED.name());
        person.move(address, newHash);
        em.flush();
        mails.rename(oldHash, newHash);
        List<Subscription> all = Subscription.list("subscriber", person);
        for (Subscription one : all) {
            suppressions.liftByConfirmation(newHash, one.newsletter.id);
            consents.record(one, ConsentRecord.Action.ADDRESS_CHANGED, Via.LINK, client);
        }
        return Subscriptions.found(subscription, clock.instant());
    }
}
