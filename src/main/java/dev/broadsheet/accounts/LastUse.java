package dev.broadsheet.accounts;

import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import org.jboss.logging.Logger;

/** When tokens were last used: written at most once a minute each, after the call went on, and never waited for. */
@ApplicationScoped
class LastUse {

    private static final Logger LOG = Logger.getLogger(LastUse.class);
    private static final Duration BETWEEN = Duration.ofMinutes(1);

    private final AgroalDataSource database;
    private final ScheduledExecutorService threads;
    private final Clock clock;

    /** What this node wrote: as many entries as there are tokens in use. */
    private final Map<Long, Instant> written = new ConcurrentHashMap<>();

    LastUse(AgroalDataSource database, ScheduledExecutorService threads, Clock clock) {
        this.database = database;
        this.threads = threads;
        this.clock = clock;
    }

    void note(long tokenId) {
        Instant now = clock.instant();
        Instant at = written.compute(
                tokenId, (id, before) -> before == null || before.plus(BETWEEN).isBefore(now) ? now : before);
        if (at.equals(now)) {
            threads.execute(() -> write(tokenId));
        }
    }

    /** Passes over a row that another node is just writing. */
    private void write(long tokenId) {
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement("""
                        update api_token set last_used_at = now() where id = (
                          select id from api_token
                          where id = ? and (last_used_at is null or last_used_at < now() - interval '1 minute')
                          for update skip locked)
                        """)) {
            update.setLong(1, tokenId);
            update.executeUpdate();
        } catch (SQLException e) {
            LOG.warnf("The last use of token %d was not written: %s", tokenId, e.getSQLState());
        }
    }
}
