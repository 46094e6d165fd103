package dev.broadsheet.subscribers;

import java.util.regex.Pattern;

/**
 * Text that a spreadsheet does not run: programs for them take a cell as a formula that begins with one of
 * {@code = + - @} (in Japan also as wide characters), a tab or the end of a line, unless an apostrophe stands before it. {@link #bare} undoes
 * {@link #guarded}, for every text.
 */
public class SpreadsheetCell {

    /** As a regular expression, of Java and of PostgreSQL alike. */
    static final String DANGEROUS = "^'*[=+@\\t\\r\\n\\uFF1D\\uFF0B\\uFF0D\\uFF20-]";

    private static final Pattern FORMULA = Pattern.compile(DANGEROUS);

    private SpreadsheetCell() {}

    public static String guarded(String text) {
        return FORMULA.matcher(text).find() ? "'" + text : text;
    }

    static String bare(String cell) {
        return cell.startsWith("'") && FORMULA.matcher(cell).find() ? cell.substring(1) : cell;
    }
}
