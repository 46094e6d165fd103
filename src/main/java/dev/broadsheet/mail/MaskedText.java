package dev.broadsheet.mail;

import java.util.regex.Pattern;

/** Words of the other side made fit to keep and to show: no addresses, no control characters, at most 500 characters. */
public final class MaskedText {

    private static final int MOST = 500;

    private static final Pattern ADDRESS =
            Pattern.compile("<?(?:\"[^\"]{0,200}\"|[^\\s<>(),;:\"@\uFF20\\[\\]]++)[@\uFF20][^\\s<>(),;:\"]+>?");

    /** As it stands in VERP senders, URLs and quoted-printable text. */
    private static final Pattern ENCODED_ADDRESS =
            Pattern.compile("[\\w.+'-]{1,100}(?:%40|=40|&#64;|&#x40;)[\\w.-]{1,255}", Pattern.CASE_INSENSITIVE);

    private MaskedText() {}

    public static String of(String words) {
        StringBuilder clean = new StringBuilder();
        words.codePoints().limit(8L * MOST).forEach(c -> clean.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
        String masked = ADDRESS.matcher(clean).replaceAll("<address>");
        masked = ENCODED_ADDRESS.matcher(masked).replaceAll("<address>").strip();
        return HeaderText.wellFormed(masked.length() <= MOST ? masked : masked.substring(0, MOST - 1) + "…");
    }
}
