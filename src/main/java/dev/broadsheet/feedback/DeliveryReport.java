package dev.broadsheet.feedback;

import dev.broadsheet.feedback.BounceMail.Ignored;
import dev.broadsheet.feedback.BounceMail.Why;
import dev.broadsheet.mail.Refusal;
import dev.broadsheet.mail.Refusal.Meaning;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetHeaders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.angus.mail.dsn.DeliveryStatus;

/** The part for programs of a delivery status notification (RFC 3464). */
final class DeliveryReport {

    /** A mail of ours has one recipient; it may be an alias of some more. */
    private static final int MOST_RECIPIENTS = 20;

    private DeliveryReport() {}

    /** Empty where it says nothing of any recipient. */
    static Optional<BounceMail> read(byte[] part, MailParts mail, ClueSearch clues) {
        List<InternetHeaders> recipients = recipients(part);
        List<Refusal> refused = new ArrayList<>();
        boolean delayed = false;
        boolean arrived = false;
        for (InternetHeaders recipient : recipients) {
            switch (action(recipient)) {
                case "failed" -> refused.add(refusal(recipient, mail));
                case "delayed" -> delayed = true;
                case "delivered", "relayed", "expanded" -> arrived = true;
                default -> {} // says nothing
            }
        }
        if (!refused.isEmpty()) {
            return Optional.of(
                    new BounceMail.Refused(together(refused, delayed || arrived), clues.find(Optional.empty())));
        }
        if (delayed || arrived) {
            return Optional.of(new Ignored(delayed ? Why.DELAYED : Why.DELIVERED));
        }
        return Optional.empty();
    }

    private static List<InternetHeaders> recipients(byte[] part) {
        List<InternetHeaders> recipients = new ArrayList<>();
        try {
            DeliveryStatus status = new DeliveryStatus(new ByteArrayInputStream(part));
            for (int i = 0; i < Math.min(status.getRecipientDSNCount(), MOST_RECIPIENTS); i++) {
                recipients.add(status.getRecipientDSN(i));
            }
            recipients.add(status.getMessageDSN()); // where the empty line between is missing
        } catch (MessagingException | IOException e) {
            // the recipients before it are known
        }
        return recipients;
    }

    /** In lower case, without comments; a status alone will do. */
    private static String action(InternetHeaders recipient) {
        String action = ClueSearch.header(recipient, "Action").strip().toLowerCase(Locale.ROOT);
        if (action.isEmpty()) {
            return ClueSearch.header(recipient, "Status").strip().startsWith("5.") ? "failed" : "";
        }
        return action.split("[^a-z]", 2)[0];
    }

    private static Refusal refusal(InternetHeaders recipient, MailParts mail) {
        String status = ClueSearch.header(recipient, "Status").strip();
        String diagnostic = ClueSearch.header(recipient, "Diagnostic-Code").strip();
        if (diagnostic.isEmpty() && (status.isEmpty() || status.endsWith(".0.0"))) {
            diagnostic = PlainBounce.words(mail.text());
        }
        return Refusal.of(status.isEmpty() ? null : status, diagnostic);
    }

    /** An address is dead only where whatever stands behind it is. */
    private static Refusal together(List<Refusal> refused, boolean othersNot) {
        for (Refusal one : refused) {
            if (one.meaning() != Meaning.DEAD) {
                return one;
            }
        }
        Refusal dead = refused.get(0);
        return othersNot ? new Refusal(Meaning.NOT_NOW, dead.reason()) : dead;
    }
}
