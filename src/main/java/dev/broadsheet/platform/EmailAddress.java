package dev.broadsheet.platform;

import com.ibm.icu.text.IDNA;
import com.sanctionco.jmail.EmailValidator;
import com.sanctionco.jmail.JMail;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;

/**
 * An address that can be one, as typed, and the key by which two spellings are one person.
 *
 * @param typed as the person wrote it, without surrounding space; mail goes to this
 * @param key Unicode-normalised (NFC), local part in lower case, domain as lower-case IDNA2008 A-labels; at most 254
 *     characters. Dots and {@code +tags} stay: to many servers they name another mailbox. A quoted local part
 *     ({@code "a b"@example.org}) is none here: nobody has one, and few providers take it
 */
public record EmailAddress(String typed, String key) {

    private static final EmailValidator VALIDATOR = JMail.strictValidator()
            .disallowIpDomain()
            .requireTopLevelDomain()
            .disallowExplicitSourceRouting()
            .disallowQuotedIdentifiers()
            .disallowObsoleteWhitespace();

    private static final IDNA DOMAINS = IDNA.getUTS46Instance(IDNA.NONTRANSITIONAL_TO_ASCII
            | IDNA.NONTRANSITIONAL_TO_UNICODE
            | IDNA.CHECK_BIDI
            | IDNA.CHECK_CONTEXTJ
            | IDNA.USE_STD3_RULES);

    /** Empty where the text cannot be an address. */
    public static Optional<EmailAddress> parse(String text) {
        String typed = Normalizer.normalize(text.strip(), Normalizer.Form.NFC);
        int at = typed.lastIndexOf('@');
        if (at < 1 || typed.length() > 254 || typed.chars().anyMatch(c -> Character.isISOControl(c) || c == '"')) {
            return Optional.empty();
        }
        IDNA.Info info = new IDNA.Info();
        String domain = DOMAINS.nameToASCII(typed.substring(at + 1), new StringBuilder(), info)
                .toString()
                .toLowerCase(Locale.ROOT);
        String key = typed.substring(0, at).toLowerCase(Locale.ROOT) + "@" + domain;
        if (info.hasErrors() || key.length() > 254 || !VALIDATOR.isValid(key)) {
            return Optional.empty();
        }
        return Optional.of(new EmailAddress(typed, key));
    }

    /** For pages that others may see, since mails get forwarded: {@code a…@example.org}. */
    public static String masked(String email) {
        int at = email.lastIndexOf('@');
        return at < 1 ? "…" : email.substring(0, email.offsetByCodePoints(0, 1)) + "…" + email.substring(at);
    }
}
