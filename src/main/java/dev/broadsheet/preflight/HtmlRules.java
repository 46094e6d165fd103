package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Manuscript;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Raw tags and pictures: what of them does not reach readers. */
final class HtmlRules {

    private static final Pattern TAG = Pattern.compile("<([A-Za-z][A-Za-z0-9-]*)");

    private HtmlRules() {}

    static void check(Reading reading, Findings findings) {
        for (RawHtml html : reading.html()) {
            checkTags(html, findings);
        }
        for (Hyperlink link : reading.links()) {
            if (link.isImage()) {
                checkImage(reading.manuscript(), link, findings);
            }
        }
    }

    private static void checkTags(RawHtml html, Findings findings) {
        boolean comment = false;
        for (RawHtml.Piece piece : html.pieces()) {
            String text = piece.text();
            int at = 0;
            while (at < text.length()) {
                int next = text.indexOf(comment ? "-->" : "<!--", at);
                if (!comment) {
                    checkTags(piece, at, next < 0 ? text.length() : next, findings);
                }
                if (next < 0) {
                    break;
                }
                at = next + (comment ? 3 : 4);
                comment = !comment;
            }
        }
    }

    private static void checkTags(RawHtml.Piece piece, int from, int to, Findings findings) {
        Matcher tag = TAG.matcher(piece.text()).region(from, to);
        while (tag.find()) {
            String name = tag.group(1);
            if (!Manuscript.keepsElement(name)) {
                boolean isWord = name.chars().anyMatch(Character::isUpperCase);
                findings.add(
                        Rule.HTML_TAG,
                        Place.of(piece.line(), piece.column() + tag.start()),
                        isWord
                                ? "<" + name + "> is read as a tag and does not reach readers."
                                        + " Write it as code: `<" + name + ">`."
                                : "The tag <" + name + "> does not reach readers. Take it out, or write it as code.");
            }
        }
    }

    private static void checkImage(Manuscript manuscript, Hyperlink image, Findings findings) {
        boolean isRaw = LinkRules.isRaw(image);
        Place place = isRaw ? image.place() : Place.of(manuscript, image.node());
        if (image.text().isBlank()) {
            findings.add(
                    Rule.IMAGE_REMOTE,
                    place,
                    "Nothing describes this picture. Write what it shows "
                            + (isRaw ? "into its tag: alt=\"…\"." : "between the brackets: ![…](…)."));
        } else if (Address.isWeb(image.address())) {
            findings.add(
                    Rule.IMAGE_REMOTE,
                    place,
                    "Many mail programs hold pictures back. See that the text reads well without it.");
        }
    }
}
