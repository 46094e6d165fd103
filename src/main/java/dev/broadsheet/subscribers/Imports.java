package dev.broadsheet.subscribers;

import dev.broadsheet.mail.Transports;
import dev.broadsheet.platform.PlatformConfig;
import dev.broadsheet.platform.Problem;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Brings readers along from a file, while it is being read: batches of lines, each a transaction that also moves the
 * counts on. So a crash half way leaves the truth, and the same file can be given again.
 */
@ApplicationScoped
class Imports {

    private static final Logger LOG = Logger.getLogger(Imports.class);

    private static final String CUT_OFF = "Broadsheet was stopped before the end of the file. What was read before"
            + " stays; the same file can be given again.";

    /** A batch takes seconds and a sender who says nothing is hung up on after one minute: this is neither. */
    private static final Duration SILENCE = Duration.ofMinutes(10);

    private final ImportBatches batches;
    private final AddressRules rules;
    private final Transports transports;
    private final ImportConfig config;
    private final PlatformConfig platform;
    private final Clock clock;

    Imports(
            ImportBatches batches,
            AddressRules rules,
            Transports transports,
            ImportConfig config,
            PlatformConfig platform,
            Clock clock) {
        this.batches = batches;
        this.rules = rules;
        this.transports = transports;
        this.config = config;
        this.platform = platform;
        this.clock = clock;
    }

    /** With the embedded database this is the only node: whoever ran what is still running is dead. */
    void onStart(@Observes StartupEvent start) {
        if (platform.embedded()) {
            failInterrupted();
        }
    }

    void failInterrupted() {
        batches.failSilent(Duration.ZERO, CUT_OFF);
    }

    /** On a shared database a node that died cannot say so. */
    @Scheduled(identity = "imports-watch", every = "1m", concurrentExecution = ConcurrentExecution.SKIP)
    void watch() {
        batches.failSilent(SILENCE, CUT_OFF);
        batches.forgetRefusals(config.keepRefused());
    }

    /**
     * Reads the whole stream. Outside of any transaction.
     *
     * @throws Problem 400 where the first line does not name the columns; then nothing is written
     */
    Import run(long newsletterId, boolean dryRun, InputStream csv) {
        ImportFile file;
        try {
            file = new ImportFile(csv, clock.instant());
        } catch (IOException e) {
            throw Problem.invalid("The body was cut off within its first line.");
        }
        long id = batches.start(newsletterId, dryRun, file);
        try {
            ImportLines lines = new ImportLines(batches, id, dryRun);
            ImportWarnings warnings = new ImportWarnings(file, rules, transports);
            for (ImportFile.Line line = file.next(); line != null; line = file.next()) {
                lines.take(line);
                if (line instanceof ImportFile.Person person) {
                    warnings.look(person);
                }
            }
            lines.workOff();
            return batches.finish(id, file.encoding(), warnings.told());
        } catch (IOException e) {
            return batches.fail(
                    id,
                    "The connection was lost before the end of the file. What was read before stays;"
                            + " the same file can be given again.");
        } catch (ImportBatches.GivenUp e) {
            return batches.get(id);
        } catch (RuntimeException e) {
            String failureId = UUID.randomUUID().toString();
            LOG.errorf(e, "Import %d failed, id %s", id, failureId);
            return batches.fail(id, "Something went wrong here. It is in the log under " + failureId + ".");
        }
    }
}
