package dev.broadsheet.delivery;

import io.agroal.api.AgroalDataSource;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Since when this node has seen the database without a break. While the database was away, nodes that live hold outcomes
 * that they could not write: these come first, before anybody takes such a node for dead. A node that has just started
 * has seen no break but the server's own start, so what a dead one held is taken up at once.
 *
 * <p>Each node looks for itself, on a thread of its own: Quartz runs the watch on whichever node it likes, and not at all
 * while the database is away.
 */
@ApplicationScoped
class Contact {

    private static final Logger LOG = Logger.getLogger(Contact.class);

    private static final Duration LOOK = Duration.ofSeconds(5);

    /** Where it does not look for so long, this node itself stood still. */
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final AgroalDataSource database;
    private final Clock clock;
    private @Nullable Instant serverStart;
    private @Nullable Instant last;
    private Instant since = Instant.MIN;
    private boolean away;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "contact");
        thread.setDaemon(true);
        return thread;
    });

    Contact(AgroalDataSource database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it runs until the end
    void start(@Observes StartupEvent start) {
        looks.scheduleWithFixedDelay(this::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    @PreDestroy
    void stop() {
        looks.shutdownNow();
    }

    private void look() {
        try (Connection connection = database.getConnection();
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("select pg_postmaster_start_time()")) {
            row.next();
            seen(row.getTimestamp(1).toInstant());
        } catch (SQLException | RuntimeException e) {
            LOG.warnf("The database does not answer: %s", e.getMessage());
            lost();
        }
    }

    synchronized void seen(Instant startOfTheServer) {
        Instant now = clock.instant();
        boolean stoodStill = last != null && last.plus(LONGEST_PAUSE).isBefore(now);
        boolean restarted = serverStart != null && !serverStart.equals(startOfTheServer);
        boolean setBack = since.isAfter(now); // a clock that was wrong must not keep us from work for long
        if (away || stoodStill || restarted || setBack) {
            since = now;
        } else if (serverStart == null) {
            since = startOfTheServer.isAfter(now) ? now : startOfTheServer;
        }
        away = false;
        serverStart = startOfTheServer;
        last = now;
    }

    synchronized void lost() {
        away = true;
    }

    /** Whether it has lasted for so long. */
    synchronized boolean hasLasted(Duration time) {
        return serverStart != null && !away && !since.plus(time).isAfter(clock.instant());
    }
}
