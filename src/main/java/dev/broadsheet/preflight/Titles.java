package dev.broadsheet.preflight;

import java.util.regex.Pattern;

/** What titles of issues are made of. */
final class Titles {

    private static final Pattern SIGN = Pattern.compile("(?i)[\\s#:,-]*(?:\\bno\\.|\\bissue|\\bnumber|#)?[\\s#:,-]*$");

    private Titles() {}

    /** {@code This Week in Rust} of {@code This Week in Rust 570}; the whole where it has none. */
    static String withoutNumber(String title) {
        String bare = title.strip();
        int end = bare.length();
        while (end > 0 && Character.isDigit(bare.charAt(end - 1))) {
            end--;
        }
        return end == bare.length()
                ? bare
                : SIGN.matcher(bare.substring(0, end)).replaceFirst("");
    }
}
