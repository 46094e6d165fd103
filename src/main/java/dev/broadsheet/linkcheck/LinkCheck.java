package dev.broadsheet.linkcheck;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One check of an issue's links, and how far it is. An issue has at most one that is running. */
@Entity
class LinkCheck extends PanacheEntityBase {

    enum State {
        RUNNING,
        DONE,
        FAILED
    }

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    @Column(updatable = false)
    long newsletterId;

    @Column(updatable = false)
    long issueId;

    @Column(updatable = false)
    long revisionId;

    @Enumerated(EnumType.STRING)
    State state;

    /** Links to look at, each address once. */
    int total;

    int checked;
    int dead;

    @Nullable
    String failure;

    @Column(updatable = false)
    Instant startedAt;

    @Nullable
    Instant finishedAt;

    protected LinkCheck() {} // for Hibernate

    boolean isRunning() {
        return state == State.RUNNING;
    }

    void count(int checkedNow, int deadNow) {
        if (isRunning()) {
            checked = checkedNow;
            dead = deadNow;
        }
    }

    void finish(Instant now) {
        if (isRunning()) {
            state = State.DONE;
            finishedAt = now;
        }
    }

    /** @param why for the editor */
    void fail(String why, Instant now) {
        if (isRunning()) {
            state = State.FAILED;
            failure = why;
            finishedAt = now;
        }
    }

    /** The check of an issue that is running, made where none is: two who ask at once get the same. */
    static long startOrJoin(long newsletterId, long issueId, long revisionId, int total, Instant now) {
        return ((Number) getEntityManager()
                        .createNativeQuery("""
                        insert into link_check (newsletter_id, issue_id, revision_id, state, total, started_at)
                        values (:newsletter, :issue, :revision, 'RUNNING', :total, :now)
                        on conflict (issue_id) where state = 'RUNNING' do update set issue_id = excluded.issue_id
                        returning id
                        """)
                        .setParameter("newsletter", newsletterId)
                        .setParameter("issue", issueId)
                        .setParameter("revision", revisionId)
                        .setParameter("total", total)
                        .setParameter("now", now)
                        .getSingleResult())
                .longValue();
    }

    static List<LinkCheck> running() {
        return list("state", State.RUNNING);
    }
}
