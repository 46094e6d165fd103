package dev.broadsheet.delivery;

import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.newsletters.Rescheduled;
import dev.broadsheet.newsletters.Schedule;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** When each newsletter with a schedule is due: a row that is moved on in the transaction of what is done about it. */
@ApplicationScoped
class NewsletterSchedules {

    /** @param scheduled the time that has come; null where it has yet to be found what comes next */
    record Due(
            Newsletter newsletter,
            Schedule schedule,
            @Nullable Instant scheduled) {}

    private final AgroalDataSource database;
    private final Clock clock;

    NewsletterSchedules(AgroalDataSource database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Another schedule counts from now on, whatever was to come by the old one. */
    @Transactional(Transactional.TxType.MANDATORY)
    void rescheduled(@Observes Rescheduled rescheduled) {
        Newsletter newsletter = rescheduled.newsletter();
        newsletter.flush();
        moveOn(newsletter.id, newsletter.schedule, newsletter.timeZone);
    }

    /** Whose time has come. */
    @Transactional
    List<Long> due() {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select newsletter_id from newsletter_schedule"
                        + " where next_run is null or next_run <= ? order by next_run, newsletter_id")) {
            select.setTimestamp(1, Timestamp.from(clock.instant()));
            List<Long> due = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    due.add(row.getLong(1));
                }
            }
            return due;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Takes a newsletter's time and moves its row on to the next one after now, all within the caller's transaction:
     * whatever else passed meanwhile is one with it.
     *
     * @return empty where another node has it, or where it is not due any more
     */
    @Transactional(Transactional.TxType.MANDATORY)
    Optional<Due> take(long newsletterId) {
        @Nullable Timestamp scheduled;
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("select next_run from newsletter_schedule"
                        + " where newsletter_id = ? and (next_run is null or next_run <= ?) for update skip locked")) {
            select.setLong(1, newsletterId);
            select.setTimestamp(2, Timestamp.from(clock.instant()));
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                scheduled = row.getTimestamp(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        // read after the row was locked: as of the last change
        Newsletter newsletter = Newsletter.findById(newsletterId);
        moveOn(newsletterId, newsletter.schedule, newsletter.timeZone);
        return newsletter.schedule == null
                ? Optional.empty()
                : Optional.of(new Due(
                        newsletter,
                        Schedule.of(newsletter.schedule, newsletter.timeZone),
                        scheduled == null ? null : scheduled.toInstant()));
    }

    /** Where no time comes any more, or none was wanted, there is no row. */
    private void moveOn(long newsletterId, @Nullable String schedule, String timeZone) {
        Optional<Instant> next = schedule == null
                ? Optional.empty()
                : Schedule.of(schedule, timeZone).next(clock.instant());
        try (Connection connection = database.getConnection();
                PreparedStatement change = connection.prepareStatement(
                        next.isEmpty()
                                ? "delete from newsletter_schedule where newsletter_id = ?"
                                : "insert into newsletter_schedule (newsletter_id, next_run) values (?, ?)"
                                        + " on conflict (newsletter_id) do update set next_run = excluded.next_run")) {
            change.setLong(1, newsletterId);
            if (next.isPresent()) {
                change.setTimestamp(2, Timestamp.from(next.get()));
            }
            change.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The slug of the newest issue that is public and was never sent, where nothing newer was sent already. */
    @Transactional(Transactional.TxType.MANDATORY)
    Optional<String> nextIssue(long newsletterId) {
        String sql = """
                with dated as materialized (
                  select i.id, i.slug, i.state, r.issue_date, exists (
                    select 1 from campaign c
                    where c.issue_id = i.id and (c.state <> 'CANCELLED' or c.started_at is not null)) as sent
                  from issue i
                  join revision r on r.issue_id = i.id and r.number = i.published_revision and r.edit = i.published_edit
                  where i.newsletter_id = ? and i.state <> 'DRAFT')
                select d.slug from dated d
                where d.state = 'PUBLISHED' and not d.sent and not exists (
                  select 1 from dated s where s.sent and (s.issue_date, s.id) > (d.issue_date, d.id))
                order by d.issue_date desc, d.id desc limit 1
                """;
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, newsletterId);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
