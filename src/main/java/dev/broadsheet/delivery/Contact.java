package dev.broadsheet.delivery;

import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Since when this node has seen the database without a break. While the database was away, nodes that live hold outcomes
 * that they could not write: these come first, before anybody takes such a node for dead. A node that has just started
 * has seen no break, so what a dead one held is taken up at once.
 */
@ApplicationScoped
class Contact {

    private static final Logger LOG = Logger.getLogger(Contact.class);

    /** The watch looks every five seconds: where it does not for so long, this node itself stood still. */
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final AgroalDataSource database;
    private final Clock clock;
    private @Nullable Instant serverStart;
    private @Nullable Instant last;
    private Instant since = Instant.MIN;
    private boolean away;

    Contact(AgroalDataSource database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** @return whether the database answers */
    boolean look() {
        try (Connection connection = database.getConnection();
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("select pg_postmaster_start_time()")) {
            row.next();
            seen(row.getTimestamp(1).toInstant());
            return true;
        } catch (SQLException e) {
            LOG.warnf("The database does not answer: %s", e.getMessage());
            lost();
            return false;
        }
    }

    synchronized void seen(Instant startOfTheServer) {
        Instant now = clock.instant();
        boolean stoodStill = last != null && last.plus(LONGEST_PAUSE).isBefore(now);
        boolean restarted = serverStart != null && !serverStart.equals(startOfTheServer);
        boolean setBack = since.isAfter(now); // a clock that was wrong must not keep us from work for long
        if (away || stoodStill || restarted || setBack) {
            since = now;
        }
        away = false;
        serverStart = startOfTheServer;
        last = now;
    }

    synchronized void lost() {
        away = true;
    }

    /** The look is over, however long it took. */
    synchronized void rest() {
        last = clock.instant();
    }

    /** Whether it has lasted for so long, or since this node started. */
    synchronized boolean hasLasted(Duration time) {
        return !away && !since.plus(time).isAfter(clock.instant());
    }
}
