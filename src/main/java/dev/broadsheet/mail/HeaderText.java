package dev.broadsheet.mail;

import org.jspecify.annotations.Nullable;

/** The last line of defence against header injection: nothing with a control character becomes part of a header. */
final class HeaderText {

    private HeaderText() {}

    static void check(@Nullable String text) {
        if (text != null && text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("A control character in a mail header");
        }
    }
}
