package dev.broadsheet.mail;

import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The limits that all sending shares, kept in the database so that they hold over all campaigns and nodes. A rate is the
 * moment from which it is free again (GCRA): a reservation moves it on by what was reserved, and says how long to wait
 * before using it. What was left unused longer than {@link #BURST} ago is gone.
 *
 * <p>A rate that is changed stands beside that moment, in the same row. So one statement reserves by the rate of now, and
 * whoever still has an old one in mind, on whichever node, cannot move the limit by it.
 */
@ApplicationScoped
public class SendLimits {

    /** Most that goes out at once: what is caught up, together with the reservation that does so. */
    public static final Duration BURST = Duration.ofMillis(100);

    private static final String ALL = "all";

    /** Sooner than a minute ends: what others took and did not need comes back. */
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private static final String MOVE = """
            insert into send_limit as l (key, next_free)
            values (?, clock_timestamp() + make_interval(secs => greatest(?, 0)))
            on conflict (key) do update set next_free =
              greatest(l.next_free, clock_timestamp() - make_interval(secs => greatest(0, ? - ? / coalesce(l.per_second, ?))))
                + make_interval(secs => ? / coalesce(l.per_second, ?))
            returning extract(epoch from next_free - clock_timestamp()), per_second, per_hour, per_day, warm_up
            """;

    /** The row that is moved is locked by then: so long, nobody else counts, nor asks whether it is too much. */
    private static final String COUNT_AND_MOVE = """
            with counted as (
              insert into sent_minute as m (minute, messages) values (date_trunc('minute', clock_timestamp()), ?)
              on conflict (minute) do update set messages = m.messages + excluded.messages
              returning xmax = 0 as is_new)
            """ + MOVE + ", (select is_new from counted)";

    private final AgroalDataSource database;
    private final SendQuotas quotas;
    private final HouseLimits environment;

    /** As this node saw it last, when it reserved; good for guesses. */
    private volatile double lastRate;

    SendLimits(AgroalDataSource database, SendQuotas quotas, LimitConfig config, Transports transports) {
        this.database = database;
        this.quotas = quotas;
        this.environment = new HouseLimits(
                config.messagesPerSecond().orElseGet(transports::usualRate),
                config.perHour().orElse(null),
                config.perDay().orElse(null),
                config.warmUp().orElse(null));
        this.lastRate = environment.messagesPerSecond();
    }

    /** The name of a campaign's own limit. */
    public static String ofCampaign(long campaignId) {
        return "campaign-" + campaignId;
    }

    /**
     * How many one should ask for: what the limit of everything and one of its own let go in one burst, at least one. Where
     * the rate has been changed since this node reserved last, a permit is for fewer.
     *
     * @param own messages a second; null for none
     */
    public int batch(@Nullable Double own) {
        return burst(own == null ? lastRate : Math.min(own, lastRate));
    }

    private static int burst(double perSecond) {
        return (int) Math.max(1, Math.min(Math.floor(perSecond * BURST.toMillis() / 1000), Integer.MAX_VALUE));
    }

    /**
     * Leave to send.
     *
     * @param sends how many, at most as many as were asked for; none where an hour or a day has had its share
     * @param after how long from now they may begin; where there are none, when to ask again
     */
    public record Permit(int sends, Duration after) {}

    /** Reserves sends under the limits of everything. */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    public Permit reserve(int sends) {
        Moved moved = countAndMove(sends);
        HouseLimits limits = moved.limits.over(environment);
        lastRate = limits.messagesPerSecond();
        long left = Math.min(sends - quotas.over(limits), burst(limits.messagesPerSecond()));
        int granted = (int) Math.max(0, Math.min(sends, left));
        if (granted < sends) {
            countAndMove(granted - sends);
        }
        return new Permit(granted, granted == 0 ? AGAIN : moved.after);
    }

    /** Counts what is sent whatever the limits say, such as confirmations: campaigns wait for it. */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    public void count(int sends) {
        countAndMove(sends);
    }

    /** How long so many take at least. @param own messages a second; null for none */
    @Transactional
    public Duration least(long sends, @Nullable Double own) {
        HouseLimits limits = inForce(settings());
        double rate = own == null ? limits.messagesPerSecond() : Math.min(own, limits.messagesPerSecond());
        Duration paced = Duration.ofSeconds((long) Math.ceil(sends / rate));
        Duration limited = quotas.least(limits, sends);
        return limited.compareTo(paced) > 0 ? limited : paced;
    }

    /** Reserves sends under a limit of their own, such as a campaign's. @return how long from now they may begin */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    public Duration reserve(String limit, int sends, double perSecond) {
        return move(limit, sends, perSecond).after;
    }

    /** Gives back what was reserved and not used. */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    public void giveBack(int sends) {
        countAndMove(-sends);
    }

    /** Gives back what was reserved under a limit of its own and not used. */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    public void giveBack(String limit, int sends, double perSecond) {
        move(limit, -sends, perSecond);
    }

    /** What was set while running. */
    @Transactional
    public LimitSettings settings() {
        return settings("");
    }

    /** What holds on this node where that is set. */
    public HouseLimits inForce(LimitSettings set) {
        return set.over(environment);
    }

    /** Before and after. */
    public record Change(LimitSettings before, LimitSettings after) {}

    /** Sets the limits of everything for all nodes; who reserves from the commit on has them. What was counted stays. */
    @Transactional(Transactional.TxType.MANDATORY)
    public Change change(UnaryOperator<LimitSettings> to) {
        String sql = """
                update send_limit set per_second = ?, per_hour = ?, per_day = ?, warm_up = ?,
                  next_free = next_free - ? * greatest(next_free - clock_timestamp(), interval '0')
                where key = ?
                """;
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into send_limit (key, next_free) values (?, clock_timestamp()) on conflict do nothing");
                PreparedStatement update = connection.prepareStatement(sql)) {
            insert.setString(1, ALL);
            insert.executeUpdate(); // so that there is a row to lock
            LimitSettings before = settings("for update");
            LimitSettings after = to.apply(before);
            update.setObject(1, after.messagesPerSecond());
            update.setObject(2, after.perHour());
            update.setObject(3, after.perDay());
            update.setObject(4, after.warmUp());
            update.setDouble(
                    5,
                    sooner(inForce(before).messagesPerSecond(), inForce(after).messagesPerSecond()));
            update.setString(6, ALL);
            update.executeUpdate();
            return new Change(before, after);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Changes the rate of a limit of its own, for whoever reserves from the commit on. @param from the rate until now */
    @Transactional(Transactional.TxType.MANDATORY)
    public void change(String limit, double from, double to) {
        String sql = """
                insert into send_limit as l (key, next_free, per_second) values (?, clock_timestamp(), ?)
                on conflict (key) do update set per_second = excluded.per_second,
                  next_free = l.next_free - ? * greatest(l.next_free - clock_timestamp(), interval '0')
                """;
        try (Connection connection = database.getConnection();
                PreparedStatement upsert = connection.prepareStatement(sql)) {
            upsert.setString(1, limit);
            upsert.setDouble(2, to);
            upsert.setDouble(3, sooner(from, to));
            upsert.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The part of the time ahead that falls away, so that what was reserved at a slow rate holds nobody up at a faster one.
     * At a slower one it stands: those who reserved will send by it.
     */
    private static double sooner(double from, double to) {
        return 1 - Math.min(1, from / to);
    }

    private LimitSettings settings(String lock) {
        String sql = "select per_second, per_hour, per_day, warm_up from send_limit where key = ? " + lock;
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, ALL);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? settings(row, 1) : LimitSettings.NONE;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static LimitSettings settings(ResultSet row, int first) throws SQLException {
        return new LimitSettings(
                row.getObject(first, Double.class),
                row.getObject(first + 1, Long.class),
                row.getObject(first + 2, Long.class),
                row.getObject(first + 3, LocalDate.class));
    }

    /** @param after how long from now what was reserved may begin. @param limits what is set in the row */
    private record Moved(Duration after, LimitSettings limits) {}

    private Moved countAndMove(int sends) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(COUNT_AND_MOVE)) {
            statement.setLong(1, sends);
            set(statement, 2, ALL, sends, environment.messagesPerSecond());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                if (row.getBoolean(6)) {
                    quotas.forgetOld();
                }
                return moved(row, sends, environment.messagesPerSecond());
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Moved move(String limit, int sends, double perSecond) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(MOVE)) {
            set(statement, 1, limit, sends, perSecond);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return moved(row, sends, perSecond);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void set(PreparedStatement move, int first, String limit, int sends, double perSecond)
            throws SQLException {
        move.setString(first, limit);
        move.setDouble(first + 1, sends / perSecond);
        move.setDouble(first + 2, BURST.toMillis() / 1000.0);
        move.setDouble(first + 3, sends);
        move.setDouble(first + 4, perSecond);
        move.setDouble(first + 5, sends);
        move.setDouble(first + 6, perSecond);
    }

    /** @param perSecond where the row does not say another */
    private static Moved moved(ResultSet row, int sends, double perSecond) throws SQLException {
        LimitSettings limits = settings(row, 2);
        double rate = limits.messagesPerSecond() == null ? perSecond : limits.messagesPerSecond();
        double wait = row.getDouble(1) - sends / rate;
        return new Moved(Duration.ofNanos(Math.max(0, (long) (wait * 1e9))), limits);
    }
}
