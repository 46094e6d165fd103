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
 * <p>A look at the next {@value #SAMPLE} rows comes first. Where hardly any of them matches, few will, and they are
 * found by the indexes of what is asked for. Where some do, reading on fills the page, or most of it: a page is cut
 * short rather than that it takes long. So neither the common nor the rare costs a walk through the whole list. The index
 * of texts is asked for rare ones alone: it gives all its matches or none.
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

    static final int SAMPLE = 1_000;

    /** As many of the sample as promise that reading on is worth it. */
    private static final int SOME = 3;

    /** As far as reading on may go. */
    private static final int WINDOW = 5_000;

    /** More than so many are not sorted for one page: they are not that rare, and stand all in one place. */
    private static final int MOST_SORTED = 5_000;

    /** A text that as many of the sample have is too common for its index. */
    private static final int COMMON = 20;

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
        // a plan made for any values would take the index of one state for another a thousand times as common
        em.createNativeQuery("set local plan_cache_mode = force_custom_plan").executeUpdate();
        Filter filter = new Filter(newsletterId, wanted);
        int most = limit + 1;
        List<Long> ids = new ArrayList<>(filter.window(after, SAMPLE, most));
        Long seen = ids.size() < most ? filter.endOfWindow(after, SAMPLE) : null;
        if (seen != null && ids.size() < SOME) {
            List<Long> rest = filter.rest(after, seen);
            if (rest != null) {
                ids.addAll(rest.subList(0, Math.min(rest.size(), most - ids.size())));
                seen = null;
            }
        }
        if (seen != null) {
            ids.addAll(filter.window(seen, WINDOW, most - ids.size()));
            seen = ids.size() < most ? filter.endOfWindow(seen, WINDOW) : null;
        }
        List<Long> shown = ids.size() == most ? ids.subList(0, limit) : ids;
        return new Found(load(shown), ids.size() == most ? ids.get(limit - 1) : seen);
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

        /** Those that match of the next rows in order. */
        List<Long> window(long after, int rows, int most) {
            return ids(
                    "select s.id from (" + next(rows) + ") s" + eachText() + " where true" + ofSubscription + " limit "
                            + most,
                    after);
        }

        /** The last of the rows that {@link #window} looks at; null where nothing is behind it. */
        @Nullable
        Long endOfWindow(long after, int rows) {
            List<Long> last = ids("select s.id from (" + next(rows) + ") s offset " + (rows - 1), after);
            return last.isEmpty() ? null : last.get(0);
        }

        private String next(int rows) {
            return "select s.id, s.subscriber_id, s.sections, s.subscribed_at from subscription s"
                    + " where s.newsletter_id = :newsletter and s.id > :after" + state()
                    + " order by s.id limit " + rows;
        }

        /** All that match behind it, found by the indexes; null where they are too many. @param from of the sample */
        @Nullable
        List<Long> rest(long from, long after) {
            if (wanted.text == null || wanted.state != null || !ofSubscription.isEmpty()) {
                List<Long> others = byIndexes(after, "");
                if (others.size() < MOST_SORTED) {
                    return wanted.text == null ? others : withText(others);
                }
                if (wanted.text == null || isCommonText(from)) {
                    return null;
                }
            }
            List<Long> found =
                    hasIndex() ? byIndexes(after, " join subscriber p on p.id = s.subscriber_id and " + LIKE) : null;
            return found == null || found.size() == MOST_SORTED ? null : found;
        }

        private List<Long> byIndexes(long after, String join) {
            return ids(
                    "with matching as materialized (select s.id from subscription s" + join
                            + " where s.newsletter_id = :newsletter and s.id > :after" + state() + ofSubscription
                            + " limit " + MOST_SORTED + ") select id from matching order by id",
                    after);
        }

        private List<Long> withText(List<Long> ids) {
            values.put("ids", ids.toArray(Long[]::new));
            return ids(
                    "select s.id from subscription s" + eachText()
                            + " where s.id = any(:ids) and s.id > :after order by s.id",
                    0);
        }

        private boolean isCommonText(long from) {
            return ids("select s.id from (" + next(SAMPLE) + ") s" + eachText() + " limit " + COMMON, from)
                            .size()
                    == COMMON;
        }

        /** offset 0 keeps it a look-up for each row, in their order and no more of them than are needed. */
        private String eachText() {
            return wanted.text == null
                    ? ""
                    : " cross join lateral (select from subscriber p where p.id = s.subscriber_id and " + LIKE
                            + " offset 0) p";
        }

        private List<Long> ids(String sql, long after) {
            Query query = em.createNativeQuery(sql, Long.class).setParameter("after", after);
            values.forEach((name, value) -> {
                if (sql.contains(":" + name)) {
                    query.setParameter(name, value);
                }
            });
            List<?> found = query.getResultList();
            return found.stream().map(id -> ((Number) id).longValue()).toList();
        }

        private String state() {
            return wanted.state == null ? "" : " and s.state = :state";
        }

        private boolean hasIndex() {
            return wanted.text != null
                    && THREE_IN_A_ROW.matcher(wanted.text).find()
                    && !em.createNativeQuery("select 1 from pg_class where relname = 'subscriber_search'"
                                    + " and relnamespace = current_schema()::regnamespace")
                            .getResultList()
                            .isEmpty();
        }
    }
}
