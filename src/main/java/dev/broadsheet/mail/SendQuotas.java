package dev.broadsheet.mail;

import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * How much may go out within any hour, and within any day, over all campaigns and nodes. What went out is counted by the
 * minute, so that the limits hold for hours that begin at any moment; a part of a minute counts whole.
 */
@ApplicationScoped
class SendQuotas {

    /** @param sends how many were granted. @param after where none was: when to ask again */
    record Grant(int sends, Duration after) {}

    /** Sooner than a minute ends: what others took and did not need comes back. */
    private static final Duration AGAIN = Duration.ofSeconds(5);

    /** By day; SendGrid's "IP warmup schedule". */
    private static final List<Long> WARM_UP = List.of(
            50L,
            100L,
            500L,
            1_000L,
            5_000L,
            10_000L,
            20_000L,
            40_000L,
            70_000L,
            100_000L,
            150_000L,
            250_000L,
            400_000L,
            600_000L,
            1_000_000L,
            2_000_000L,
            4_000_000L);

    private static final String LEFT = """
            select least(
                cast(? as bigint) - coalesce(sum(messages) filter (where minute > clock_timestamp() - interval '61 minutes'), 0),
                cast(? as bigint) - coalesce(sum(messages), 0))
            from sent_minute where minute > clock_timestamp() - interval '1441 minutes'
            """;

    private final AgroalDataSource database;
    private final Optional<Long> perHour;
    private final Optional<Long> perDay;
    private final Optional<LocalDate> warmUp;
    private final Clock clock;

    SendQuotas(AgroalDataSource database, LimitConfig config, Clock clock) {
        this.database = database;
        this.perHour = config.perHour();
        this.perDay = config.perDay();
        this.warmUp = config.warmUp();
        this.clock = clock;
    }

    /** Counts sends, as many as the limits let go now. In the caller's transaction, which lets others wait until its end. */
    @Transactional(Transactional.TxType.MANDATORY)
    Grant take(int sends) {
        if (!areSet()) {
            return new Grant(sends, Duration.ZERO);
        }
        try (Connection connection = database.getConnection()) {
            lock(connection);
            try (PreparedStatement select = connection.prepareStatement(LEFT)) {
                select.setLong(1, perHour.orElse(Long.MAX_VALUE));
                select.setLong(2, ofDay(0));
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    int granted = (int) Math.max(0, Math.min(sends, row.getLong(1)));
                    add(connection, granted);
                    return new Grant(granted, granted > 0 ? Duration.ZERO : AGAIN);
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Counts what goes out in any case, or, where negative, what was counted and did not go out. */
    @Transactional(Transactional.TxType.MANDATORY)
    void count(int sends) {
        if (areSet()) {
            try (Connection connection = database.getConnection()) {
                lock(connection);
                add(connection, sends);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** How long so many take at least. */
    Duration least(long sends) {
        double hours = perHour.filter(most -> sends > most)
                .map(most -> (double) sends / most)
                .orElse(0.0);
        return Duration.ofSeconds((long) Math.ceil(Math.max(hours, 24 * leastDays(sends)) * 3600));
    }

    private double leastDays(long sends) {
        long left = sends;
        int day = 0;
        while (warmUp.isPresent() && day < WARM_UP.size() && left > ofDay(day)) {
            left -= ofDay(day++);
        }
        return left > ofDay(day) ? day + (double) left / ofDay(day) : day;
    }

    /** The limit of a day. @param ahead of today, in days */
    private long ofDay(int ahead) {
        long most = perDay.orElse(Long.MAX_VALUE);
        if (warmUp.isEmpty()) {
            return most;
        }
        LocalDate day = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).plusDays(ahead);
        long age = Math.max(0, ChronoUnit.DAYS.between(warmUp.get(), day));
        return age < WARM_UP.size() ? Math.min(most, WARM_UP.get((int) age)) : most;
    }

    private boolean areSet() {
        return perHour.isPresent() || perDay.isPresent() || warmUp.isPresent();
    }

    private static void lock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select pg_advisory_xact_lock(hashtext('send quotas'))");
        }
    }

    private static void add(Connection connection, int sends) throws SQLException {
        String sql = """
                insert into sent_minute as m (minute, messages) values (date_trunc('minute', clock_timestamp()), ?)
                on conflict (minute) do update set messages = m.messages + excluded.messages
                returning xmax = 0
                """;
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setLong(1, sends);
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                if (row.getBoolean(1)) { // a new minute: what is older than a day has done its service
                    try (Statement delete = connection.createStatement()) {
                        delete.execute("delete from sent_minute where minute < clock_timestamp() - interval '2 days'");
                    }
                }
            }
        }
    }
}
