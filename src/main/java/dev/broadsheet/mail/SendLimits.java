package dev.broadsheet.mail;

import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
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

    private final AgroalDataSource database;
    private final SendQuotas quotas;
    private final double messagesPerSecond;

    SendLimits(AgroalDataSource database, SendQuotas quotas, LimitConfig config, Transports transports) {
        this.database = database;
        this.quotas = quotas;
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
        SendQuotas.Grant grant = quotas.take(sends);
        return grant.sends() == 0
                ? new Permit(0, grant.after())
                : new Permit(grant.sends(), move(ALL, grant.sends() / messagesPerSecond));
    }

    /** Counts what is sent whatever the limits say, such as confirmations: campaigns wait for it. */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    public void count(int sends) {
        quotas.count(sends);
        move(ALL, sends / messagesPerSecond);
    }

    /** How long so many take at least. @param own messages a second; null for none */
    public Duration least(long sends, @Nullable Double own) {
        Duration paced = Duration.ofSeconds((long) Math.ceil(sends / rate(own)));
        Duration limited = quotas.least(sends);
        return limited.compareTo(paced) > 0 ? limited : paced;
    }

    /** Reserves sends under a limit of their own, such as a campaign's. @return how long from now they may begin */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    public Duration reserve(String limit, int sends, double perSecond) {
        return move(limit, sends / perSecond);
    }

    /** Gives back what was reserved and not used. */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    public void giveBack(int sends) {
        quotas.count(-sends);
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
