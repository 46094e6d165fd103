package dev.broadsheet.events;

import org.jspecify.annotations.Nullable;

/**
 * An inline link in a line, also a damaged one: {@code [text]((address)}, {@code [text] (http…)}, or without its last
 * bracket. Finding all links of a line, one behind the other, takes linear time.
 *
 * @param address as written, may be empty
 * @param start of the opening bracket
 * @param end behind the link
 */
record MarkdownLink(String text, String address, int start, int end) {

    static @Nullable MarkdownLink next(String line, int from) {
        int start = line.indexOf('[', from);
        if (start < 0) {
            return null;
        }
        for (int close = line.indexOf(']', start); close >= 0; close = line.indexOf(']', close + 1)) {
            int open = close + 1;
            while (open < line.length() && line.charAt(open) == ' ') {
                open++;
            }
            boolean spaced = open > close + 1;
            if (open < line.length()
                    && line.charAt(open) == '('
                    && (!spaced || line.regionMatches(true, open, "(http", 0, 5))) {
                return withAddress(line, start, close, open);
            }
            if (spaced) {
                close = open - 1;
            }
        }
        return null;
    }

    private static MarkdownLink withAddress(String line, int start, int close, int open) {
        int from = open;
        while (from < line.length() && line.charAt(from) == '(') {
            from++;
        }
        int depth = 0;
        int end = from;
        for (; end < line.length() && !Character.isWhitespace(line.charAt(end)); end++) {
            if (line.charAt(end) == '(') {
                depth++;
            } else if (line.charAt(end) == ')' && --depth < 0) {
                return new MarkdownLink(line.substring(start + 1, close), line.substring(from, end), start, end + 1);
            }
        }
        int last = end > from && line.charAt(end - 1) == ')' ? end - 1 : end;
        return new MarkdownLink(line.substring(start + 1, close), line.substring(from, last), start, end);
    }
}
