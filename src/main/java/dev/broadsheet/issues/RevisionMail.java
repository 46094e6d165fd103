package dev.broadsheet.issues;

import dev.broadsheet.rendering.Slots;

/**
 * A revision as it is mailed.
 *
 * @param number of the revision within the issue
 * @param mailHtml holds the tags of {@code slots}, and so does {@code mailText}
 */
public record RevisionMail(
        long revisionId,
        int number,
        long issueId,
        long newsletterId,
        String slug,
        IssueState issueState,
        String title,
        String subject,
        String mailHtml,
        String mailText,
        Slots slots) {

    RevisionMail(Issue issue, Revision revision) {
        this(
                revision.id,
                revision.number,
                issue.id,
                issue.newsletterId,
                issue.slug,
                issue.state,
                revision.title,
                revision.subject,
                revision.mailHtml,
                revision.mailText,
                new Slots(revision.slotNonce));
    }

    /** The same with a value for each slot, for one person or for nobody. */
    RevisionMail filled(String unsubscribeUrl, String preferencesUrl) {
        return new RevisionMail(
                revisionId,
                number,
                issueId,
                newsletterId,
                slug,
                issueState,
                title,
                subject,
                mailHtml.replace(slots.unsubscribeUrl(), unsubscribeUrl)
                        .replace(slots.preferencesUrl(), preferencesUrl),
                mailText.replace(slots.unsubscribeUrl(), unsubscribeUrl)
                        .replace(slots.preferencesUrl(), preferencesUrl),
                slots);
    }
}
