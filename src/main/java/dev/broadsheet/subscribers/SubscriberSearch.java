package dev.broadsheet.subscribers;

import io.quarkus.panache.common.Parameters;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds a newsletter's subscribers by a part of their address or name, and by state. */
@ApplicationScoped
class SubscriberSearch {

    /**
     * By subscription id, after one and at most so many.
     *
     * @param text a part of the address or name, in any case; its {@code %} and {@code _} are plain characters
     */
    @Transactional
    List<Subscription> find(
            long newsletterId, @Nullable String text, Subscription.@Nullable State state, long after, int limit) {
        StringBuilder where = new StringBuilder(
                "from Subscription s join fetch s.subscriber p where s.newsletter.id = :newsletter and s.id > :after");
        Parameters values = Parameters.with("newsletter", newsletterId).and("after", after);
        if (state != null) {
            where.append(" and s.state = :state");
            values.and("state", state);
        }
        if (text != null && !text.isBlank()) {
            where.append(" and (lower(p.email) like :text escape '\\' or p.emailKey like :text escape '\\'"
                    + " or lower(p.name) like :text escape '\\')");
            values.and("text", "%" + text.strip().toLowerCase(Locale.ROOT).replaceAll("([\\\\%_])", "\\\\$1") + "%");
        }
        return Subscription.<Subscription>find(where.append(" order by s.id").toString(), values)
                .page(0, limit)
                .list();
    }
}
