package dev.broadsheet.subscribers;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** One file of subscribers being brought along, what it is taken for, and how far it is. */
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

    @Enumerated(EnumType.STRING)
    ImportFormat format;

    String encoding;

    String delimiter;

    @JdbcTypeCode(SqlTypes.ARRAY)
    List<String> columnNames;

    /** As many as there are names; empty where a column is passed over. */
    @JdbcTypeCode(SqlTypes.ARRAY)
    List<String> columnMeanings;

    /** Rows, without the header and empty lines. */
    long linesRead;

    long added;
    long changed;
    long unchanged;
    long refused;

    /** Suppressions that were made; their lines are among the added and changed. */
    long suppressed;

    @JdbcTypeCode(SqlTypes.ARRAY)
    List<String> warnings = new ArrayList<>();

    @Nullable
    String failure;

    Instant startedAt;

    /** The last sign of life while it runs. */
    Instant beatAt;

    @Nullable
    Instant finishedAt;

    protected Import() {} // for Hibernate

    Import(long newsletterId, boolean dryRun, ImportFile file, Instant now) {
        this.newsletterId = newsletterId;
        this.dryRun = dryRun;
        this.state = State.RUNNING;
        this.format = file.format();
        this.encoding = file.encoding();
        this.delimiter = String.valueOf(file.delimiter());
        this.columnNames = file.columns().stream()
                .map(column -> column.name().replace('\u0000', '\uFFFD'))
                .toList();
        this.columnMeanings = file.columns().stream()
                .map(column ->
                        column.meaning() == null ? "" : column.meaning().name().toLowerCase(Locale.ROOT))
                .toList();
        this.startedAt = now;
        this.beatAt = now;
    }

    /** Takes the row's lock. Empty where it is not running any more: it was given up, since it gave no sign of life. */
    static Optional<Import> running(long id) {
        return find("id = ?1 and state = ?2", id, State.RUNNING)
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .firstResultOptional();
    }

    /** @param refusedNow lines that could not be read. @param repeated lines that say no more than an earlier one */
    void count(ImportRows.Counts counts, long refusedNow, long repeated, Instant now) {
        added += counts.added();
        changed += counts.changed();
        suppressed += counts.suppressed();
        unchanged += counts.unchanged() + repeated;
        refused += refusedNow;
        linesRead += counts.added() + counts.changed() + counts.unchanged() + refusedNow + repeated;
        beatAt = now;
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
