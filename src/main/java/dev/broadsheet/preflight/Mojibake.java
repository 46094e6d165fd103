package dev.broadsheet.preflight;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Mends text that was UTF-8, was read as Windows-1252 or Latin 1, and saved so: {@code NÃ¼rnberg}. It looks for pairs
 * and groups of signs that nobody writes: {@code „Spaß“} and {@code « café »} are bytes of UTF-8 too, by chance.
 */
final class Mojibake {

    /** What Windows-1252 has at 0x80 to 0x9F; five of them are empty. */
    private static final String HIGH = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ";

    private static final String CLOSING = "»›“”’‘";

    /** Second signs after {@code â} (0xE2) that make dashes, quotes, arrows and symbols, and are no closing quotes. */
    private static final String AFTER_E2 =
            "\u0080\u0082\u0084\u0086\u0087\u0088\u0089\u0096\u0098\u0099\u009A\u009B\u009C\u009D\u009E";

    private Mojibake() {}

    /** The text mended, some damage done twice included; the same object where there is nothing to mend. */
    static String mended(String text) {
        String once = mendOnce(text);
        return once.equals(text) ? text : mendOnce(once);
    }

    /** Index of the first damage; -1 where there is none. */
    static int indexOf(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (lengthAt(text, i) > 0) {
                return i;
            }
        }
        return -1;
    }

    private static String mendOnce(String text) {
        int first = indexOf(text);
        if (first < 0) {
            return text;
        }
        StringBuilder mended = new StringBuilder(text.length()).append(text, 0, first);
        int at = first;
        int end = first;
        while (at < text.length()) {
            int length = lengthAt(text, at);
            if (length == 0 && at == end) {
                length = runAt(text, at); // right behind damage it is damage, too
            }
            if (length > 0) {
                mended.append(decode(text, at, length));
                at += length;
                end = at;
            } else {
                mended.append(text.charAt(at));
                at++;
            }
        }
        return mended.toString();
    }

    /** How many signs from here on are surely damage: one letter, or several of another script. */
    private static int lengthAt(String text, int at) {
        int lead = at < text.length() ? unit(text, at) : -1;
        if (lead < 0xC2) {
            return 0;
        }
        int length = runAt(text, at);
        if (length == 0) {
            return 0;
        }
        if (lead <= 0xC5) {
            return closesQuote(text, at) ? 0 : length;
        }
        if (lead == 0xE2) {
            return AFTER_E2.indexOf(unit(text, at + 1)) >= 0 ? length : 0;
        }
        if (lead >= 0xF0) {
            return length;
        }
        // letters of other scripts do not come alone
        int more = runAt(text, at + length);
        return more > 0 && sameScript(lead, unit(text, at + length)) ? length : 0;
    }

    private static boolean sameScript(int lead, int other) {
        return lead < 0xE0 ? other >= 0xC6 && other < 0xE0 : other >= 0xE0 && other < 0xF0;
    }

    /** {@code «MANHÃ»}: a word that ends in a capital, and its quotation mark. */
    private static boolean closesQuote(String text, int at) {
        boolean quote = CLOSING.indexOf(text.charAt(at + 1)) >= 0;
        return quote && (at == 0 || !Character.isLowerCase(text.charAt(at - 1)));
    }

    /** Length of the one character of UTF-8 that begins here; 0 where none does. */
    private static int runAt(String text, int at) {
        if (at >= text.length()) {
            return 0;
        }
        int lead = unit(text, at);
        int length =
                lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
        if (length == 0 || at + length > text.length()) {
            return 0;
        }
        for (int i = 1; i < length; i++) {
            int next = unit(text, at + i);
            if (next < 0x80 || next > 0xBF) {
                return 0;
            }
        }
        return decode(text, at, length).isEmpty() ? 0 : length;
    }

    private static String decode(String text, int at, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) unit(text, at + i);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return ""; // overlong, or half of a pair
        }
    }

    /** The byte that Windows-1252 has for a character; -1 where it has none. */
    private static int unit(String text, int at) {
        char c = text.charAt(at);
        if (c <= 0xFF) {
            return c;
        }
        int index = HIGH.indexOf(c);
        return index < 0 ? -1 : 0x80 + index;
    }
}
