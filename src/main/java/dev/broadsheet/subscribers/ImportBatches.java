package dev.broadsheet.subscribers;

import dev.broadsheet.accounts.Audit;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.sql.PreparedStatement;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.hibernate.Session;

/** The transactions of an import, and what is kept of it. */
@ApplicationScoped
class ImportBatches {

    private final EntityManager em;
    private final ImportRows rows;
    private final Event<Left> left;
    private final Audit audit;
    private final Clock clock;

    ImportBatches(EntityManager em, ImportRows rows, Event<Left> left, Audit audit, Clock clock) {
        this.em = em;
        this.rows = rows;
        this.left = left;
        this.audit = audit;
        this.clock = clock;
    }

    @Transactional
    long start(long newsletterId, boolean dryRun) {
        Import started = new Import(newsletterId, dryRun, clock.instant());
        started.persist();
        if (!dryRun) {
            String newsletter = Newsletter.<Newsletter>findById(newsletterId).slug;
            audit.record("import.start", newsletter, "import/" + started.id, Map.of());
        }
        return started.id;
    }

    /**
     * Works a batch off and counts it.
     *
     * @param people each address once
     * @param repeated lines that say what an earlier one of the file said
     */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    void put(long id, List<ImportFile.Person> people, List<ImportFile.Refused> refused, long repeated) {
        Import running = get(id);
        running.count(running.dryRun ? tried(running, people) : put(running, people), refused.size(), repeated);
        em.unwrap(Session.class).doWork(connection -> {
            String sql = "insert into import_refusal (import_id, line, reason, content) values (?, ?, ?, ?)";
            try (PreparedStatement insert = connection.prepareStatement(sql)) {
                for (ImportFile.Refused line : refused) {
                    insert.setLong(1, id);
                    insert.setLong(2, line.number());
                    insert.setString(3, line.reason());
                    insert.setString(4, line.content());
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        });
    }

    private ImportRows.Counts put(Import running, List<ImportFile.Person> people) {
        ImportRows.Result result = rows.put(running.newsletterId, people, clock.instant());
        result.left().forEach(subscriptionId -> left.fire(new Left(subscriptionId)));
        return result.counts();
    }

    /** What a batch would do: it is done, and taken back. By SQL, since JDBC's savepoints are closed to us under JTA. */
    private ImportRows.Counts tried(Import running, List<ImportFile.Person> people) {
        em.createNativeQuery("savepoint dry_run").executeUpdate();
        ImportRows.Counts counts =
                rows.put(running.newsletterId, people, clock.instant()).counts();
        em.createNativeQuery("rollback to savepoint dry_run").executeUpdate();
        return counts;
    }

    @Transactional
    Import finish(long id) {
        Import running = get(id);
        running.finish(clock.instant());
        return running;
    }

    @Transactional
    Import fail(long id, String why) {
        Import running = get(id);
        running.fail(why, clock.instant());
        return running;
    }

    /** Every import that has not come to an end. */
    @Transactional
    void failRunning(String why) {
        Import.<Import>list("state", Import.State.RUNNING).forEach(running -> running.fail(why, clock.instant()));
    }

    /** @throws Problem 404 where there is none */
    @Transactional
    Import get(long id) {
        return Import.<Import>findByIdOptional(id).orElseThrow(() -> Problem.notFound("import"));
    }

    /** Refused lines behind one and at most so many. */
    @Transactional
    List<ImportFile.Refused> refused(long id, long afterLine, int most) {
        return em.createNativeQuery(
                        "select line, reason, content from import_refusal"
                                + " where import_id = :id and line > :after order by line",
                        ImportFile.Refused.class)
                .setParameter("id", id)
                .setParameter("after", afterLine)
                .setMaxResults(most)
                .getResultList();
    }
}
