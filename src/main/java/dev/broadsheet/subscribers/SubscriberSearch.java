package dev.broadsheet.subscribers;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds a newsletter's subscribers, a page at a time, in the order of their subscriptions.
 *
 * <p>A look at the next {@value #WINDOW} rows comes first: it fills the page wherever more than one in a hundred
 * matches. Where it does not, few match, and they are found by the indexes of what is asked for. So neither the common
 * nor the rare costs a walk through the whole list, and no plan hangs on PostgreSQL's guess of how many match.
 */
@ApplicationScoped
class SubscriberSearch {

    /**
     * What is asked for; null where it does not matter.
     *
     * @param text a part of the address or name, in any case; its {@code %} and {@code _} are plain characters
     * @param section that the reader chose by name; who takes all sections has chosen none
     * @param after the earliest time of subscribing
     * @param before later than the latest time of subscribing
     */
    record Wanted(
            @Nullable String text,
            Subscription.@Nullable State state,
            @Nullable String section,
            @Nullable Instant after,
            @Nullable Instant before) {}

    /** @param next the cursor of what may be behind these; null at the end */
    record Found(List<Subscription> subscriptions, @Nullable Long next) {}

    static final int WINDOW = 10_000;

    /** What the trigrams of an index can be made of. */
    private static final Pattern THREE_IN_A_ROW = Pattern.compile("[\\p{L}\\p{Nd}]{3}");

    private static final String LIKE = "subscriber_text(p.email, p.email_key, p.name) like :text escape '\\'";

    private final EntityManager em;

    SubscriberSearch(EntityManager em) {
        this.em = em;
    }

    /** At most so many behind a subscription id. Fewer do not mean the end: only a {@code next} of null does. */
    @Transactional
    Found find(long newsletterId, Wanted wanted, long after, int limit) {
        Filter filter = new Filter(newsletterId, wanted);
        List<Long> ids = new ArrayList<>();
        Object[] window = filter.window(after, limit + 1);
        ids.addAll(List.of((Long[]) window[0]));
        boolean atEnd = ((Number) window[1]).longValue() < WINDOW;
        long seen = window[2] == null ? after : ((Number) window[2]).longValue();
        if (ids.size() <= limit && !atEnd) {
            if (!filter.hasIndex()) {
                return new Found(load(ids), seen);
            }
            ids.addAll(filter.rest(seen, limit + 1 - ids.size()));
        }
        boolean more = ids.size() > limit;
        List<Long> shown = more ? ids.subList(0, limit) : ids;
        return new Found(load(shown), more ? shown.get(limit - 1) : null);
    }

    private static List<Subscription> load(List<Long> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        List<Subscription> found = new ArrayList<>(
                Subscription.<Subscription>list("from Subscription s join fetch s.subscriber where s.id in ?1", ids));
        found.sort(Comparator.comparing(s -> s.id));
        return found;
    }

    private class Filter {
        private final Wanted wanted;
        private final Map<String, Object> values = new LinkedHashMap<>();
        private final StringBuilder ofSubscription = new StringBuilder();

        Filter(long newsletterId, Wanted wanted) {
            this.wanted = wanted;
            values.put("newsletter", newsletterId);
            if (wanted.state != null) {
                values.put("state", wanted.state.name());
            }
            if (wanted.text != null) {
                values.put("text", "%" + wanted.text.toLowerCase(Locale.ROOT).replaceAll("([\\\\%_])", "\\\\$1") + "%");
            }
            and("section", wanted.section, "s.sections <> '{}' and s.sections @> array[cast(:section as text)]");
            and("since", wanted.after, "s.subscribed_at >= :since");
            and("until", wanted.before, "s.subscribed_at < :until");
        }

        private void and(String name, @Nullable Object value, String condition) {
            if (value != null) {
                values.put(name, value);
                ofSubscription.append(" and ").append(condition);
            }
        }

        /** Of the next rows in order: ids of those that match, how many were looked at, and the last of them. */
        Object[] window(long after, int most) {
            // offset 0 keeps it a look-up for each row, and so in their order, whatever the planner thinks of it
            String sql = "with page as materialized (select s.id, s.subscriber_id, s.sections, s.subscribed_at"
                    + " from subscription s where s.newsletter_id = :newsletter and s.id > :after" + state()
                    + " order by s.id limit " + WINDOW + ")"
                    + " select array(select s.id from page s"
                    + (wanted.text == null
                            ? ""
                            : " cross join lateral (select from subscriber p where p.id = s.subscriber_id and " + LIKE
                                    + " offset 0) p")
                    + " where true" + ofSubscription + " limit " + most + "),"
                    + " (select count(*) from page), (select max(id) from page)";
            return (Object[]) query(sql, after).getSingleResult();
        }

        /** What the indexes find behind it, where few match. */
        List<Long> rest(long after, int most) {
            String sql = "with matching as materialized (select s.id from subscription s"
                    + (wanted.text == null ? "" : " join subscriber p on p.id = s.subscriber_id and " + LIKE)
                    + " where s.newsletter_id = :newsletter and s.id > :after" + state() + ofSubscription
                    + ") select id from matching order by id limit " + most;
            List<?> ids = query(sql, after).getResultList();
            return ids.stream().map(id -> ((Number) id).longValue()).toList();
        }

        private String state() {
            return wanted.state == null ? "" : " and s.state = :state";
        }

        private Query query(String sql, long after) {
            Query query = em.createNativeQuery(sql);
            values.forEach(query::setParameter);
            return query.setParameter("after", after);
        }

        boolean hasIndex() {
            return wanted.text == null
                    || (THREE_IN_A_ROW.matcher(wanted.text).find()
                            && !em.createNativeQuery("select 1 from pg_class where relname = 'subscriber_search'"
                                            + " and relnamespace = current_schema()::regnamespace")
                                    .getResultList()
                                    .isEmpty());
        }
    }
}
