package dev.broadsheet.feedback;

import dev.broadsheet.feedback.BounceMail.Ignored;
import dev.broadsheet.feedback.BounceMail.Refused;
import dev.broadsheet.feedback.BounceMail.Why;
import dev.broadsheet.mail.Refusal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Bounces in plain words: qmail's (QSBMF, cr.yp.to/proto/qsbmf.txt), Exim's before it knew RFC 3464, and what is left of
 * a report whose MIME is broken.
 */
final class PlainBounce {

    private static final Pattern COPY = Pattern.compile(
            "^(?:--- Below this line is a copy|-{2,} ?(?:This is a copy|Original message|Returned (?:message|mail)"
                    + "|The body of the message|Message header|Below)|Content-Type: (?:message/rfc822|text/rfc822-headers))",
            Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    private static final Pattern QMAIL = Pattern.compile("^\\s*Hi\\. This is the ");
    private static final Pattern QMAIL_RECIPIENT = Pattern.compile("^<[^<>\\n]{1,320}>:[ \\t]*\\n", Pattern.MULTILINE);

    private static final Pattern FAILED =
            Pattern.compile("address(?:\\(es\\)|es)? failed[^:\\n]{0,80}:", Pattern.CASE_INSENSITIVE);

    private static final Pattern DELAYED = Pattern.compile(
            "not yet been delivered|will (?:keep trying|be retried|continue to try|retry)|delivery attempts will continue"
                    + "|still being retried|this is (?:only )?a warning|no action is required|do not need to resend",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern MAIL_SYSTEM = Pattern.compile(
            "(?:^|[<\\s\"])(?:mailer-daemon|postmaster|mail-daemon|mailerdaemon|mdaemon)@", Pattern.CASE_INSENSITIVE);

    private PlainBounce() {}

    /** By a mark that nobody else makes. */
    static Optional<BounceMail> ofAKnownProgram(MailParts mail, ClueSearch clues) {
        String words = words(mail.text());
        if (QMAIL.matcher(words).find()) {
            Matcher recipient = QMAIL_RECIPIENT.matcher(words);
            return recipient.find()
                    ? Optional.of(refused(words.substring(recipient.end()).split("\\n[ \\t]*\\n", 2)[0], clues))
                    : Optional.empty();
        }
        if (!mail.header("X-Failed-Recipients").isBlank()) {
            return Optional.of(delayedOr(words, clues));
        }
        return Optional.empty();
    }

    /** From a mail system, with a receiver's reply in its text. */
    static Optional<BounceMail> ofAnyProgram(MailParts mail, ClueSearch clues) {
        String words = words(mail.text());
        if (!isByAMailSystem(mail) && !mail.header("Return-Path").strip().equals("<>")) {
            return Optional.empty();
        }
        if (DELAYED.matcher(words).find()) {
            return Optional.of(new Ignored(Why.DELAYED));
        }
        return paragraphs(words).filter(Refusal::isIn).findFirst().map(reply -> refused(reply, clues));
    }

    static boolean isByAMailSystem(MailParts mail) {
        return MAIL_SYSTEM.matcher(mail.header("From")).find();
    }

    /** What stands before the copy of the mail. */
    static String words(String text) {
        String lines = text.replace("\r\n", "\n");
        Matcher copy = COPY.matcher(lines);
        return copy.find() ? lines.substring(0, copy.start()) : lines;
    }

    private static BounceMail delayedOr(String words, ClueSearch clues) {
        Matcher failed = FAILED.matcher(words);
        if (failed.find()) {
            return refused(reply(words.substring(failed.end())), clues);
        }
        return DELAYED.matcher(words).find() ? new Ignored(Why.DELAYED) : refused(reply(words), clues);
    }

    private static String reply(String words) {
        return paragraphs(words).filter(Refusal::isIn).findFirst().orElse(words);
    }

    private static Stream<String> paragraphs(String words) {
        return Pattern.compile("\\n[ \\t]*\\n|\\n--").splitAsStream(words);
    }

    private static Refused refused(String words, ClueSearch clues) {
        return new Refused(Refusal.of(null, words), clues.find(Optional.empty()));
    }
}
