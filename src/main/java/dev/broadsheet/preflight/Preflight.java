package dev.broadsheet.preflight;

import dev.broadsheet.events.EventWindow;
import dev.broadsheet.rendering.Manuscript;
import dev.broadsheet.rendering.Section;
import org.commonmark.node.Node;

/** Reads an issue before it goes out to its readers. */
public final class Preflight {

    private Preflight() {}

    /** Of an issue that nothing was left out of. */
    public static Report check(Manuscript manuscript, Context context) {
        return check(manuscript, manuscript, context);
    }

    /**
     * Never fails: whatever the source holds, there is a report of it, in time linear in its length.
     *
     * @param manuscript as it was written
     * @param shown the same without the lines that editors left out: what the mail is made of
     */
    public static Report check(Manuscript manuscript, Manuscript shown, Context context) {
        Findings findings = new Findings(manuscript);
        Reading reading = new Reading(manuscript);
        OwnSite own = new OwnSite(manuscript, context);
        CommunityRules community = new CommunityRules(reading, own, context, findings);
        new FrontMatterRules(manuscript, context, findings).check();
        new TextRules(reading, findings).check();
        new CommentRules(reading, findings).check();
        new LinkRules(reading, own, context, findings).check();
        new BrokenLinkRules(reading, context, findings).check();
        LinkTextRules.check(reading, findings);
        community.check();
        new BlockRules(reading, findings).check();
        HtmlRules.check(reading, findings);
        new SectionRules(reading, context, findings).check();
        ParagraphRules.check(reading, findings);
        EventRules events = new EventRules(manuscript, context, findings);
        events.check();
        checkMail(shown, context, findings);
        EventWindow window = events.window();
        Facts facts = new Facts(
                Boilerplate.of(reading.parts()),
                community.keys(),
                BrokenLinkRules.references(reading),
                community.discussion(),
                window == null ? null : window.from(),
                window == null ? null : window.to(),
                events.places(),
                manuscript.frontMatter().date() != null);
        return new Report(findings.inOrder(), facts, events.listed());
    }

    private static void checkMail(Manuscript manuscript, Context context, Findings findings) {
        boolean shown = false;
        for (Node block = manuscript.document().getFirstChild(); block != null && !shown; block = block.getNext()) {
            shown = Visibility.isShown(block);
        }
        if (!shown) {
            findings.add(
                    Rule.MAIL_UNSENDABLE,
                    Place.ofWhole(
                            Math.min(manuscript.bodyLine(), manuscript.lines().size())),
                    "Readers would see nothing of this issue. Write its text below the front matter.");
        }
        MailSize mail = context.mail();
        if (mail != null && mail.bytes() > mail.limit()) {
            int line = manuscript.sections().stream()
                    .filter(section -> section.title().equals(mail.cutAt()))
                    .mapToInt(Section::line)
                    .findFirst()
                    .orElse(manuscript.bodyLine());
            findings.add(
                    Rule.SIZE_CLIP,
                    Place.ofWhole(line),
                    "The mail has " + mail.bytes() + " bytes, and mail programs cut it at " + mail.limit() + "."
                            + (mail.cutAt() == null || mail.cutAt().isEmpty()
                                    ? " Its end is left to the web."
                                    : " From “" + mail.cutAt() + "” on, it is left to the web.")
                            + " Leave something out, or let it be.");
        }
    }
}
