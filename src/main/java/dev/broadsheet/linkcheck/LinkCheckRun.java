package dev.broadsheet.linkcheck;

import dev.broadsheet.issues.RevisionSource;
import dev.broadsheet.preflight.Finding;
import dev.broadsheet.rendering.Manuscript;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Runs a check from its beginning to its end. After a crash, or a shutdown in the middle, it begins again: what was
 * asked before is asked once more, which harms nobody.
 */
@ApplicationScoped
class LinkCheckRun {

    private static final Logger LOG = Logger.getLogger(LinkCheckRun.class);
    private static final int HANDING_ON_SECONDS = 5;

    private final LinkChecks checks;
    private final LinkCheckJobs jobs;
    private final LinkProbe probe;
    private final Clock clock;
    private final Semaphore place = new Semaphore(1);
    private volatile boolean stopping;

    LinkCheckRun(LinkChecks checks, LinkCheckJobs jobs, LinkProbe probe, Clock clock) {
        this.checks = checks;
        this.jobs = jobs;
        this.probe = probe;
        this.clock = clock;
    }

    /** Waits while a check schedules itself for whoever starts next, which the database is needed for. */
    void stop(@Observes @Priority(1) ShutdownEvent shutdown) throws InterruptedException {
        stopping = true;
        place.tryAcquire(HANDING_ON_SECONDS, TimeUnit.SECONDS);
    }

    @Scheduled(identity = "link-checks", every = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void lookAfter() {
        checks.lookAfter();
    }

    void run(long id) {
        place.acquireUninterruptibly();
        try {
            work(id);
        } finally {
            place.release();
        }
    }

    private void work(long id) {
        Optional<RevisionSource> source = checks.source(id);
        if (source.isEmpty()) {
            return;
        }
        try {
            List<Link> links = Link.of(Manuscript.read(source.get().source()));
            Map<Link, Verdict> verdicts = new LinkRound(probe, LinkRound.Pace.USUAL, () -> stopping)
                    .run(links, soFar -> checks.count(id, soFar.size(), dead(soFar)));
            if (stopping) {
                // a little later, so that it is not this node that takes it up
                QuarkusTransaction.requiringNew()
                        .run(() -> jobs.schedule(id, clock.instant().plusSeconds(10)));
            } else if (LinkRound.isDeaf(verdicts)) {
                checks.fail(id, "Not one of the hosts answered. Can this machine reach the internet?");
            } else {
                checks.finish(id, verdicts.size(), dead(verdicts), findings(verdicts));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            checks.fail(id, "The check was interrupted. Start another.");
        } catch (RuntimeException e) {
            LOG.errorf(e, "Link check %d failed", id);
            checks.fail(id, "The check failed by a fault of the program. Its log says more.");
        }
    }

    private static int dead(Map<Link, Verdict> verdicts) {
        return Math.toIntExact(verdicts.values().stream()
                .filter(verdict -> verdict.kind() == Verdict.Kind.DEAD)
                .count());
    }

    private static List<Finding> findings(Map<Link, Verdict> verdicts) {
        return verdicts.entrySet().stream()
                .filter(entry -> entry.getValue().kind() != Verdict.Kind.ALIVE)
                .map(entry -> entry.getKey().finding(entry.getValue()))
                .toList();
    }
}
