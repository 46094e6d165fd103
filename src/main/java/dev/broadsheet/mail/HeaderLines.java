package dev.broadsheet.mail;

import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeUtility;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Headers as lines: folded at 76 where they have a place to fold, each ending in CRLF.
 *
 * <p>Quoting and folding are Angus Mail's. Encoded words are not: its own may make the first line longer than the 76
 * characters of RFC 2047, and it leaves ASCII alone that readers would take for an encoded word or that has no place
 * to fold.
 */
final class HeaderLines {

    /** As many octets as make an encoded word of 64 characters: with the longest name before it, a line of 76. */
    private static final int OCTETS_A_WORD = 39;

    /** RFC 5322, 2.1.1. */
    private static final int LONGEST_LINE = 998;

    /** Not a place to fold in so many characters. */
    private static final Pattern LONG_WORD = Pattern.compile("[^ ]{200}");

    private HeaderLines() {}

    /** @throws IllegalArgumentException where a line would be longer than mail allows */
    static String line(String name, String value) {
        if (value.indexOf(' ') < 0
                && value.indexOf('\t') < 0
                && name.length() + 2 + 3 * value.length() <= LONGEST_LINE) {
            return name + ": " + value + "\r\n"; // no place to fold, and no need to
        }
        String line = name + ": " + MimeUtility.fold(name.length() + 2, value);
        for (String part : line.split("\r\n", -1)) {
            if (part.getBytes(StandardCharsets.UTF_8).length > LONGEST_LINE) {
                throw new IllegalArgumentException("The header " + name + " has a line longer than mail allows");
            }
        }
        return line + "\r\n";
    }

    static String subject(String subject) {
        return line("Subject", isPlain(subject) ? subject : encodedWords(subject));
    }

    /** @param name of the header, such as {@code To} */
    static String mailbox(String name, Mailbox mailbox) {
        String address = WireAddress.of(mailbox.email());
        String shown = mailbox.name() == null ? "" : mailbox.name().strip();
        if (shown.isEmpty()) {
            return line(name, address);
        }
        if (!isPlain(shown)) {
            return line(name, encodedWords(shown) + " <" + address + ">");
        }
        try {
            return line(name, new InternetAddress(address, shown, "UTF-8").toString());
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isPlain(String text) {
        return WireAddress.isAscii(text)
                && !text.contains("=?")
                && !LONG_WORD.matcher(text).find();
    }

    /** RFC 2047 words of whole characters, with a space between, which readers drop. */
    private static String encodedWords(String text) {
        StringBuilder words = new StringBuilder();
        StringBuilder word = new StringBuilder();
        int octets = 0;
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            String character = Character.toString(codePoint);
            int more = character.getBytes(StandardCharsets.UTF_8).length;
            if (octets + more > OCTETS_A_WORD) {
                append(words, word);
                octets = 0;
            }
            word.append(character);
            octets += more;
            i += character.length();
        }
        append(words, word);
        return words.toString();
    }

    private static void append(StringBuilder words, StringBuilder word) {
        words.append(words.isEmpty() ? "" : " ")
                .append("=?UTF-8?B?")
                .append(Base64.getEncoder().encodeToString(word.toString().getBytes(StandardCharsets.UTF_8)))
                .append("?=");
        word.setLength(0);
    }
}
