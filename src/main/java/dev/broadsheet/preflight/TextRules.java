package dev.broadsheet.preflight;

import dev.broadsheet.rendering.FrontMatter;
import dev.broadsheet.rendering.Manuscript;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.Heading;
import org.commonmark.node.ListItem;
import org.commonmark.node.Paragraph;

/** Goes through the lines: what Git, other encodings and the template leave in a text. */
final class TextRules {

    /** {@code TODO} and the like where a note begins. In titles of what an issue links to they are right. */
    private static final Pattern NOTE = Pattern.compile("(?://|/\\*|%%)\\s*(?:TODO|FIXME|XXX|TBD)\\b.*"
            + "|(?:TODO|FIXME|XXX|TBD|TKTK?)(?:\\s*[:!]\\s.*|\\s*[:!.]?)");

    private static final Pattern NOTE_WORD =
            Pattern.compile("(?:TODO|FIXME|TKTK)\\b(?![-'’]| (?:list|app|item|comment|file)s?\\b).*");

    /** Sentences of templates, each too odd to be meant. */
    private static final Pattern TEMPLATE = Pattern.compile("(?i:\\bnext issue \\(#\\)"
            + "|^you may remove the .{0,80}\\blabel\\b"
            + "|\\b(?:remove|delete) this (?:section|line|paragraph) if empty\\b"
            + "|\\blorem ipsum dolor\\b"
            + "|\\btitle of the linked page\\b"
            + "|^(?:the )?(?:text|content|title|link|links|image|intro|introduction|summary|description|crate|quote|results|rfcs|cfps) goe?s? here[.!]?$)"
            + "|\\b(?:COTW|QOTW|CFPs|RFCs) goe?s? here\\b"
            + "|\\b[A-Z]+(?:_[A-Z]+){1,5}_HERE\\b");

    private static final int MAX_CHECKED = 20_000;

    private static final Pattern BULLET = Pattern.compile("\\s*(?:[*+-]|\\d{1,9}[.)])\\s+");

    private final Reading reading;
    private final Manuscript manuscript;
    private final Findings findings;

    TextRules(Reading reading, Findings findings) {
        this.reading = reading;
        this.manuscript = reading.manuscript();
        this.findings = findings;
    }

    void check() {
        checkFrontMatter();
        checkConflicts();
        checkParagraphs();
        for (int line = 1; line <= manuscript.lines().size(); line++) {
            String source = manuscript.line(line);
            checkControls(line, source);
            checkMojibake(line, source);
            if (line >= manuscript.bodyLine()) {
                checkTemplate(line, reading.visible(line));
                checkBackticks(line, reading.visible(line));
            }
        }
    }

    /** What stands for title or subject until somebody thinks of one. */
    private void checkFrontMatter() {
        FrontMatter front = manuscript.frontMatter();
        checkFrontMatter("title", front.title());
        if (!front.subject().equals(front.title())) {
            checkFrontMatter("subject", front.subject());
        }
        if (front.preheader() != null) {
            checkFrontMatter("preheader", front.preheader());
        }
    }

    private void checkFrontMatter(String key, String value) {
        if (value.length() < MAX_CHECKED && NOTE.matcher(value.strip()).matches()) {
            findings.add(
                    Rule.PLACEHOLDER_TEXT,
                    Place.of(manuscript.frontMatterLine(key)),
                    "This line of the front matter is a note to the editors, and readers would see it. Fill it in.");
        }
    }

    /**
     * Seven signs of equality alone are an underline, or an ornament. Marks that name no branch may be ornaments too,
     * or quotes within quotes: they count where all of them stand in their order.
     */
    private void checkConflicts() {
        Set<Integer> found = new TreeSet<>();
        List<Integer> nameless = new ArrayList<>(); // marks that wait for their end
        boolean any = false;
        boolean open = false;
        Set<Integer> underlines = new HashSet<>();
        reading.headings().forEach(heading -> underlines.add(manuscript.lastLineOf(heading)));
        for (int line = manuscript.bodyLine(); line <= reading.lineCount(); line++) {
            String text = manuscript.line(line);
            if (!mayBeMark(text) || manuscript.prose(line).isBlank()) {
                continue;
            }
            boolean begins = isMark(text, '<', true);
            boolean ends = isMark(text, '>', true) && (open || !nameless.isEmpty() || !quotesAround(line))
                    || isMark(text, '>', false) && (open || nameless.size() > 1);
            boolean middle = isMark(text, '=', false) || isMark(text, '|', false) || isMark(text, '|', true);
            if (isMark(text, '<', false)) {
                nameless = new ArrayList<>(List.of(line));
            } else if (middle && !nameless.isEmpty()) {
                nameless.add(line);
            } else if (begins || ends || middle && (open || !underlines.contains(line))) {
                found.addAll(nameless);
                nameless.clear();
                found.add(line);
                any |= begins || ends;
                open = begins || (open && !ends);
            }
        }
        if (any) {
            found.forEach(line -> findings.add(
                    Rule.CONFLICT_MARKER,
                    Place.of(line),
                    "Git could not merge two versions here. Choose between the lines above and below"
                            + " “=======”, and take the marks out."));
        }
    }

    private static boolean mayBeMark(String line) {
        return line.length() >= 7 && "<=>|".indexOf(line.charAt(0)) >= 0 && line.charAt(0) == line.charAt(6);
    }

    /** @param isNamed whether the name of a branch or a commit follows; nothing does where not */
    private static boolean isMark(String line, char sign, boolean isNamed) {
        for (int i = 0; i < 7; i++) {
            if (line.charAt(i) != sign) {
                return false;
            }
        }
        String rest = line.substring(7);
        return isNamed ? rest.startsWith(" ") && !rest.isBlank() && rest.length() < 200 : rest.isBlank();
    }

    private boolean quotesAround(int line) {
        return manuscript.line(line - 1).startsWith(">")
                || manuscript.line(line + 1).startsWith(">");
    }

    /** A note begins a paragraph, or a line of it after {@code //}. */
    private void checkParagraphs() {
        for (Paragraph paragraph : reading.paragraphs()) {
            Place place = Place.of(manuscript, paragraph);
            for (int line = place.line(); line <= place.lastLine(); line++) {
                String visible = reading.visible(line);
                if (visible.length() > MAX_CHECKED) {
                    continue;
                }
                String text = visible.strip();
                boolean first = line == place.line();
                boolean plain = first && !(paragraph.getParent() instanceof ListItem);
                if (!text.isEmpty()
                        && isAtStart(line, visible, first ? place.column() : 1)
                        && (NOTE.matcher(text).matches()
                                || (plain && NOTE_WORD.matcher(text).matches()))) {
                    note(line, visible);
                }
            }
        }
        for (Heading heading : reading.headings()) {
            String text = Manuscript.text(heading);
            if (text.length() < MAX_CHECKED && NOTE.matcher(text).matches()) {
                note(manuscript.lineOf(heading), reading.visible(manuscript.lineOf(heading)));
            }
        }
    }

    /** Whether the words that readers see begin the line: within a link they are a title. */
    private boolean isAtStart(int line, String visible, int column) {
        String source = manuscript.line(line);
        int first = 0;
        while (first < visible.length() && visible.charAt(first) == ' ') {
            first++;
        }
        String before = source.substring(Math.min(column - 1, first), Math.min(first, source.length()));
        return before.isBlank()
                || before.strip().matches("[*_>]+")
                || BULLET.matcher(before).matches();
    }

    private void note(int line, String visible) {
        int column = visible.length() - visible.stripLeading().length() + 1;
        findings.add(
                Rule.PLACEHOLDER_TEXT,
                Place.of(line, column),
                "This note to the editors is shown to readers. Do what it says, then take it out.");
    }

    private void checkTemplate(int line, String visible) {
        String text = visible.length() > MAX_CHECKED ? "" : visible.strip();
        if (text.isEmpty()) {
            return;
        }
        Matcher matcher = TEMPLATE.matcher(text);
        if (mayBeTemplate(text) && matcher.find()) {
            int column = visible.length() - visible.stripLeading().length() + matcher.start() + 1;
            findings.add(
                    Rule.PLACEHOLDER_TEXT,
                    Place.of(line, column),
                    "This sentence of the template is shown to readers. Fill it in, or take it out.");
        }
    }

    /** Each sentence of {@link #TEMPLATE} has one of these; most lines have none. */
    private static boolean mayBeTemplate(String text) {
        return text.contains("ere")
                || text.contains("ERE")
                || text.contains("(#)")
                || text.contains("emove")
                || text.contains("elete")
                || text.contains("orem")
                || text.contains("inked");
    }

    private void checkControls(int line, String source) {
        int error = -1;
        int invisible = -1;
        for (int i = 0; i < source.length(); i++) {
            char c = source.charAt(i);
            if (isControl(c)) {
                error = error < 0 ? i : error;
            } else if (isInvisible(c) && !(c == '\uFEFF' && line == 1 && i == 0)) {
                invisible = invisible < 0 ? i : invisible;
            }
        }
        if (error >= 0) {
            findings.add(
                    Rule.CONTROL_CHAR,
                    Place.of(line, error + 1),
                    String.format(
                            "There is a control character (U+%04X) here. Take it out.", (int) source.charAt(error)),
                    () -> without(source));
        } else if (invisible >= 0) {
            findings.add(
                    Rule.CONTROL_CHAR,
                    Finding.Severity.INFO,
                    Place.of(line, invisible + 1),
                    String.format(
                            "There is an invisible character (U+%04X) here. Take it out unless it is meant.",
                            (int) source.charAt(invisible)),
                    () -> without(source));
        }
    }

    private static boolean isControl(char c) {
        return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
    }

    /** Joiners are left alone: emoji and whole scripts need them. */
    private static boolean isInvisible(char c) {
        return c == '\u200B' || c == '\u200E' || c == '\u200F' || c == '\uFEFF' || (c >= '\u202A' && c <= '\u202E');
    }

    private static String without(String line) {
        StringBuilder kept = new StringBuilder(line.length());
        line.chars().filter(c -> !isControl((char) c) && !isInvisible((char) c)).forEach(c -> kept.append((char) c));
        return kept.toString();
    }

    private void checkMojibake(int line, String source) {
        boolean body = line >= manuscript.bodyLine();
        int at = Mojibake.indexOf(source);
        if (at >= 0 && body) {
            // in code it may be what the text is about; in comments nobody sees it
            at = Mojibake.indexOf(manuscript.prose(line));
        }
        if (at >= 0) {
            findings.add(
                    Rule.MOJIBAKE,
                    Place.of(line, at + 1),
                    "Letters were damaged by being read in another encoding. Put the right ones back.",
                    () -> Mojibake.mended(source));
        }
    }

    private void checkBackticks(int line, String visible) {
        int at = visible.indexOf('`');
        if (at < 0) {
            return;
        }
        int count = 0;
        int last = at;
        for (int i = at; i < visible.length(); i++) {
            boolean quotes = visible.charAt(i) == '`' && (i == 0 || visible.charAt(i - 1) != '\\');
            if (quotes) {
                count++;
                last = i;
            }
        }
        boolean oldQuotes = visible.indexOf('\'', last) > last;
        if (count % 2 == 1 && !oldQuotes) {
            findings.add(
                    Rule.CODE_ODD_BACKTICKS,
                    Place.of(line, last + 1),
                    "This backtick has no partner, so readers see it. Add one where the code ends, or take it out.");
        }
    }
}
