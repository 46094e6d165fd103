package dev.broadsheet.platform;

import com.ibm.icu.text.IDNA;
import com.sanctionco.jmail.EmailValidator;
import com.sanctionco.jmail.JMail;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

    /** RFC 5322's atext, and the dot between atoms, beyond letters and digits. */
    private static final String ATOM_MARKS = "!#$%&'*+-/=?^_`{|}~.";

    /** Empty where the text cannot be an address, or there is none. */
    public static Optional<EmailAddress> parse(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        String typed = Normalizer.normalize(text.strip(), Normalizer.Form.NFC);
        int at = typed.lastIndexOf('@');
        if (at < 1 || typed.length() > 254 || !canBeLocalPart(typed.substring(0, at))) {
            return Optional.empty();
        }
        IDNA.Info info = new IDNA.Info();
        String domain = DOMAINS.nameToASCII(typed.substring(at + 1), new StringBuilder(), info)
                .toString()
                .toLowerCase(Locale.ROOT);
        String local = typed.substring(0, at);
        String key = local.toLowerCase(Locale.ROOT) + "@" + domain;
        if (info.hasErrors()
                || octets(local) + 1 + domain.length() > 254
                || key.length() > 254
                || !VALIDATOR.isValid(key)) {
            return Optional.empty();
        }
        return Optional.of(new EmailAddress(typed, key));
    }

    /** Without comments, quotes and whatever else cannot stand in a header or SMTP command as it is (RFC 6531 atext). */
    private static boolean canBeLocalPart(String local) {
        return octets(local) <= 64
                && local.codePoints()
                        .allMatch(c -> Character.isLetterOrDigit(c)
                                || (c < 0x80 ? ATOM_MARKS.indexOf(c) >= 0 : isCombiningMark(c)));
    }

    /** Of which scripts such as Devanagari write their vowels. */
    private static boolean isCombiningMark(int c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }

    private static int octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** For pages that others may see, since mails get forwarded: {@code a…@example.org}. */
    public static String masked(String email) {
        int at = email.lastIndexOf('@');
        return at < 1 ? "…" : email.substring(0, email.offsetByCodePoints(0, 1)) + "…" + email.substring(at);
    }
}
