package dev.broadsheet.subscribers;

import java.util.regex.Pattern;

/**
 * Text that a spreadsheet does not run: programs for them take a cell as a formula that begins with one of
 * {@code = + - @}, a tab or a carriage return, unless an apostrophe stands before it. {@link #bare} undoes
 * {@link #guarded}, for every text.
 */
class SpreadsheetCell {

    /** As a regular expression, of Java and of PostgreSQL alike. */
    static final String DANGEROUS = "^'*[=+@\\t\\r-]";

    private static final Pattern FORMULA = Pattern.compile(DANGEROUS);

    private SpreadsheetCell() {}

    static String guarded(String text) {
        return FORMULA.matcher(text).find() ? "'" + text : text;
    }

    static String bare(String cell) {
        return cell.startsWith("'") && FORMULA.matcher(cell).find() ? cell.substring(1) : cell;
    }
}
