package dev.broadsheet.subscribers;

import de.siegmar.fastcsv.reader.CsvParseException;
import dev.broadsheet.platform.PlatformConfig;
import dev.broadsheet.platform.Problem;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Brings confirmed readers along from a file, while it is being read: batches of lines, each a transaction that also
 * moves the counts on. So a crash half way leaves the truth, and the same file can be given again.
 */
@ApplicationScoped
class Imports {

    private static final int BATCH = 1000;

    private static final Logger LOG = Logger.getLogger(Imports.class);

    private final ImportBatches batches;
    private final PlatformConfig platform;
    private final Clock clock;

    Imports(ImportBatches batches, PlatformConfig platform, Clock clock) {
        this.batches = batches;
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
        batches.failRunning("Broadsheet was stopped before the end of the file. What was read before stays;"
                + " the same file can be given again.");
    }

    /**
     * Reads the whole stream. Outside of any transaction.
     *
     * @throws Problem 400 where the first line does not name the columns; then nothing is written
     */
    Import run(long newsletterId, boolean dryRun, InputStream csv) {
        ImportFile file = new ImportFile(csv, clock.instant());
        long id = batches.start(newsletterId, dryRun);
        try {
            Lines lines = new Lines(id, dryRun);
            while (file.hasNext()) {
                lines.take(file.next());
            }
            lines.workOff();
            return batches.finish(id);
        } catch (CsvParseException e) {
            return batches.fail(id, "What follows the lines that were read is no CSV.");
        } catch (UncheckedIOException e) {
            return batches.fail(id, "The connection was lost before the end of the file.");
        } catch (RuntimeException e) {
            String failureId = UUID.randomUUID().toString();
            LOG.errorf(e, "Import %d failed, id %s", id, failureId);
            return batches.fail(id, "Something went wrong here. It is in the log under " + failureId + ".");
        }
    }

    /** Lines of one file that were read and are not worked off yet. */
    private class Lines {
        private final long importId;
        private final boolean dryRun;
        private final Map<String, ImportFile.Person> people = new LinkedHashMap<>();
        private final List<ImportFile.Refused> refused = new ArrayList<>();
        private long repeated;

        /** Whom a dry run has counted; a real one sees them in the database. Half an MD5 each: 1 in 10^7 is wrong. */
        private final Set<Long> counted = new HashSet<>();

        Lines(long importId, boolean dryRun) {
            this.importId = importId;
            this.dryRun = dryRun;
        }

        void take(ImportFile.Line line) {
            if (line instanceof ImportFile.Refused no) {
                refused.add(no);
            } else if (line instanceof ImportFile.Person person) {
                take(person);
            }
            if (people.size() + refused.size() >= BATCH) {
                workOff();
            }
        }

        private void take(ImportFile.Person person) {
            String key = person.address().key();
            if (dryRun
                    && !counted.add(UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8))
                            .getMostSignificantBits())) {
                repeated++;
                return;
            }
            ImportFile.Person before = people.get(key);
            if (before != null && before.state() == person.state()) {
                repeated++;
                return;
            }
            if (before != null) {
                workOff(); // the second line says something else: it meets what the first one made
            }
            people.put(key, person);
        }

        void workOff() {
            batches.put(importId, List.copyOf(people.values()), List.copyOf(refused), repeated);
            people.clear();
            refused.clear();
            repeated = 0;
        }
    }
}
