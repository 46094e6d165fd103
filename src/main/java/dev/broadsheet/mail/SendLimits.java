package dev.broadsheet.mail;

import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The rates that all sending shares, kept in the database so that they hold over all campaigns and nodes. A limit is the
 * moment from which it is free again (GCRA): a reservation moves it on by what was reserved, and says how long to wait
 * before using it. What was left unused longer than {@link #BURST} ago is gone.
 */
@ApplicationScoped
public class SendLimits {

    /** Most that may be caught up at once, and most that one reservation should cover. */
    public static final Duration BURST = Duration.ofMillis(100);

    private static final String ALL = "all";

    private static final Logger LOG = Logger.getLogger(SendLimits.class);

    private final AgroalDataSource database;
    private final double messagesPerSecond;

    SendLimits(AgroalDataSource database, LimitConfig config, Transports transports) {
        this.database = database;
        if (config.perHour().isPresent() || config.perDay().isPresent()) {
            LOG.warn("BROADSHEET_DELIVERY_PER_HOUR and _PER_DAY are not held yet: only MESSAGES_PER_SECOND is");
        }
        this.messagesPerSecond = config.messagesPerSecond().orElseGet(transports::usualRate);
    }

    /** Messages a second over everything. */
    public double messagesPerSecond() {
        return messagesPerSecond;
    }

    /** The name of a campaign's own limit. */
    public static String ofCampaign(long campaignId) {
        return "campaign-" + campaignId;
    }

    /** The lower of the limit of everything and one of its own. @param own messages a second; null for none */
    public double rate(@Nullable Double own) {
        return own == null ? messagesPerSecond : Math.min(own, messagesPerSecond);
    }

    /** Reserves sends under the limit of everything. @return how long from now they may begin */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    public Duration reserve(int sends) {
        return move(ALL, sends / messagesPerSecond);
    }

    /** Reserves sends under a limit of their own, such as a campaign's. @return how long from now they may begin */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    public Duration reserve(String limit, int sends, double perSecond) {
        return move(limit, sends / perSecond);
    }

    /** Gives back what was reserved and not used. */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    public void giveBack(int sends) {
        move(ALL, -sends / messagesPerSecond);
    }

    /** Gives back what was reserved under a limit of its own and not used. */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    public void giveBack(String limit, int sends, double perSecond) {
        move(limit, -sends / perSecond);
    }

    /** Forgets what was reserved under a limit of its own: for when its rate changes. */
    @Transactional(Transactional.TxType.MANDATORY)
    public void forget(String limit) {
        try (Connection connection = database.getConnection();
                PreparedStatement delete = connection.prepareStatement("delete from send_limit where key = ?")) {
            delete.setString(1, limit);
            delete.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Duration move(String limit, double seconds) {
        String sql = """
                insert into send_limit as l (key, next_free)
                values (?, clock_timestamp() + make_interval(secs => greatest(?, 0)))
                on conflict (key) do update
                  set next_free = greatest(l.next_free, clock_timestamp() - make_interval(secs => ?)) + make_interval(secs => ?)
                returning extract(epoch from next_free - clock_timestamp())
                """;
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, limit);
            statement.setDouble(2, seconds);
            statement.setDouble(3, BURST.toMillis() / 1000.0);
            statement.setDouble(4, seconds);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                double wait = row.getDouble(1) - seconds;
                return Duration.ofNanos(Math.max(0, (long) (wait * 1e9)));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
