package dev.broadsheet.rendering;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jsoup.nodes.Element;

/** What mail programs show beside the subject. */
final class Preheader {

    private static final int MAX_LENGTH = 130;

    private Preheader() {}

    /**
     * The editor's own, else the names of the parts that have something in them: the first words of a digest are the
     * same every week.
     */
    static String of(FrontMatter issue, Element content) {
        if (issue.preheader() != null) {
            return issue.preheader();
        }
        Set<String> names = new LinkedHashSet<>();
        int length = 0;
        for (Element heading : content.select("h1,h2")) {
            String name = heading.text();
            if (name.isBlank() || !holdsText(heading) || names.contains(name)) {
                continue;
            }
            length += name.length() + 3;
            if (length > MAX_LENGTH) {
                break;
            }
            names.add(name);
        }
        return names.isEmpty() ? cut(content.text()) : String.join(" · ", names);
    }

    private static boolean holdsText(Element heading) {
        for (Element next = heading.nextElementSibling(); next != null; next = next.nextElementSibling()) {
            boolean isHeading = next.normalName().matches("h[1-6]");
            if (isHeading && next.normalName().compareTo(heading.normalName()) <= 0) {
                return false;
            }
            if (!isHeading && (next.hasText() || !next.select("img").isEmpty())) {
                return true;
            }
        }
        return false;
    }

    private static String cut(String text) {
        if (text.length() <= MAX_LENGTH) {
            return text;
        }
        int end = text.lastIndexOf(' ', MAX_LENGTH);
        return text.substring(0, end < MAX_LENGTH / 2 ? text.offsetByCodePoints(0, MAX_LENGTH / 2) : end) + " …";
    }
}
