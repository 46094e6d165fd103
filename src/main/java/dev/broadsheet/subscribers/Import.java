package dev.broadsheet.subscribers;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One file of subscribers being brought along, and how far it is. */
@Entity
class Import extends PanacheEntityBase {

    enum State {
        RUNNING,
        DONE,
        FAILED
    }

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    long newsletterId;

    @Enumerated(EnumType.STRING)
    State state;

    /** Counts and refuses, but changes nothing. */
    boolean dryRun;

    /** Rows, without the header and empty lines. */
    long linesRead;

    long added;
    long changed;
    long unchanged;
    long refused;

    @Nullable
    String failure;

    Instant startedAt;

    @Nullable
    Instant finishedAt;

    protected Import() {} // for Hibernate

    Import(long newsletterId, boolean dryRun, Instant now) {
        this.newsletterId = newsletterId;
        this.dryRun = dryRun;
        this.state = State.RUNNING;
        this.startedAt = now;
    }

    void count(ImportRows.Counts counts, long refusedNow, long repeated) {
        added += counts.added();
        changed += counts.changed();
        unchanged += counts.unchanged() + repeated;
        refused += refusedNow;
        linesRead += counts.added() + counts.changed() + counts.unchanged() + refusedNow + repeated;
    }

    void finish(Instant now) {
        state = State.DONE;
        finishedAt = now;
    }

    /** @param why for the editor; what was read before stays */
    void fail(String why, Instant now) {
        state = State.FAILED;
        failure = why;
        finishedAt = now;
    }
}
