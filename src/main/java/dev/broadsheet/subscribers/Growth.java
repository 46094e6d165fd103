package dev.broadsheet.subscribers;

import dev.broadsheet.newsletters.Newsletter;
import io.agroal.api.AgroalDataSource;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Subscriptions gained and lost, by day and reason. One counts while it is ACTIVE and its address is not suppressed, so
 * what was gained less what was lost is always those who count now; a pause takes nobody away. Triggers count in the
 * transaction of what happened (V20), whoever causes it, into {@code subscription_growth}, which names nobody and outlives
 * erasure.
 *
 * <p>Days are those of the newsletter's time zone when it happened. Of the time before V20, counts were made from the
 * proofs of consent; suppressions that had been lifted by then are not known and not in them. An import of people who are
 * suppressed elsewhere counts them on both sides.
 */
@ApplicationScoped
class Growth {

    /** Why somebody counts from now on. */
    enum Gain {
        CONFIRMED,
        IMPORTED,
        /** Undid leaving. */
        UNDONE,
        /** An editor lifted the suppression. */
        LIFTED,
        /** Moved from an address that was suppressed to one that is not. */
        ADDRESS_CHANGED
    }

    /** Why somebody does not count any more. */
    enum Loss {
        UNSUBSCRIBED,
        /** "I did not ask for this". */
        DISOWNED,
        COMPLAINED,
        BOUNCED,
        /** Suppressed by an editor. */
        REQUESTED,
        NOT_ME,
        ERASED,
        /** A list that was brought along says that they left elsewhere. */
        IMPORTED,
        ADDRESS_CHANGED
    }

    /** A day, every reason named. */
    record Day(LocalDate date, long gained, long lost, Map<Gain, Long> gainedBy, Map<Loss, Long> lostBy) {

        private Day plus(String reason, long moreGained, long moreLost) {
            if (moreGained > 0) {
                gainedBy.merge(Gain.valueOf(reason), moreGained, Long::sum);
            }
            if (moreLost > 0) {
                lostBy.merge(Loss.valueOf(reason), moreLost, Long::sum);
            }
            return new Day(date, gained + moreGained, lost + moreLost, gainedBy, lostBy);
        }
    }

    private final EntityManager em;
    private final AgroalDataSource database;
    private final Clock clock;

    Growth(EntityManager em, AgroalDataSource database, Clock clock) {
        this.em = em;
        this.database = database;
        this.clock = clock;
    }

    /** Where the newsletter's calendar is. */
    LocalDate today(Newsletter newsletter) {
        return LocalDate.ofInstant(clock.instant(), ZoneId.of(newsletter.timeZone));
    }

    /** How many count now. */
    @Transactional
    long active(long newsletterId) {
        return ((Number) em.createNativeQuery("select coalesce(sum(gained) - sum(lost), 0) from subscription_growth"
                                + " where newsletter_id = :newsletter")
                        .setParameter("newsletter", newsletterId)
                        .getSingleResult())
                .longValue();
    }

    /** Each day from one to another, both of them too, those without a change as well. */
    @Transactional
    List<Day> days(long newsletterId, LocalDate from, LocalDate to) {
        List<Day> days = from.datesUntil(to.plusDays(1)).map(Growth::nothing).collect(Collectors.toList());
        String sql = """
                select day - ?::date as n, reason, sum(gained)::bigint, sum(lost)::bigint from subscription_growth
                where newsletter_id = ? and day between ? and ? group by day, reason
                """;
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setObject(1, from);
            select.setLong(2, newsletterId);
            select.setObject(3, from);
            select.setObject(4, to);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    int n = row.getInt(1);
                    days.set(n, days.get(n).plus(row.getString(2), row.getLong(3), row.getLong(4)));
                }
            }
            return days;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Adds up what came since it last did, to one row a newsletter, day and reason. */
    @Scheduled(identity = "growth", cron = "0 */15 * * * ?", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @Transactional
    void addUp() {
        em.createNativeQuery("""
                        with fresh as materialized (
                          select distinct newsletter_id, day from subscription_growth where not added_up),
                        gone as (
                          delete from subscription_growth g using fresh f
                          where g.newsletter_id = f.newsletter_id and g.day = f.day
                          returning g.*)
                        insert into subscription_growth (newsletter_id, day, reason, gained, lost, added_up)
                        select newsletter_id, day, reason, sum(gained), sum(lost), true from gone group by 1, 2, 3
                        """).executeUpdate();
    }

    private static Day nothing(LocalDate date) {
        Map<Gain, Long> gains = new EnumMap<>(Gain.class);
        for (Gain gain : Gain.values()) {
            gains.put(gain, 0L);
        }
        Map<Loss, Long> losses = new EnumMap<>(Loss.class);
        for (Loss loss : Loss.values()) {
            losses.put(loss, 0L);
        }
        return new Day(date, 0, 0, gains, losses);
    }
}
