package dev.broadsheet.feedback;

import dev.broadsheet.delivery.Answers;
import dev.broadsheet.platform.SqlArrays;
import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Keeps each event once, in a table for each week of their own time, until the week is older than they are kept. */
@ApplicationScoped
class EventStore {

    private static final Logger LOG = Logger.getLogger(EventStore.class);
    private static final String WEEK = "feedback_event_week_";

    private static final Comparator<FeedbackEvent> IN_ORDER = Comparator.comparing(
                    FeedbackEvent::deliveryId, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(FeedbackEvent::at)
            .thenComparing(FeedbackEvent::kind)
            .thenComparing(FeedbackEvent::link, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(FeedbackEvent::eventId);

    private final AgroalDataSource database;
    private final Answers answers;
    private final FeedbackConfig config;
    private final Clock clock;
    private final Set<LocalDate> made = ConcurrentHashMap.newKeySet();

    EventStore(AgroalDataSource database, Answers answers, FeedbackConfig config, Clock clock) {
        this.database = database;
        this.answers = answers;
        this.config = config;
        this.clock = clock;
    }

    /** Sees to it that there are tables for these, in short transactions of their own: making one locks all of them. */
    void ensureWeeks(Collection<FeedbackEvent> events) {
        Instant now = clock.instant();
        Instant oldest = now.minus(config.retention());
        Instant newest = now.plusSeconds(86_400);
        Set<LocalDate> weeks = new TreeSet<>();
        for (FeedbackEvent event : events) {
            if (event.at().isAfter(oldest) && event.at().isBefore(newest)) {
                weeks.add(week(event.at()));
            }
        }
        weeks.removeAll(made);
        for (LocalDate week : weeks) {
            QuarkusTransaction.requiringNew().run(() -> make(week));
            made.add(week);
        }
    }

    private static LocalDate week(Instant at) {
        return at.atZone(ZoneOffset.UTC).toLocalDate().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
    }

    private void make(LocalDate week) {
        String name = WEEK + week.toString().replace('-', '_');
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("select pg_advisory_xact_lock(hashtext('feedback week'))");
            try (ResultSet known = statement.executeQuery("select to_regclass('" + name + "')")) {
                known.next();
                if (known.getString(1) != null) {
                    return;
                }
            }
            statement.execute("create table " + name + " (like feedback_event including all)");
            // what came before there was a table for it
            statement.execute("with early as (delete from feedback_event_other where at >= '" + week
                    + "T00:00:00Z' and at < '" + week.plusWeeks(1) + "T00:00:00Z' returning *) insert into " + name
                    + " select * from early");
            statement.execute("alter table feedback_event attach partition " + name + " for values from ('" + week
                    + "T00:00:00Z') to ('" + week.plusWeeks(1) + "T00:00:00Z')");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stores events in the caller's transaction. @return those that were not stored before */
    @Transactional(Transactional.TxType.MANDATORY)
    List<FeedbackEvent> store(Collection<FeedbackEvent> events) {
        String sql = """
                with given as materialized (
                  select ?::timestamptz[] as ats, ?::text[] as ids, ?::text[] as kinds, ?::text[] as bounces,
                    ?::bigint[] as issues, ?::bigint[] as deliveries, ?::bigint[] as mails, ?::text[] as requests,
                    ?::text[] as reasons, ?::text[] as links)
                insert into feedback_event
                  (at, event_id, kind, bounce, issue_id, delivery_id, mail_id, request_id, reason, link)
                select e.* from given g, unnest(g.ats, g.ids, g.kinds, g.bounces, g.issues, g.deliveries, g.mails,
                  g.requests, g.reasons, g.links) as e
                on conflict do nothing
                returning event_id, at
                """;
        // in one order everywhere, so that nobody waits in a circle for what is stored twice at once
        List<FeedbackEvent> sorted = events.stream().sorted(IN_ORDER).toList();
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(sql)) {
            SqlArrays.set(insert, 1, "timestamptz", sorted.stream().map(FeedbackEvent::at));
            SqlArrays.set(insert, 2, "text", sorted.stream().map(FeedbackEvent::eventId));
            SqlArrays.set(insert, 3, "text", sorted.stream().map(e -> e.kind().name()));
            SqlArrays.set(
                    insert,
                    4,
                    "text",
                    sorted.stream()
                            .map(e -> e.bounce() == null ? null : e.bounce().name()));
            SqlArrays.set(insert, 5, "bigint", sorted.stream().map(FeedbackEvent::issueId));
            SqlArrays.set(insert, 6, "bigint", sorted.stream().map(FeedbackEvent::deliveryId));
            SqlArrays.set(insert, 7, "bigint", sorted.stream().map(FeedbackEvent::mailId));
            SqlArrays.set(insert, 8, "text", sorted.stream().map(FeedbackEvent::requestId));
            SqlArrays.set(insert, 9, "text", sorted.stream().map(FeedbackEvent::reason));
            SqlArrays.set(insert, 10, "text", sorted.stream().map(FeedbackEvent::link));
            Set<Key> stored = new HashSet<>();
            try (ResultSet row = insert.executeQuery()) {
                while (row.next()) {
                    stored.add(new Key(row.getString(1), row.getTimestamp(2).toInstant()));
                }
            }
            return sorted.stream()
                    .filter(e -> stored.remove(new Key(e.eventId(), e.at())))
                    .toList();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Key(String eventId, Instant at) {}

    /** Whether an event of this name was ever stored, whenever it is said to have been. */
    @Transactional
    boolean knows(String eventId) {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select exists (select from feedback_event where event_id = ?)")) {
            select.setString(1, eventId);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Notes that these name nothing that is, or was, here. */
    @Transactional(Transactional.TxType.MANDATORY)
    void setAside(Collection<FeedbackEvent> unknown) {
        if (unknown.isEmpty()) {
            return;
        }
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement("update feedback_event e set unknown = true"
                        + " from unnest(?::text[], ?::timestamptz[]) as u (id, at)"
                        + " where e.event_id = u.id and e.at = u.at")) {
            SqlArrays.set(update, 1, "text", unknown.stream().map(FeedbackEvent::eventId));
            SqlArrays.set(update, 2, "timestamptz", unknown.stream().map(FeedbackEvent::at));
            update.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gives up what is older than events are kept: by weeks, and one by one what has none. */
    @Scheduled(identity = "feedback-retention", every = "6h", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void dropOld() {
        Instant before = clock.instant().minus(config.retention());
        QuarkusTransaction.requiringNew().run(() -> {
            deleteOther(before);
            answers.forgetRequests(before);
        });
        LocalDate oldest = week(before);
        for (LocalDate week : QuarkusTransaction.requiringNew().call(this::weeks)) {
            if (week.isBefore(oldest)) {
                QuarkusTransaction.requiringNew().run(() -> drop(week));
                LOG.infof("Events of the week of %s are dropped", week);
            }
        }
    }

    private void deleteOther(Instant before) {
        try (Connection connection = database.getConnection();
                PreparedStatement delete =
                        connection.prepareStatement("delete from feedback_event_other where received_at < ?")) {
            delete.setTimestamp(1, Timestamp.from(before));
            delete.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<LocalDate> weeks() {
        try (Connection connection = database.getConnection();
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery(
                        "select relid::regclass::text from pg_partition_tree('feedback_event')" + " where level = 1")) {
            List<LocalDate> weeks = new ArrayList<>();
            while (row.next()) {
                String name = row.getString(1);
                if (name.startsWith(WEEK)) {
                    weeks.add(LocalDate.parse(name.substring(WEEK.length()).replace('_', '-')));
                }
            }
            return weeks;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void drop(LocalDate week) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("set local lock_timeout = '500ms'");
            statement.execute("drop table if exists " + WEEK + week.toString().replace('-', '_'));
            made.remove(week);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
