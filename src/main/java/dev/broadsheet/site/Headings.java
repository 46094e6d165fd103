package dev.broadsheet.site;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An issue's headings on a page whose one {@code h1} is the title. */
final class Headings {

    private static final Pattern TAG = Pattern.compile("<(/?)h([1-6])\\b");

    private Headings() {}

    /**
     * A text that begins with an {@code h1} counts its sections from one: all of them go down by one. In any other
     * an {@code h1} is a slip among {@code h2}, and becomes one.
     *
     * @param content safe HTML as the renderer writes it, where every {@code <} begins a tag
     */
    static String belowTitle(String content) {
        Matcher first = TAG.matcher(content);
        boolean all = first.find() && first.group(2).equals("1");
        return TAG.matcher(content).replaceAll(tag -> {
            int level = Integer.parseInt(tag.group(2));
            int below = all ? Math.min(6, level + 1) : Math.max(2, level);
            return "<" + tag.group(1) + "h" + below;
        });
    }
}
