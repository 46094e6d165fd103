package dev.broadsheet.delivery;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** One sending of one published revision to everybody who is mailable when it starts and has not had the issue. */
@Entity
@DynamicUpdate // two who change different things at one moment do not undo each other
public class Campaign extends PanacheEntityBase {

    /** {@code SCHEDULED → SENDING ⇄ PAUSED → DONE | CANCELLED}; a retry: {@code DONE → SENDING}. */
    public enum State {
        SCHEDULED,
        SENDING,
        PAUSED,
        DONE,
        CANCELLED
    }

    /** The lane of a canary's readers, beside those of all others: it alone is sent while the canary runs. */
    static final int CANARY_LANE = -1;

    /** Why it is paused once its issue was taken off the web. */
    static final String ISSUE_WITHDRAWN = "issue-withdrawn";

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public Long id;

    @Column(updatable = false)
    public long newsletterId;

    @Column(updatable = false)
    public long issueId;

    /** A row of the revision that it was planned for; at its start the newest one, with all that was left out since. */
    public long revisionId;

    @Enumerated(EnumType.STRING)
    public State state;

    public @Nullable String reasonCode;
    public @Nullable String reasonText;
    public @Nullable Instant reasonSince;

    public @Nullable Double messagesPerSecond;

    /** What it was planned under: its links and its hand-over belong to these. */
    public String transport;

    public String baseUrl;

    @Column(updatable = false)
    public String fromName;

    @Column(updatable = false)
    public String fromEmail;

    @Column(updatable = false)
    public @Nullable String replyTo;

    /** Null until it starts. */
    public @Nullable Long recipients;

    @Column(updatable = false)
    public Instant createdAt;

    public Instant sendAt;
    public @Nullable Instant startedAt;
    public @Nullable Instant finishedAt;

    /** How many it is, once that is known; null where there is none. */
    public @Nullable Integer canarySize;

    /** Subscriptions of those named; null for the first ones. */
    @JdbcTypeCode(SqlTypes.ARRAY)
    @Column(updatable = false)
    public long @Nullable [] canaryNamed;

    @Enumerated(EnumType.STRING)
    @Column(updatable = false)
    public Canary.@Nullable Then canaryThen;

    @Column(updatable = false)
    public @Nullable Long canaryCleanSeconds;

    @Enumerated(EnumType.STRING)
    public Canary.@Nullable State canaryState;

    /** What had been handed over, had bounced or was complained about, when an editor resumed it last. */
    public long seenHandedOver;

    public long seenBounced;

    public long seenComplained;

    protected Campaign() {} // for Hibernate

    Campaign(long newsletterId, long issueId, long revisionId, Instant createdAt, Instant sendAt) {
        this.newsletterId = newsletterId;
        this.issueId = issueId;
        this.revisionId = revisionId;
        this.createdAt = createdAt;
        this.sendAt = sendAt;
        this.state = State.SCHEDULED;
    }

    /** A moment at which nothing moves this campaign but the caller. */
    static Optional<Campaign> locked(long id) {
        return Optional.ofNullable(findById(id, LockModeType.PESSIMISTIC_WRITE));
    }

    /** Ids alone: whoever changes one locks it first, and reads it then. */
    static List<Long> idsInState(State... states) {
        return getEntityManager()
                .createQuery("select c.id from Campaign c where c.state in :states order by c.id", Long.class)
                .setParameter("states", Set.of(states))
                .getResultList();
    }

    static List<Long> idsOfIssue(long issueId) {
        return getEntityManager()
                .createQuery("select c.id from Campaign c where c.issueId = :issue order by c.id", Long.class)
                .setParameter("issue", issueId)
                .getResultList();
    }

    /** Whether its links and its hand-over still belong to the service as it is now. */
    boolean isPlannedFor(String transportNow, String baseUrlNow) {
        return transport.equals(transportNow) && baseUrl.equals(baseUrlNow);
    }

    /** Whether only its canary's lane is sent. */
    boolean isCanary() {
        return canaryState == Canary.State.RUNNING;
    }

    /** Whether it goes on by itself, if only after its canary. */
    boolean mayPause() {
        return state == State.SCHEDULED
                || state == State.SENDING
                || state == State.PAUSED && Canary.REASON.equals(reasonCode);
    }

    /**
     * Pausing again changes nothing: the first reason stands. But the wait after a canary ends by itself, and that must
     * not be the end of any other.
     */
    void pause(String code, String text, Instant now) {
        if (mayPause()) {
            state = State.PAUSED;
            reason(code, text, now);
            tell(Alert.Kind.PAUSED, now);
        }
    }

    /** What is known of it by now, while it waits for the same. */
    void waitsStill(String text) {
        reasonText = text;
    }

    /** All that will ever be known is known, and it still waits: editors are told once more. */
    void waitsInVain(Instant known, Instant now) {
        long told = Alert.count(
                "campaignId = ?1 and kind = ?2 and code = ?3 and happenedAt >= ?4",
                id,
                Alert.Kind.PAUSED,
                reasonCode,
                known);
        if (told == 0) {
            tell(Alert.Kind.PAUSED, now);
        }
    }

    /** Whatever else it waits for: it cannot go on before the issue is public again, and its editors are told so. */
    void issueWithdrawn(Instant now) {
        if ((state == State.PAUSED || mayPause()) && !ISSUE_WITHDRAWN.equals(reasonCode)) {
            state = State.PAUSED;
            reason(ISSUE_WITHDRAWN, "The issue was withdrawn.", now);
            tell(Alert.Kind.PAUSED, now);
        }
    }

    /** Goes on where it was: before its start, at its time or at once where that has passed, or in the middle. */
    void resume(Instant now) {
        state = startedAt == null ? State.SCHEDULED : State.SENDING;
        sendAt = startedAt == null && sendAt.isBefore(now) ? now : sendAt;
        canaryState = canaryState == Canary.State.WAITING ? Canary.State.OVER : canaryState;
        reason(null, null, null);
    }

    void start(long recipients, Instant now) {
        state = State.SENDING;
        this.recipients = recipients;
        startedAt = now;
    }

    /** Those named left, or had the issue, since it was planned: an editor decides about the others. */
    void canaryOfNobody(Instant now) {
        canaryState = Canary.State.WAITING;
        pause(
                Canary.REASON,
                "Nobody of the canary gets this issue: they left, or had it. Resume it to send to the others.",
                now);
    }

    void cancel(String code, String text, Instant now) {
        state = State.CANCELLED;
        finishedAt = now;
        reason(code, text, now);
        tell(Alert.Kind.CANCELLED, now);
    }

    void done(Instant now) {
        state = State.DONE;
        finishedAt = now;
        canaryState = canaryState == null ? null : Canary.State.OVER; // perhaps it was everybody, or nobody
        tell(Alert.Kind.DONE, now);
    }

    void again() {
        state = State.SENDING;
        finishedAt = null;
    }

    /** Whoever changes its state tells the editors, in the same transaction: hence here, where all of them come by. */
    private void tell(Alert.Kind what, Instant now) {
        new Alert(what, this, now).persist();
    }

    private void reason(@Nullable String code, @Nullable String text, @Nullable Instant since) {
        reasonCode = code;
        reasonText = text;
        reasonSince = since;
    }
}
