package dev.broadsheet.feedback;

import dev.broadsheet.feedback.BounceMail.Ignored;
import dev.broadsheet.feedback.BounceMail.Why;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeUtility;
import java.io.UnsupportedEncodingException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * Reads what comes to the bounce mailbox: reports (RFC 3464, RFC 5965), what older programs write in their place,
 * answering machines, and whatever else people send there.
 */
final class BounceMails {

    private static final Logger LOG = Logger.getLogger(BounceMails.class);

    private static final Set<String> STATUS = Set.of("message/delivery-status", "message/global-delivery-status");
    private static final Set<String> ABUSE = Set.of("message/feedback-report");
    private static final Set<String> SEEN =
            Set.of("message/disposition-notification", "message/global-disposition-notification");

    private static final Pattern AWAY = Pattern.compile(
            "^\\W*(auto(matic|matische|mated)?[ -]?(reply|response|antwort|respon)|out of (the )?office|on (vacation|holiday|leave)"
                    + "|abwesen|vacation|réponse automatique|respuesta automática|risposta automatica|absence)",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    private BounceMails() {}

    /** @param recipient of the envelope, where it is known; it goes before what the header says */
    static BounceMail read(byte[] octets, Optional<String> recipient) {
        try {
            return read(MailParts.of(octets), recipient);
        } catch (MessagingException e) {
            return new BounceMail.Other();
        } catch (RuntimeException e) { // a parser's, at what nobody thought of; no mail may stop those behind it
            // without its words, which may be the mail's
            LOG.errorf(
                    "A bounce mail cannot be read: %s %s",
                    e.getClass().getName(),
                    Arrays.stream(e.getStackTrace()).limit(3).toList());
            return new BounceMail.Other();
        }
    }

    private static BounceMail read(MailParts mail, Optional<String> recipient) {
        ClueSearch clues = new ClueSearch(mail, recipient);
        Optional<BounceMail> report = mail.content(ABUSE).map(part -> AbuseReport.read(part, clues));
        if (report.isEmpty()) {
            report = mail.content(STATUS).flatMap(part -> DeliveryReport.read(part, mail, clues));
        }
        return report.or(() -> PlainBounce.ofAKnownProgram(mail, clues))
                .or(() -> isAutomatic(mail) ? Optional.of(new Ignored(Why.AUTOMATIC)) : Optional.empty())
                .or(() -> PlainBounce.ofAnyProgram(mail, clues))
                .orElseGet(BounceMail.Other::new);
    }

    /**
     * RFC 3834, 5, and what was there before it; a list's mails, and so our own that came round; notes that a mail was
     * seen (RFC 8098).
     */
    private static boolean isAutomatic(MailParts mail) {
        String submitted = mail.header("Auto-Submitted").strip().toLowerCase(Locale.ROOT);
        String precedence = mail.header("Precedence").strip().toLowerCase(Locale.ROOT);
        boolean said = submitted.startsWith("auto-")
                || Set.of("auto_reply", "bulk", "junk", "list").contains(precedence);
        return (said && !PlainBounce.isByAMailSystem(mail)) // which says so of bounces too
                || !mail.header("X-Autoreply").isEmpty()
                || !mail.header("X-Autorespond").isEmpty()
                || !mail.header("X-Autoresponder").isEmpty()
                || !mail.header("List-Id").isEmpty()
                || mail.content(SEEN).isPresent()
                || AWAY.matcher(subject(mail)).find();
    }

    private static String subject(MailParts mail) {
        String subject = mail.header("Subject");
        String some = subject.substring(0, Math.min(subject.length(), 1_000));
        try {
            return MimeUtility.decodeText(MimeUtility.unfold(some));
        } catch (UnsupportedEncodingException e) {
            return some;
        }
    }
}
