package dev.broadsheet.mail;

import org.jspecify.annotations.Nullable;

/**
 * An address with the name that mail programs show.
 *
 * @param name may be absent; no control characters
 * @param email checked before; no control characters
 */
public record Mailbox(@Nullable String name, String email) {
    public Mailbox {
        HeaderText.check(name);
        name = name == null ? null : HeaderText.wellFormed(name);
        HeaderText.check(email);
    }
}
