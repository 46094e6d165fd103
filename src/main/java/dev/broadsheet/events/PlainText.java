package dev.broadsheet.events;

import org.jsoup.parser.Parser;

/** A line's text as people read it: without Markdown's marks. */
final class PlainText {

    private static final String ESCAPABLE = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    /** As long as an entity is; the longest is {@code &CounterClockwiseContourIntegral;}. */
    private static final int MAX_ENTITY = 33;

    private PlainText() {}

    /** Emphasis, code spans, backslash escapes and entities are resolved; space and what cannot be seen is one space. */
    static String of(String markdown) {
        StringBuilder plain = new StringBuilder(markdown.length());
        int lastBacktick = markdown.lastIndexOf('`');
        boolean code = false;
        for (int i = 0; i < markdown.length(); i++) {
            char c = markdown.charAt(i);
            if (c == '`') {
                while (i + 1 < markdown.length() && markdown.charAt(i + 1) == '`') {
                    i++;
                }
                code = !code && i < lastBacktick;
            } else if (code) {
                plain.append(c);
            } else if (c == '\\' && i + 1 < markdown.length() && ESCAPABLE.indexOf(markdown.charAt(i + 1)) >= 0) {
                plain.append(markdown.charAt(++i));
            } else if (c == '&' && entityEnd(markdown, i) > 0) {
                int end = entityEnd(markdown, i);
                plain.append(Parser.unescapeEntities(markdown.substring(i, end), true));
                i = end - 1;
            } else if (!isEmphasis(markdown, i)) {
                plain.append(c);
            }
        }
        return spacedOnce(plain);
    }

    /** Behind the semicolon, or 0 where this is no entity. */
    private static int entityEnd(String text, int ampersand) {
        int end = ampersand + 1;
        int limit = Math.min(text.length(), ampersand + MAX_ENTITY);
        while (end < limit && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '#')) {
            end++;
        }
        return end < limit && end > ampersand + 1 && text.charAt(end) == ';' ? end + 1 : 0;
    }

    /** A star is a mark unless it stands alone; an underscore only at a word's edge, since names hold them. */
    private static boolean isEmphasis(String text, int at) {
        char c = text.charAt(at);
        char before = at == 0 ? ' ' : text.charAt(at - 1);
        char after = at + 1 == text.length() ? ' ' : text.charAt(at + 1);
        if (c == '*') {
            return !(Character.isWhitespace(before) && Character.isWhitespace(after));
        }
        return c == '_'
                && (before == '_'
                        || after == '_'
                        || Character.isLetterOrDigit(before) != Character.isLetterOrDigit(after))
                && !(Character.isLetterOrDigit(before) && Character.isLetterOrDigit(after));
    }

    private static String spacedOnce(CharSequence text) {
        StringBuilder tidy = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean space = Character.isWhitespace(c) || Character.isISOControl(c) || Character.isSpaceChar(c);
            if (!space) {
                tidy.append(c);
            } else if (!tidy.isEmpty() && tidy.charAt(tidy.length() - 1) != ' ') {
                tidy.append(' ');
            }
        }
        return tidy.toString().stripTrailing();
    }
}
