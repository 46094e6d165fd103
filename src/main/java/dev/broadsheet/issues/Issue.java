package dev.broadsheet.issues;

import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.Problem;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One edition of a newsletter: its revisions, and which of them is public. */
@Entity
class Issue extends PanacheEntityBase {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public Long id;

    @Column(updatable = false)
    public long newsletterId;

    /** Its name in addresses; never changes. */
    @Column(updatable = false)
    public String slug;

    @Enumerated(EnumType.STRING)
    public IssueState state = IssueState.DRAFT;

    /** Number of the newest revision; 0 only while the first is being made. */
    public int latestRevision;

    /** Which row of the latest revision is the newest. */
    public int latestEdit;

    public @Nullable Integer publishedRevision;

    /** Which row of the published revision stands on the web. */
    public int publishedEdit;

    /** When it was first published: a correction does not make an issue new. */
    public @Nullable Instant publishedAt;

    public @Nullable Instant withdrawnAt;

    /** When a correction gave readers another text; null where none did. */
    public @Nullable Instant revisedAt;

    /** When it was last published, corrected or withdrawn: what caches go by. */
    public @Nullable Instant changedAt;

    @Column(updatable = false)
    public Instant createdAt;

    protected Issue() {} // for Hibernate

    Issue(long newsletterId, String slug, Instant createdAt) {
        this.newsletterId = newsletterId;
        this.slug = slug;
        this.createdAt = createdAt;
    }

    /** Keeps a new revision, or another row of one that it has. */
    void add(Revision revision) {
        revision.issueId = id;
        revision.persistAndFlush();
        if (revision.number >= latestRevision) {
            latestRevision = revision.number;
            latestEdit = revision.edit;
        }
    }

    /** Makes the latest revision the public one; again, it changes nothing. @return whether it was otherwise before */
    boolean publish(Instant now) {
        Optional<Revision> before = publishedRow();
        boolean wasPublic = state == IssueState.PUBLISHED;
        boolean changed = !wasPublic
                || publishedEdit != latestEdit
                || !Integer.valueOf(latestRevision).equals(publishedRevision);
        state = IssueState.PUBLISHED;
        publishedRevision = latestRevision;
        publishedEdit = latestEdit;
        publishedAt = publishedAt == null ? now : publishedAt;
        withdrawnAt = null;
        Optional<Revision> after = publishedRow();
        boolean readsOtherwise =
                before.isPresent() && after.filter(before.get()::readsAs).isEmpty();
        revisedAt = readsOtherwise ? now : revisedAt;
        changedAt = wasPublic && !readsOtherwise ? changedAt : now;
        return changed;
    }

    private Optional<Revision> publishedRow() {
        return publishedRevision == null ? Optional.empty() : Revision.row(id, publishedRevision, publishedEdit);
    }

    /** @return whether it was public until now */
    boolean withdraw(Instant now) {
        if (state == IssueState.DRAFT) {
            throw new Problem(409, "not-published", "This issue is not public, so it cannot be withdrawn.");
        }
        if (state == IssueState.WITHDRAWN) {
            return false;
        }
        state = IssueState.WITHDRAWN;
        withdrawnAt = now;
        changedAt = now;
        return true;
    }

    /** What the audit trail calls it. */
    String subject(Newsletter of) {
        return "issue/" + of.slug + "/" + slug;
    }

    static Optional<Issue> find(long newsletterId, String slug) {
        return find("newsletterId = ?1 and slug = ?2", newsletterId, slug).firstResultOptional();
    }

    /** The same, locked until the transaction ends: its revisions are made and published one after another. */
    static Optional<Issue> lock(long newsletterId, String slug) {
        return Issue.<Issue>find("newsletterId = ?1 and slug = ?2", newsletterId, slug)
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .firstResultOptional();
    }

    /** Where two writers bring a new issue at once, both come out with the same one. */
    static boolean insertIfAbsent(long newsletterId, String slug, Instant now) {
        return getEntityManager()
                        .createNativeQuery("""
                        insert into issue (newsletter_id, slug, state, created_at)
                        values (:newsletter, :slug, 'DRAFT', :now)
                        on conflict (newsletter_id, slug) do nothing
                        """)
                        .setParameter("newsletter", newsletterId)
                        .setParameter("slug", slug)
                        .setParameter("now", now)
                        .executeUpdate()
                == 1;
    }
}
