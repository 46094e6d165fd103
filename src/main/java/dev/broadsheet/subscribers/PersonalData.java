package dev.broadsheet.subscribers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.broadsheet.accounts.Audit;
import dev.broadsheet.mail.Outbox;
import dev.broadsheet.mail.SingleMails;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.LinkTokens.Purpose;
import dev.broadsheet.platform.Problem;
import dev.broadsheet.suppression.Suppressions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is held about a person (GDPR, articles 15 and 20), as JSON. Rows of their own are given as they stand
 * in the database, column by column, so that a column that comes later is in it by itself; only ids that mean nothing
 * outside fall away.
 */
@ApplicationScoped
public class PersonalData {

    /** Columns that lead from table to table, and hashes. */
    private static final String INNER = "'{id, newsletter_id, subscriber_id, subscription_id, email_key, email_hash,"
            + " address_hash, text_hash, new_email, import_id, due_at, attempts}'::text[]";

    private final EntityManager em;
    private final ReaderLinks links;
    private final MailCeiling ceiling;
    private final Suppressions suppressions;
    private final SingleMails mails;
    private final Outbox outbox;
    private final ObjectMapper json;
    private final Audit audit;
    private final Clock clock;

    PersonalData(
            EntityManager em,
            ReaderLinks links,
            MailCeiling ceiling,
            Suppressions suppressions,
            SingleMails mails,
            Outbox outbox,
            ObjectMapper json,
            Audit audit,
            Clock clock) {
        this.em = em;
        this.links = links;
        this.ceiling = ceiling;
        this.suppressions = suppressions;
        this.mails = mails;
        this.outbox = outbox;
        this.json = json;
        this.audit = audit;
        this.clock = clock;
    }

    /** For the person, over all newsletters. @throws Problem 410 where the link is used up */
    @Transactional
    public JsonNode export(long linkId) {
        return export(links.use(Purpose.EXPORT, linkId).subscriber, null);
    }

    /**
     * For an editor who was asked for it.
     *
     * @param everywhere over all newsletters; else what this one holds
     * @throws Problem 404 where this newsletter has no such subscription
     */
    @Transactional
    JsonNode exportForEditor(Newsletter newsletter, long subscriptionId, boolean everywhere) {
        Subscription subscription = Subscription.<Subscription>findByIdOptional(subscriptionId)
                .filter(s -> s.newsletter.id.equals(newsletter.id))
                .orElseThrow(() -> Problem.notFound("subscriber"));
        audit.record(
                "subscriber.export",
                newsletter.slug,
                "subscription/" + subscriptionId,
                Map.of("everywhere", everywhere));
        return export(subscription.subscriber, everywhere ? null : newsletter.id);
    }

    private JsonNode export(Subscriber person, @Nullable Long newsletterId) {
        Map<String, Object> who = Map.of("person", person.id, "newsletter", newsletterId == null ? 0L : newsletterId);
        ObjectNode data = json.createObjectNode();
        data.put("exportedAt", clock.instant().toString());
        data.set(
                "person",
                rows("select p.* from subscriber p where p.id = :person and :newsletter >= 0", who)
                        .path(0));
        ArrayNode subscriptions = data.putArray("subscriptions");
        List<Object[]> all = em.createNativeQuery("""
                        select s.id, n.slug, n.title from subscription s join newsletter n on n.id = s.newsletter_id
                        where s.subscriber_id = :person and :newsletter in (0, s.newsletter_id) order by s.id
                        """, Object[].class)
                .setParameter("person", person.id)
                .setParameter("newsletter", who.get("newsletter"))
                .getResultList();
        for (Object[] one : all) {
            subscriptions.add(subscription((long) one[0], (String) one[1], (String) one[2]));
        }
        data.set("waitingSignUps", rows("""
                select n.slug as newsletter, u.* from sign_up u join newsletter n on n.id = u.newsletter_id
                join subscriber p on lower(u.email) in (lower(p.email), p.email_key)
                where p.id = :person and :newsletter in (0, u.newsletter_id)
                """, who));
        data.set("refusedImportLines", rows("""
                select n.slug as newsletter, r.* from import_refusal r
                join import i on i.id = r.import_id join newsletter n on n.id = i.newsletter_id
                join subscriber p on strpos(lower(r.content), lower(p.email)) > 0
                  or strpos(lower(r.content), p.email_key) > 0
                where p.id = :person and :newsletter in (0, i.newsletter_id)
                """, who));
        data.set(
                "suppressions",
                json.valueToTree(suppressions.of(person.emailHash).stream()
                        .filter(entry ->
                                newsletterId == null || all.stream().anyMatch(s -> s[1].equals(entry.newsletter())))
                        .toList()));
        if (newsletterId == null) { // mails do not say which newsletter they are of
            data.set("mails", json.valueToTree(mails.of(person.emailHash)));
            data.set(
                    "signUpMails",
                    rows(
                            "select day, mails from sign_up_mail_count where inbox_hash = decode(:inbox, 'hex')",
                            Map.of("inbox", HexFormat.of().formatHex(ceiling.inboxHash(person.email)))));
            data.set("outbox", json.valueToTree(outbox.of(person.emailHash)));
        }
        return data;
    }

    private ObjectNode subscription(long id, String newsletter, String title) {
        Map<String, Object> which = Map.of("id", id);
        ObjectNode subscription = (ObjectNode)
                rows("select s.* from subscription s where s.id = :id", which).path(0);
        subscription.put("newsletter", newsletter);
        subscription.put("newsletterTitle", title);
        subscription.set("consent", rows("""
                        select c.*, t.text as agreed_to, t.language as agreed_to_in
                        from consent_record c left join consent_text t on t.hash = c.text_hash
                        where c.subscription_id = :id order by c.id
                        """, which));
        subscription.set(
                "reasonForLeaving",
                rows("select r.* from leave_reason r where r.subscription_id = :id", which)
                        .path(0));
        subscription.set(
                "issues",
                rows(
                        "select d.* from sent_to_subscription d where d.subscription_id = :id order by updated_at",
                        which));
        subscription.set(
                "linksSent",
                rows(
                        "select l.*, l.new_email as to_new_address from reader_link l where l.subscription_id = :id"
                                + " order by l.id",
                        which));
        return subscription;
    }

    /** The rows of a query as JSON objects, with names as the API writes them. */
    private JsonNode rows(String sql, Map<String, Object> values) {
        var query = em.createNativeQuery(
                "select cast(coalesce(jsonb_agg(to_jsonb(t) - " + INNER + "), '[]') as text) from (" + sql + ") t",
                String.class);
        values.forEach(query::setParameter);
        try {
            return camelCase(json.readTree((String) query.getSingleResult()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode camelCase(JsonNode node) {
        if (node.isArray()) {
            ArrayNode array = json.createArrayNode();
            node.forEach(element -> array.add(camelCase(element)));
            return array;
        }
        if (!node.isObject()) {
            return node;
        }
        ObjectNode object = json.createObjectNode();
        node.properties().forEach(field -> object.set(camelCase(field.getKey()), camelCase(field.getValue())));
        return object;
    }

    private static String camelCase(String column) {
        StringBuilder name = new StringBuilder();
        boolean upper = false;
        for (char c : column.toCharArray()) {
            if (c == '_') {
                upper = true;
            } else {
                name.append(upper ? Character.toUpperCase(c) : c);
                upper = false;
            }
        }
        return name.toString();
    }
}
