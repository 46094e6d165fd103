package dev.broadsheet.subscribers;

import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Works off what readers sent on the form. A batch is one transaction; where it fails, its rows are tried one by one, so
 * that a bad one holds up only itself.
 */
@ApplicationScoped
class SignUpJob {

    private static final Logger LOG = Logger.getLogger(SignUpJob.class);
    private static final int BATCH = 1000;

    private final SignUps signUps;
    private final SignUpBatch batch;

    SignUpJob(SignUps signUps, SignUpBatch batch) {
        this.signUps = signUps;
        this.batch = batch;
    }

    @Scheduled(identity = "sign-ups", every = "1s", concurrentExecution = ConcurrentExecution.SKIP)
    void run() {
        List<Long> due = signUps.due(BATCH);
        while (!due.isEmpty()) {
            work(due);
            due = signUps.due(BATCH);
        }
    }

    private void work(List<Long> ids) {
        try {
            batch.work(ids);
        } catch (RuntimeException e) {
            if (ids.size() > 1) {
                ids.forEach(id -> work(List.of(id)));
            } else {
                LOG.errorf(e, "Sign-up %d failed and will be tried again", ids.get(0));
                signUps.postpone(ids.get(0));
            }
        }
    }
}
