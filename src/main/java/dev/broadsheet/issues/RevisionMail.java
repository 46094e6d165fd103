package dev.broadsheet.issues;

import dev.broadsheet.rendering.Rendered;
import dev.broadsheet.rendering.Rendered.RenderedSection;
import dev.broadsheet.rendering.Slots;
import java.util.List;
import java.util.Set;

/**
 * A revision as it is mailed.
 *
 * @param number of the revision within the issue
 * @param sections that readers can choose among
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
        Slots slots,
        List<RenderedSection> sections) {

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
                new Slots(revision.slotNonce),
                revision.sections);
    }

    /** The same for somebody who does not want these sections. */
    public RevisionMail without(Set<String> sectionIds) {
        return sectionIds.isEmpty()
                ? this
                : with(
                        Rendered.without(mailHtml, sections, sectionIds, RenderedSection::mail),
                        Rendered.without(mailText, sections, sectionIds, RenderedSection::text));
    }

    /** The same with a value for each slot, for one person or for nobody. */
    RevisionMail filled(String unsubscribeUrl, String preferencesUrl) {
        return with(
                mailHtml.replace(slots.unsubscribeUrl(), unsubscribeUrl)
                        .replace(slots.preferencesUrl(), preferencesUrl),
                mailText.replace(slots.unsubscribeUrl(), unsubscribeUrl)
                        .replace(slots.preferencesUrl(), preferencesUrl));
    }

    private RevisionMail with(String html, String text) {
        return new RevisionMail(
                revisionId,
                number,
                issueId,
                newsletterId,
                slug,
                issueState,
                title,
                subject,
                html,
                text,
                slots,
                sections);
    }
}
