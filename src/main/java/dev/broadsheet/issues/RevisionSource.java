package dev.broadsheet.issues;

/**
 * A revision's source, for whoever looks at the text itself.
 *
 * @param revisionId of the revision as it stood when it was read
 * @param source Markdown with front matter
 */
public record RevisionSource(long revisionId, long issueId, long newsletterId, int number, String source) {

    RevisionSource(Issue issue, Revision revision) {
        this(revision.id, issue.id, issue.newsletterId, revision.number, revision.source);
    }
}
