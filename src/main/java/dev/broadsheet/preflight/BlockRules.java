package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Manuscript;
import dev.broadsheet.rendering.Section;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.BlockQuote;
import org.commonmark.node.BulletList;
import org.commonmark.node.Document;
import org.commonmark.node.Heading;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;

/** Headings and lists that another program would read otherwise, or that were meant otherwise. */
final class BlockRules {

    private static final Pattern NUMBER_SIGN = Pattern.compile("[ \\t]{0,3}(#{1,6})\\d.*");
    private static final Pattern NO_SPACE = Pattern.compile("([ \\t]{0,3}#{2,6})(\\p{L}.{0,200})");
    private static final Pattern NUMBERED_HEADING = Pattern.compile("#{1,6} \\d.*");

    private final Reading reading;
    private final Manuscript manuscript;
    private final Findings findings;

    BlockRules(Reading reading, Findings findings) {
        this.reading = reading;
        this.manuscript = reading.manuscript();
        this.findings = findings;
    }

    void check() {
        reading.paragraphs().forEach(this::checkLines);
        reading.headings().forEach(this::checkHeading);
        checkLevels();
        checkLists();
    }

    private void checkLines(Paragraph paragraph) {
        Place place = Place.of(manuscript, paragraph);
        for (int line = place.line(); line <= place.lastLine(); line++) {
            String visible = reading.visible(line);
            int hash = visible.indexOf('#');
            if (hash < 0 || hash > 500 || !visible.substring(0, hash).isBlank()) {
                continue;
            }
            String source = manuscript.line(line);
            Matcher accidental = NUMBER_SIGN.matcher(source);
            Matcher joined = NO_SPACE.matcher(source);
            if (line > place.line() && accidental.matches()) {
                findings.add(
                        Rule.HEADING_ACCIDENTAL,
                        Place.of(line, accidental.start(1) + 1),
                        "A line that begins with # becomes a heading in other programs. Join it to the line above.",
                        () -> source.substring(0, accidental.start(1)) + "\\" + source.substring(accidental.start(1)));
            } else if (joined.matches()) {
                findings.add(
                        Rule.HEADING_SPACE,
                        Place.of(line, hash + 1),
                        "Readers see these marks as text. Put a space behind them to make a heading.",
                        () -> joined.group(1) + " " + joined.group(2));
            }
        }
    }

    private void checkHeading(Heading heading) {
        if (!(heading.getParent() instanceof Document)) {
            return;
        }
        Place place = Place.of(manuscript, heading);
        String source = manuscript.line(place.line());
        int indent = source.length() - source.stripLeading().length();
        if (indent > 0 && indent < 4 && source.startsWith("#", indent)) {
            findings.add(
                    Rule.HEADING_INDENTED,
                    Place.of(place.line()),
                    "Other programs show this heading as text. Take the spaces before it out.",
                    source::stripLeading);
        }
        Node before = heading.getPrevious();
        if (before instanceof Paragraph
                && manuscript.lastLineOf(before) == place.line() - 1
                && NUMBERED_HEADING.matcher(source).matches()) {
            findings.add(
                    Rule.HEADING_ACCIDENTAL,
                    place,
                    "This line of the paragraph became a heading. Join it to the line above.",
                    () -> "\\" + source);
        }
    }

    private void checkLevels() {
        int level = 0;
        for (Section section : manuscript.sections()) {
            if (level > 0 && section.level() > level + 1) {
                findings.add(
                        Rule.HEADING_SKIP,
                        Place.of(section.line()),
                        "The heading above is of level " + level + ", this one of level " + section.level()
                                + ". A level " + (level + 1) + " heading reads better aloud.");
            }
            level = section.level();
        }
    }

    private void checkLists() {
        Place first = null;
        int count = 0;
        for (BulletList list : reading.bulletLists()) {
            Place place = Place.of(manuscript, list);
            Node parent = list.getParent();
            Node before = list.getPrevious();
            if ((parent instanceof Document || parent instanceof BlockQuote)
                    && before instanceof Paragraph
                    && manuscript.lastLineOf(before) == place.line() - 1) {
                findings.add(
                        Rule.LIST_WITHOUT_BLANK,
                        Place.of(place.line(), place.column()),
                        "Other programs show this list as text. Put an empty line before it.");
            }
            if (parent instanceof ListItem && parent.getParent() instanceof BulletList outer) {
                String line = manuscript.line(place.line());
                int indent = line.startsWith("\t")
                        ? 4
                        : line.length() - line.stripLeading().length();
                if (indent > 0 && indent < 4 && outer.getParent() instanceof Document) {
                    count++;
                    first = first == null ? place : first;
                }
            }
        }
        if (first != null) {
            String line = manuscript.line(first.line());
            findings.add(
                    Rule.LIST_INDENT,
                    Place.of(first.line(), first.column()),
                    "Other programs show these as items of the list above, not below its item"
                            + (count > 1 ? " (" + count + " places)" : "") + ". Indent them by four spaces.",
                    () -> "    " + line.stripLeading());
        }
    }
}
