package dev.broadsheet.subscribers;

import dev.broadsheet.accounts.Audit;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.Problem;
import io.quarkus.narayana.jta.runtime.TransactionConfiguration;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.sql.PreparedStatement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.hibernate.Session;

/** The transactions of an import, and what is kept of it. */
@ApplicationScoped
class ImportBatches {

    /** It was given up for dead by another node, or by this one after a long stand-still. */
    static class GivenUp extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** A batch takes about a second; this is for a database that is very busy. */
    private static final int LONGEST_SECONDS = 300;

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
    long start(long newsletterId, boolean dryRun, ImportFile file) {
        Import started = new Import(newsletterId, dryRun, file, clock.instant());
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
     * @param rounds of people, each address once in a round; a later round says more of some than the one before
     * @param repeated lines that say no more than an earlier one of the file
     * @throws GivenUp where it is not running any more
     */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    @TransactionConfiguration(timeout = LONGEST_SECONDS)
    void put(
            long id,
            List<? extends Collection<ImportFile.Person>> rounds,
            List<ImportFile.Refused> refused,
            long repeated) {
        Import running = Import.running(id).orElseThrow(GivenUp::new);
        ImportRows.Counts counts = running.dryRun ? tried(running, rounds) : put(running, rounds);
        running.count(counts, refused.size(), repeated, clock.instant());
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

    private ImportRows.Counts put(Import running, List<? extends Collection<ImportFile.Person>> rounds) {
        ImportRows.Counts counts = ImportRows.Counts.NONE;
        for (Collection<ImportFile.Person> people : rounds) {
            ImportRows.Result result = rows.put(running.newsletterId, people, clock.instant());
            result.left().forEach(subscriptionId -> left.fire(new Left(subscriptionId)));
            counts = counts.plus(result.counts());
        }
        return counts;
    }

    /** In later rounds are people whom the first one would have made: their lines change something. */
    private ImportRows.Counts tried(Import running, List<? extends Collection<ImportFile.Person>> rounds) {
        ImportRows.Counts counts = ImportRows.Counts.NONE;
        for (int i = 0; i < rounds.size(); i++) {
            counts = counts.plus(
                    i == 0
                            ? rows.tried(running.newsletterId, rounds.get(i))
                            : new ImportRows.Counts(0, rounds.get(i).size(), 0, 0));
        }
        return counts;
    }

    /** @param warnings for the editor */
    @Transactional
    Import finish(long id, String encoding, List<String> warnings) {
        Import running = Import.running(id).orElseThrow(GivenUp::new);
        running.encoding = encoding;
        running.warnings = new ArrayList<>(warnings);
        running.finish(clock.instant());
        return running;
    }

    /** Where it has ended otherwise meanwhile, that stays. */
    @Transactional
    Import fail(long id, String why) {
        Import.running(id).ifPresent(running -> running.fail(why, clock.instant()));
        return get(id);
    }

    /** Every import that has given no sign of life for so long and is not being worked on this moment. */
    @Transactional
    void failSilent(Duration silence, String why) {
        em.createNativeQuery("""
                        update import set state = 'FAILED', failure = :why, finished_at = :now where id in (
                          select id from import where state = 'RUNNING' and beat_at <= :before
                          order by id for update skip locked)
                        """)
                .setParameter("why", why)
                .setParameter("now", clock.instant())
                .setParameter("before", clock.instant().minus(silence))
                .executeUpdate();
    }

    /** Reports hold what was refused, so addresses: they go after so long. */
    @Transactional
    void forgetRefusals(Duration age) {
        em.createNativeQuery("delete from import_refusal r using import i where i.id = r.import_id"
                        + " and i.finished_at < :before")
                .setParameter("before", clock.instant().minus(age))
                .executeUpdate();
    }

    /** @throws Problem 404 where there is none */
    @Transactional
    Import get(long id) {
        return Import.<Import>findByIdOptional(id).orElseThrow(() -> Problem.notFound("import"));
    }

    /** Of a newsletter, the latest first. @param before an id; only older ones */
    @Transactional
    List<Import> list(long newsletterId, long before, int most) {
        return Import.<Import>find("newsletterId = ?1 and id < ?2 order by id desc", newsletterId, before)
                .page(0, most)
                .list();
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
