package dev.broadsheet.preflight;

import static dev.broadsheet.preflight.Finding.Blocks.PUBLISH;
import static dev.broadsheet.preflight.Finding.Blocks.SEND;
import static dev.broadsheet.preflight.Finding.Severity.ERROR;
import static dev.broadsheet.preflight.Finding.Severity.INFO;
import static dev.broadsheet.preflight.Finding.Severity.WARNING;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All that preflight looks for. Each newsletter can switch a rule off by its {@link #id}. */
public enum Rule {
    /** A link whose address is still to be filled in, such as REDDIT_LINK_HERE. */
    PLACEHOLDER_LINK(ERROR, SEND),
    /** A note to the editors that readers would see: TODO, or a sentence of the template. */
    PLACEHOLDER_TEXT(ERROR, SEND),
    /** What Git leaves where two versions could not be merged. */
    CONFLICT_MARKER(ERROR, PUBLISH),
    /** A comment without its end, which hides what follows or stands in the text. */
    COMMENT_UNCLOSED(ERROR, PUBLISH),
    /** The end of a comment that was never opened, shown as text. */
    COMMENT_STRAY_CLOSE(ERROR, PUBLISH),
    /** Letters damaged by being read in another encoding. */
    MOJIBAKE(ERROR, null),
    /** Control characters, and invisible ones as information. */
    CONTROL_CHAR(ERROR, null),
    /** A link without an address. */
    LINK_EMPTY(ERROR, SEND),
    /** A link that readers see as raw text, or that leads nowhere. */
    LINK_MALFORMED(ERROR, PUBLISH),
    /** {@code [text][name]} without a line that defines the name. */
    LINK_UNDEFINED(ERROR, PUBLISH),
    /** A number, date or category that earlier issues have. */
    FRONT_MATTER_MISSING(ERROR, null),
    /** A number or date against file name, title, schedule or the issues before. */
    FRONT_MATTER_DATE(WARNING, null),
    /** The days that the events cover: missing, unreadable or other than usual. */
    EVENTS_WINDOW(ERROR, null),
    /** A line that looks like an event and is not written like one. */
    EVENT_MALFORMED(WARNING, null),
    /** An event that lies outside the days covered. */
    EVENT_OUTSIDE_WINDOW(WARNING, null),
    /** An event that stands twice in one region. */
    EVENT_DUPLICATE(WARNING, null),
    /** An event dated before the one above it. */
    EVENT_ORDER(INFO, null),
    /** A place that is written unlike others, or stands for its country. */
    EVENT_PLACE(INFO, null),
    /** An event whose title is still to come. */
    EVENT_TITLE_PLACEHOLDER(INFO, null),
    /** A heading with nothing below it. */
    SECTION_EMPTY(WARNING, null),
    /** A section with nothing but what stands in it every time. */
    SECTION_UNFILLED(WARNING, null),
    /** The same heading twice within one section. */
    SECTION_DUPLICATE(WARNING, null),
    /** A line that names another section of the same group. */
    SECTION_MISPLACED(INFO, null),
    /** A paragraph that nearly repeats another. */
    PARAGRAPH_DUPLICATE(INFO, null),
    /** A line of a paragraph that begins with # and a digit. */
    HEADING_ACCIDENTAL(WARNING, null),
    /** Spaces before the marks of a heading. */
    HEADING_INDENTED(WARNING, null),
    /** Marks of a heading with no space behind them, shown as text. */
    HEADING_SPACE(WARNING, null),
    /** A heading more than one level below the one above it. */
    HEADING_SKIP(INFO, null),
    /** A list right after a line of text. */
    LIST_WITHOUT_BLANK(INFO, null),
    /** Items below items, indented by less than four spaces. */
    LIST_INDENT(INFO, null),
    /** An address that tells where the reader came from. */
    LINK_TRACKING(WARNING, null),
    /** An address that leads through another site. */
    LINK_REDIRECTOR(WARNING, null),
    /** An address that stands twice, or stood in an earlier issue. */
    LINK_DUPLICATE(WARNING, null),
    /** A link of the community to the newsletter itself. */
    LINK_SELF(WARNING, null),
    /** An address with nothing behind it, where somebody asked for a check. */
    LINK_DEAD(WARNING, null),
    /** An address that such a check could not open. */
    LINK_UNSURE(INFO, null),
    /** A link to the discussion that leads to another place or another issue's. */
    DISCUSS_LINK(WARNING, null),
    /** A link to a place within the issue that is not there. */
    ANCHOR_UNKNOWN(WARNING, null),
    /** An address as the text of a link. */
    LINK_TEXT_URL(INFO, null),
    /** The text of a link with a bracket that has no partner. */
    LINK_TEXT_UNBALANCED(INFO, null),
    /** The text of a link cut short. */
    LINK_TEXT_TRUNCATED(INFO, null),
    /** A backtick without its partner. */
    CODE_ODD_BACKTICKS(WARNING, null),
    /** A tag that does not reach readers. */
    HTML_TAG(WARNING, null),
    /** A picture that mail programs may hold back, or that nothing describes. */
    IMAGE_REMOTE(INFO, null),
    /** A mail so large that it is cut. */
    SIZE_CLIP(WARNING, null),
    /** An issue in which readers would see nothing. */
    MAIL_UNSENDABLE(ERROR, SEND);

    private final Finding.Severity severity;
    private final Finding.@Nullable Blocks blocks;

    Rule(Finding.Severity severity, Finding.@Nullable Blocks blocks) {
        this.severity = severity;
        this.blocks = blocks;
    }

    /** As newsletters and findings name it: {@code link-empty}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** As a rule; a finding of it may be milder. */
    public Finding.Severity severity() {
        return severity;
    }

    public Finding.@Nullable Blocks blocks() {
        return blocks;
    }

    /** Whether it is about a heading with all below it. */
    boolean isOfSection() {
        return name().startsWith("SECTION_");
    }

    public static Optional<Rule> of(String id) {
        for (Rule rule : values()) {
            if (rule.id().equals(id)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }
}
