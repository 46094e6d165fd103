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

    /**
     * The address's own, for what is named after it: in A-labels, so that it may stand in a header wherever the address
     * may. As it is where no mail can be sent under the address: whoever is to send it says so.
     */
    public String domain() {
        String domain = email.substring(email.lastIndexOf('@') + 1);
        return WireAddress.isAscii(domain) ? domain : WireAddress.domain(domain).orElse(domain);
    }
}
