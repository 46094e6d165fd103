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
import org.jspecify.annotations.Nullable;

/**
 * How much may go out within any hour, and within any day, over all campaigns and nodes. What went out is counted by the
 * minute, so that the limits hold for hours that begin at any moment; a part of a minute counts whole.
 */
@ApplicationScoped
class SendQuotas {

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

    private static final String OVER = """
            select cast(least(0,
                cast(? as bigint) - coalesce(sum(messages) filter (where minute > clock_timestamp() - interval '61 minutes'), 0),
                cast(? as bigint) - coalesce(sum(messages), 0)) as bigint)
            from sent_minute where minute > clock_timestamp() - interval '1441 minutes'
            """;

    private final AgroalDataSource database;
    private final Clock clock;

    SendQuotas(AgroalDataSource database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * How many of those counted are more than the limits let go now, single mails included. Whoever counts and asks does
     * so in a transaction in which nobody else can: see {@link SendLimits}.
     */
    @Transactional(Transactional.TxType.MANDATORY)
    long over(HouseLimits limits) {
        if (!limits.haveQuotas()) {
            return 0;
        }
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(OVER)) {
            select.setLong(1, orUnlimited(limits.perHour()));
            select.setLong(2, ofDay(limits, 0));
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return -row.getLong(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Drops what is older than a day and has done its service. */
    @Transactional(Transactional.TxType.MANDATORY)
    void forgetOld() {
        try (Connection connection = database.getConnection();
                Statement delete = connection.createStatement()) {
            delete.execute("delete from sent_minute where minute < clock_timestamp() - interval '2 days'");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How long so many take at least. */
    Duration least(HouseLimits limits, long sends) {
        long perHour = orUnlimited(limits.perHour());
        double hours = sends > perHour ? (double) sends / perHour : 0;
        return Duration.ofSeconds((long) Math.ceil(Math.max(hours, 24 * leastDays(limits, sends)) * 3600));
    }

    private double leastDays(HouseLimits limits, long sends) {
        long left = sends;
        int day = 0;
        while (limits.warmUp() != null && day < WARM_UP.size() && left > ofDay(limits, day)) {
            left -= ofDay(limits, day++);
        }
        long most = ofDay(limits, day);
        return left > most ? day + (double) left / most : day;
    }

    /** The limit of a day. @param ahead of today, in days */
    private long ofDay(HouseLimits limits, int ahead) {
        long most = orUnlimited(limits.perDay());
        if (limits.warmUp() == null) {
            return most;
        }
        LocalDate day = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).plusDays(ahead);
        long age = Math.max(0, ChronoUnit.DAYS.between(limits.warmUp(), day));
        return age < WARM_UP.size() ? Math.min(most, WARM_UP.get((int) age)) : most;
    }

    private static long orUnlimited(@Nullable Long most) {
        return most == null ? Long.MAX_VALUE : most;
    }
}
