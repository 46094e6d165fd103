package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Manuscript;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds comments whose end is missing and ends whose comment is. The editors' own way of putting a comment into a
 * comment, {@code <!~~ ~~>}, is right.
 */
final class CommentRules {

    private static final String OPEN = "<!--";
    private static final String CLOSE = "-->";

    private static final Pattern HEADING = Pattern.compile("[ \\t]{0,3}#{1,6}[ \\t]+(\\S.*)");
    private static final Pattern LINK = Pattern.compile("\\[([^\\[\\]]{1,200})]\\([^()]{0,500}\\)");

    /** {@code <!-- a note>}: the end was meant and mistyped. */
    private static final Pattern MISTYPED = Pattern.compile("(.*<!--[^<>]*?)\\s*-{0,2}>\\s*");

    private static final int MAX_NAMED = 3;

    private final Reading reading;
    private final Manuscript manuscript;
    private final Findings findings;
    private boolean anyBefore;

    CommentRules(Reading reading, Findings findings) {
        this.reading = reading;
        this.manuscript = reading.manuscript();
        this.findings = findings;
    }

    void check() {
        reading.html().forEach(this::checkRaw);
        for (int line = manuscript.bodyLine(); line <= reading.lineCount(); line++) {
            String visible = reading.visible(line);
            checkVisibleOpen(line, visible);
            checkVisibleClose(line, visible);
            anyBefore |= manuscript.line(line).contains(OPEN);
        }
    }

    private void checkRaw(RawHtml html) {
        Place open = null;
        for (RawHtml.Piece piece : html.pieces()) {
            String text = piece.text();
            int at = 0;
            while (at < text.length()) {
                int opens = text.indexOf(OPEN, at);
                int closes = text.indexOf(CLOSE, at);
                if (opens < 0 && closes < 0) {
                    break;
                }
                boolean nextOpens = opens >= 0 && (closes < 0 || opens < closes);
                Place here = Place.of(piece.line(), piece.column() + (nextOpens ? opens : closes));
                if (nextOpens) {
                    if (open != null) {
                        unclosed(open, here, lastLine(html));
                    }
                    open = here;
                    // "<!-->" is a whole comment
                    at = opens + 2;
                } else {
                    if (open == null) {
                        stray(here);
                    }
                    open = null;
                    at = closes + CLOSE.length();
                }
            }
        }
        if (open != null) {
            unclosed(open, null, lastLine(html));
        }
    }

    private static int lastLine(RawHtml html) {
        return html.pieces().get(html.pieces().size() - 1).line();
    }

    /** @param next the comment that begins before this one ends; null where nothing ends it */
    private void unclosed(Place open, @Nullable Place next, int end) {
        List<String> hidden = headings(open.line() + 1, next == null ? end : next.line());
        StringBuilder message = new StringBuilder("This comment has no end of its own");
        if (!hidden.isEmpty()) {
            message.append(" and hides ").append(String.join(", ", hidden));
        } else if (end > open.line()) {
            message.append(" and hides what follows, up to line ").append(end);
        }
        message.append(". Write --> where it ends.");
        findings.add(Rule.COMMENT_UNCLOSED, open.to(end), message.toString(), closed(open));
    }

    private List<String> headings(int from, int to) {
        List<String> found = new ArrayList<>();
        int count = 0;
        for (int line = from; line <= to; line++) {
            Matcher heading = HEADING.matcher(manuscript.line(line));
            if (heading.matches()) {
                count++;
                if (count <= MAX_NAMED) {
                    String title = LINK.matcher(heading.group(1)).replaceAll("$1");
                    found.add("the heading “" + title.strip() + "” (line " + line + ")");
                }
            }
        }
        if (count > MAX_NAMED) {
            found.add((count - MAX_NAMED) + " more");
        }
        return found;
    }

    private @Nullable String closed(Place open) {
        String line = manuscript.line(open.line());
        if (line.length() > 2_000 || line.indexOf(OPEN) != open.column() - 1) {
            return null;
        }
        Matcher mistyped = MISTYPED.matcher(line);
        if (mistyped.matches()) {
            return mistyped.group(1) + " " + CLOSE;
        }
        boolean endsParagraph = manuscript.line(open.line() + 1).isBlank();
        return endsParagraph ? line.stripTrailing() + " " + CLOSE : null;
    }

    private void checkVisibleOpen(int line, String visible) {
        for (int at = visible.indexOf(OPEN); at >= 0; at = visible.indexOf(OPEN, at + 1)) {
            Place place = Place.of(line, at + 1);
            findings.add(
                    Rule.COMMENT_UNCLOSED,
                    place,
                    "This comment has no end, so readers see it as text. Write --> where it ends.",
                    closed(place));
        }
    }

    /** Words on both sides of {@code -->}, or no comment anywhere above it, make it an arrow. */
    private void checkVisibleClose(int line, String visible) {
        int at = visible.indexOf(CLOSE);
        if (at < 0) {
            return;
        }
        boolean wordsBefore = !visible.substring(0, at).isBlank();
        boolean wordsAfter = !visible.substring(at + CLOSE.length()).isBlank();
        boolean alone = manuscript.line(line).strip().equals(CLOSE);
        if (alone || (anyBefore && !(wordsBefore && wordsAfter))) {
            stray(Place.of(line, at + 1));
        }
    }

    private void stray(Place place) {
        String line = manuscript.line(place.line());
        int at = place.column() - 1;
        String rest = line.length() > 2_000
                ? ""
                : line.substring(0, at).stripTrailing() + line.substring(Math.min(line.length(), at + CLOSE.length()));
        findings.add(
                Rule.COMMENT_STRAY_CLOSE,
                place,
                "This --> ends no comment, so readers see it. Take it out, or begin the comment above.",
                rest);
    }
}
