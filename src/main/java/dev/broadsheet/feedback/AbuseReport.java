package dev.broadsheet.feedback;

import jakarta.mail.internet.InternetHeaders;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The part for programs of a feedback report (ARF, RFC 5965). */
final class AbuseReport {

    /** Those that a reader's word stands behind. Others, such as {@code auth-failure}, are about us. */
    private static final Set<String> COMPLAINTS = Set.of("abuse", "fraud", "virus", "other");

    private AbuseReport() {}

    static BounceMail read(byte[] part, ClueSearch clues) {
        InternetHeaders report = MailParts.parse(part);
        String type = ClueSearch.header(report, "Feedback-Type").strip().toLowerCase(Locale.ROOT);
        if (COMPLAINTS.contains(type)) {
            return new BounceMail.Complaint(type, clues.find(Optional.of(report)));
        }
        return type.equals("not-spam") // RFC 6430
                ? new BounceMail.Ignored(BounceMail.Why.NOT_SPAM)
                : new BounceMail.Other();
    }
}
