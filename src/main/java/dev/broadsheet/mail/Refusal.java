package dev.broadsheet.mail;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A refusal that a bounce mail tells of. It means what the same reply would mean while a mail is handed over, see
 * {@link SmtpReplies}.
 *
 * @param reason code and words, fit to keep and to show
 */
public record Refusal(Meaning meaning, String reason) {

    /** Whom it is about. */
    public enum Meaning {
        /** Nobody reads this address any more. */
        DEAD,
        /** The address lives, as far as anybody knows: a full mailbox, a system that was away. */
        NOT_NOW,
        /** Us: policy, reputation, content, size, or a sender that is not believed. */
        OURS
    }

    private static final int MOST = 4_000;

    /** {@code smtp;}, {@code X-Postfix;}: who speaks (RFC 3464, 2.1.2). */
    private static final Pattern TYPE = Pattern.compile("^\\s*[\\w.-]{1,30}\\s*;");

    private static final String ENHANCED = "[45]\\.\\d{1,3}\\.\\d{1,3}";

    /** A code with an enhanced one behind it, or where a reply begins: elsewhere it may be anybody's number. */
    private static final Pattern REPLY = Pattern.compile("(?<![\\w.])([45]\\d\\d)[ -]" + ENHANCED + "(?![\\w.]*\\d)"
            + "|(?:^|said:|[:>;(\"] ?|\\breturned |\\breplied |\\bwith |\\berror )\\s?([45]\\d\\d)(?=[ -])");

    /** An enhanced code by itself, as qmail writes it. */
    private static final Pattern ALONE = Pattern.compile("(?<![\\w.])#?(" + ENHANCED + ")(?![\\w.]*\\d)");

    private static final Pattern AFTER_THE_DOT =
            Pattern.compile("end of data|after (?:end of )?data", Pattern.CASE_INSENSITIVE);

    /**
     * From a delivery status notification or what stands in its place.
     *
     * @param status RFC 3463; null where nothing says so
     * @param diagnostic the receiver's reply, with or without words around it; may be empty
     */
    public static Refusal of(@Nullable String status, String diagnostic) {
        String all = TYPE.matcher(shortened(diagnostic)).replaceFirst("").strip();
        // Exchange: what it says itself -> what the receiver said
        String words = all.substring(all.lastIndexOf("->") < 0 ? 0 : all.lastIndexOf("->") + 2)
                .strip();
        SmtpReply reply = reply(enhanced(status), words);
        SmtpReplies.Phase phase = AFTER_THE_DOT.matcher(all).find() ? SmtpReplies.Phase.END : SmtpReplies.Phase.RCPT;
        return new Refusal(SmtpReplies.refusal(phase, reply), reply.reason());
    }

    /** Whether words hold a reply at all, so that what they are is more than a guess. */
    public static boolean isIn(String words) {
        String some = shortened(words);
        return REPLY.matcher(some).find()
                || (some.contains("(#") && ALONE.matcher(some).find());
    }

    private static SmtpReply reply(@Nullable String status, String words) {
        Matcher found = REPLY.matcher(words);
        if (found.find()) {
            int group = found.group(1) != null ? 1 : 2;
            String code = found.group(group);
            String rest = words.substring(found.end(group) + 1);
            SmtpReply reply = SmtpReply.of(Integer.parseInt(code), List.of(continued(code, rest)));
            return reply.enhanced() == null || (saysNothing(reply.enhanced()) && status != null)
                    ? new SmtpReply(reply.code(), status, reply.text())
                    : reply;
        }
        Matcher alone = ALONE.matcher(words);
        String enhanced = alone.find() && (status == null || saysNothing(status)) ? alone.group(1) : status;
        return new SmtpReply(enhanced != null && enhanced.charAt(0) == '4' ? 450 : 550, enhanced, words);
    }

    /** Takes out what a reply's further lines begin with. */
    private static String continued(String code, String text) {
        return text.replaceAll("\\s" + code + "[ -](?:" + ENHANCED + "(?!\\S))?\\s*", " ");
    }

    private static @Nullable String enhanced(@Nullable String status) {
        Matcher found = status == null ? null : ALONE.matcher(shortened(status));
        return found != null && found.find() ? found.group(1) : null;
    }

    private static boolean saysNothing(String enhanced) {
        return enhanced.endsWith(".0.0");
    }

    private static String shortened(String words) {
        String line = words.substring(0, Math.min(words.length(), MOST)).replaceAll("\\s+", " ");
        return line.strip();
    }
}
