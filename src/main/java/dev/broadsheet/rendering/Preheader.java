package dev.broadsheet.rendering;

import org.jsoup.nodes.Element;

/** What mail programs show beside the subject. */
final class Preheader {

    private static final int MAX_LENGTH = 130;

    private Preheader() {}

    /** The editor's own, else the names of the parts that have something in them, else the first words. */
    static String of(FrontMatter issue, Element content) {
        if (issue.preheader() != null) {
            return issue.preheader();
        }
        String names = Headings.ofFilledParts(content, MAX_LENGTH);
        return names.isEmpty() ? cut(content) : names;
    }

    private static String cut(Element content) {
        String text = content.text();
        if (text.length() <= MAX_LENGTH) {
            return text;
        }
        int end = text.lastIndexOf(' ', MAX_LENGTH);
        return text.substring(0, end < MAX_LENGTH / 2 ? text.offsetByCodePoints(0, MAX_LENGTH / 2) : end) + " …";
    }
}
