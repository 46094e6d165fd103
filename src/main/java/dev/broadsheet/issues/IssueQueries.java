package dev.broadsheet.issues;

import dev.broadsheet.events.IssueEvents;
import dev.broadsheet.preflight.Earlier;
import dev.broadsheet.rendering.Rendered;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hibernate.jpa.HibernateHints;
import org.jspecify.annotations.Nullable;

/** Reads lists without the texts, which are most of a revision's bytes. */
final class IssueQueries {

    /** After every issue's date and id: where a list begins. */
    private static final DateCursor START = new DateCursor(LocalDate.of(9999, 12, 31), Long.MAX_VALUE);

    /** What readers get of an issue: its published revision, without the text once it is withdrawn. */
    private static final String READABLE = """
            select i.id, i.slug, r.issueNumber, r.title, r.issueDate, i.state, r.preheader,
                   case when i.state = PUBLISHED then r.contentHtml else '' end, i.publishedAt, coalesce(i.revisedAt, i.publishedAt)
            from Issue i join Revision r on r.issueId = i.id and r.number = i.publishedRevision
                 and r.edit = i.publishedEdit
            where i.newsletterId = :newsletter
            """;

    private IssueQueries() {}

    static List<IssueDetails.Entry> list(long newsletterId, @Nullable DateCursor after, int limit) {
        return dated("""
                select i.id, i.slug, r.issueNumber, r.title, r.subject, r.issueDate, i.state, r.number,
                       i.publishedRevision
                from Issue i join Revision r on r.issueId = i.id and r.number = i.latestRevision
                     and r.edit = i.latestEdit
                where i.newsletterId = :newsletter
                """, IssueDetails.Entry.class, newsletterId, after, limit);
    }

    static List<PublishedIssue.Entry> published(long newsletterId, @Nullable DateCursor after, int limit) {
        return dated("""
                select i.id, i.slug, r.issueNumber, r.title, r.issueDate
                from Issue i join Revision r on r.issueId = i.id and r.number = i.publishedRevision
                     and r.edit = i.publishedEdit
                where i.newsletterId = :newsletter and i.state = PUBLISHED
                """, PublishedIssue.Entry.class, newsletterId, after, limit);
    }

    private static <T> List<T> dated(
            String query, Class<T> type, long newsletterId, @Nullable DateCursor after, int limit) {
        DateCursor cursor = after == null ? START : after;
        return em().createQuery(query + """
                        and (r.issueDate < :date or r.issueDate = :date and i.id < :id)
                        order by r.issueDate desc, i.id desc
                        """, type)
                .setParameter("newsletter", newsletterId)
                .setParameter("date", cursor.date())
                .setParameter("id", cursor.id())
                .setMaxResults(limit)
                .getResultList();
    }

    static Optional<PublishedIssue> findPublished(long newsletterId, String slug) {
        return em().createQuery(READABLE + "and i.slug = :slug and i.state <> DRAFT", PublishedIssue.class)
                .setParameter("newsletter", newsletterId)
                .setParameter("slug", slug)
                .getResultStream()
                .findFirst();
    }

    /** With their texts, newest date first. */
    static List<PublishedIssue> latest(long newsletterId, int limit) {
        return dated(READABLE + "and i.state = PUBLISHED\n", PublishedIssue.class, newsletterId, null, limit);
    }

    /** The next one by date among what is public. */
    static Optional<PublishedIssue.Entry> newer(long newsletterId, DateCursor than) {
        return em().createQuery("""
                        select i.id, i.slug, r.issueNumber, r.title, r.issueDate
                        from Issue i join Revision r on r.issueId = i.id and r.number = i.publishedRevision
                             and r.edit = i.publishedEdit
                        where i.newsletterId = :newsletter and i.state = PUBLISHED
                          and (r.issueDate > :date or r.issueDate = :date and i.id > :id)
                        order by r.issueDate, i.id
                        """, PublishedIssue.Entry.class)
                .setParameter("newsletter", newsletterId)
                .setParameter("date", than.date())
                .setParameter("id", than.id())
                .setMaxResults(1)
                .getResultStream()
                .findFirst();
    }

    /** When what is public last changed by an issue's coming, correction or going. */
    static Optional<Instant> lastChange(long newsletterId) {
        return Optional.ofNullable(em().createQuery("""
                        select max(i.changedAt) from Issue i where i.newsletterId = :newsletter
                        """, Instant.class)
                .setParameter("newsletter", newsletterId)
                .getSingleResult());
    }

    /** Each number once, as it came; reads two sources at a time. */
    static List<RevisionDetails> revisions(long issueId, long before, int limit) {
        List<RevisionDetails> details = new ArrayList<>();
        Revision newer = null;
        // one more than is shown: what the last one is compared with
        try (Stream<Revision> newestFirst = em().createQuery("""
                        from Revision r
                        where r.issueId = :issue and r.edit = 0 and (:before = 0 or r.number < :before)
                        order by r.number desc
                        """, Revision.class)
                .setParameter("issue", issueId)
                .setParameter("before", before)
                .setMaxResults(limit + 1)
                .setHint(HibernateHints.HINT_FETCH_SIZE, 2)
                .getResultStream()) {
            for (Revision revision : (Iterable<Revision>) newestFirst::iterator) {
                if (newer != null) {
                    details.add(new RevisionDetails(newer, revision));
                }
                newer = revision;
                em().detach(revision);
            }
        }
        if (newer != null && details.size() < limit) {
            details.add(new RevisionDetails(newer, null));
        }
        return details;
    }

    /** What preflight learns from: issues dated before a day, newest first. @param except an issue's id */
    static List<Earlier> earlier(long newsletterId, long except, LocalDate before, int limit) {
        return em().createQuery("""
                        select i.slug, r.issueDate, r.issueNumber, r.category, r.facts
                        from Issue i join Revision r on r.issueId = i.id and r.number = i.latestRevision
                             and r.edit = i.latestEdit
                        where i.newsletterId = :newsletter and i.id <> :except and i.state <> WITHDRAWN
                          and r.issueDate < :before and r.facts is not null
                        order by r.issueDate desc, i.id desc
                        """, Earlier.class)
                .setParameter("newsletter", newsletterId)
                .setParameter("except", except)
                .setParameter("before", before)
                .setMaxResults(limit)
                .getResultList();
    }

    /** The newest published issues with their events. */
    static List<IssueEvents> events(long newsletterId, int limit) {
        return em().createQuery("""
                        select i.slug, r.issueDate, coalesce(i.revisedAt, i.publishedAt), r.events
                        from Issue i join Revision r on r.issueId = i.id and r.number = i.publishedRevision
                             and r.edit = i.publishedEdit
                        where i.newsletterId = :newsletter and i.state = PUBLISHED
                        order by r.issueDate desc, i.id desc
                        """, IssueEvents.class)
                .setParameter("newsletter", newsletterId)
                .setMaxResults(limit)
                .getResultList();
    }

    /** Sections of the newest published issues, the newest first. */
    @SuppressWarnings("unchecked")
    static List<List<Rendered.RenderedSection>> sections(long newsletterId, int issues) {
        return em().createQuery("""
                        select r.sections
                        from Issue i join Revision r on r.issueId = i.id and r.number = i.publishedRevision
                             and r.edit = i.publishedEdit
                        where i.newsletterId = :newsletter and i.state = PUBLISHED
                        order by r.issueDate desc, i.id desc
                        """, Object.class)
                .setParameter("newsletter", newsletterId)
                .setMaxResults(issues)
                .getResultStream()
                .map(sections -> (List<Rendered.RenderedSection>) sections)
                .toList();
    }

    static boolean noneDatedAfter(long newsletterId, long except, LocalDate date) {
        return em().createQuery("""
                        select 1 from Issue i join Revision r on r.issueId = i.id and r.number = i.latestRevision
                             and r.edit = i.latestEdit
                        where i.newsletterId = :newsletter and i.id <> :except and r.issueDate > :date
                        """, Integer.class)
                .setParameter("newsletter", newsletterId)
                .setParameter("except", except)
                .setParameter("date", date)
                .setMaxResults(1)
                .getResultList()
                .isEmpty();
    }

    private static EntityManager em() {
        return Issue.getEntityManager();
    }
}
