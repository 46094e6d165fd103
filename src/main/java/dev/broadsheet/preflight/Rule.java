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
    PLACEHOLDER_LINK(ERROR, SEND, "a link whose address is still to be filled in, such as REDDIT_LINK_HERE"),
    PLACEHOLDER_TEXT(ERROR, SEND, "a note to the editors that readers would see: TODO, or a sentence of the template"),
    CONFLICT_MARKER(ERROR, PUBLISH, "what Git leaves where two versions could not be merged"),
    COMMENT_UNCLOSED(ERROR, PUBLISH, "a comment without its end, which hides what follows or stands in the text"),
    COMMENT_STRAY_CLOSE(ERROR, PUBLISH, "the end of a comment that was never opened, shown as text"),
    MOJIBAKE(ERROR, null, "letters damaged by being read in another encoding"),
    CONTROL_CHAR(ERROR, null, "control characters, and invisible ones as information"),
    LINK_EMPTY(ERROR, SEND, "a link without an address"),
    LINK_MALFORMED(ERROR, PUBLISH, "a link that readers see as raw text, or that leads nowhere"),
    LINK_UNDEFINED(ERROR, PUBLISH, "[text][name] without a line that defines the name"),
    FRONT_MATTER_MISSING(ERROR, null, "a number, date or category that earlier issues have"),
    FRONT_MATTER_DATE(WARNING, null, "a number or date against file name, title, schedule or the issues before"),
    EVENTS_WINDOW(ERROR, null, "the days that the events cover: missing, unreadable or other than usual"),
    EVENT_MALFORMED(WARNING, null, "a line that looks like an event and is not written like one"),
    EVENT_OUTSIDE_WINDOW(WARNING, null, "an event that lies outside the days covered"),
    EVENT_DUPLICATE(WARNING, null, "an event that stands twice in one region"),
    EVENT_ORDER(INFO, null, "an event dated before the one above it"),
    EVENT_PLACE(INFO, null, "a place that is written unlike others, or stands for its country"),
    EVENT_TITLE_PLACEHOLDER(INFO, null, "an event whose title is still to come"),
    SECTION_EMPTY(WARNING, null, "a heading with nothing below it"),
    SECTION_UNFILLED(WARNING, null, "a section with nothing but what stands in it every time"),
    SECTION_DUPLICATE(WARNING, null, "the same heading twice within one section"),
    SECTION_MISPLACED(INFO, null, "a line that names another section of the same group"),
    PARAGRAPH_DUPLICATE(INFO, null, "a paragraph that nearly repeats another"),
    HEADING_ACCIDENTAL(WARNING, null, "a line of a paragraph that begins with # and a digit"),
    HEADING_INDENTED(WARNING, null, "spaces before the marks of a heading"),
    HEADING_SPACE(WARNING, null, "marks of a heading with no space behind them, shown as text"),
    HEADING_SKIP(INFO, null, "a heading more than one level below the one above it"),
    LIST_WITHOUT_BLANK(INFO, null, "a list right after a line of text"),
    LIST_INDENT(INFO, null, "items below items, indented by less than four spaces"),
    LINK_TRACKING(WARNING, null, "an address that tells where the reader came from"),
    LINK_REDIRECTOR(WARNING, null, "an address that leads through another site"),
    LINK_DUPLICATE(WARNING, null, "an address that stands twice, or stood in an earlier issue"),
    LINK_SELF(WARNING, null, "a link of the community to the newsletter itself"),
    LINK_DEAD(WARNING, null, "an address with nothing behind it, where somebody asked for a check"),
    LINK_UNSURE(INFO, null, "an address that such a check could not open"),
    DISCUSS_LINK(WARNING, null, "a link to the discussion that leads to another place or another issue's"),
    ANCHOR_UNKNOWN(WARNING, null, "a link to a place within the issue that is not there"),
    LINK_TEXT_URL(INFO, null, "an address as the text of a link"),
    LINK_TEXT_UNBALANCED(INFO, null, "the text of a link with a bracket that has no partner"),
    LINK_TEXT_TRUNCATED(INFO, null, "the text of a link cut short"),
    CODE_ODD_BACKTICKS(WARNING, null, "a backtick without its partner"),
    HTML_TAG(WARNING, null, "a tag that does not reach readers"),
    IMAGE_REMOTE(INFO, null, "a picture that mail programs may hold back, or that nothing describes"),
    SIZE_CLIP(WARNING, null, "a mail so large that it is cut"),
    MAIL_UNSENDABLE(ERROR, SEND, "an issue in which readers would see nothing");

    private final Finding.Severity severity;
    private final Finding.@Nullable Blocks blocks;
    private final String description;

    Rule(Finding.Severity severity, Finding.@Nullable Blocks blocks, String description) {
        this.severity = severity;
        this.blocks = blocks;
        this.description = description;
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

    /** What it finds, in a few words. */
    public String description() {
        return description;
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
