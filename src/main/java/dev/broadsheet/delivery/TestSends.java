package dev.broadsheet.delivery;

import dev.broadsheet.accounts.Audit;
import dev.broadsheet.issues.Issues;
import dev.broadsheet.issues.RevisionMail;
import dev.broadsheet.mail.EncodedMessage;
import dev.broadsheet.mail.Message;
import dev.broadsheet.mail.Recipient;
import dev.broadsheet.mail.SingleMails;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.newsletters.Newsletters;
import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A revision as mail before it goes to anybody: as a file, or to an editor's own inbox. Its links act on nobody. */
@ApplicationScoped
class TestSends {

    private static final int MOST = 20;

    private final Newsletters newsletters;
    private final Issues issues;
    private final CampaignMessages messages;
    private final SingleMails mails;
    private final Audit audit;
    private final Clock clock;

    TestSends(
            Newsletters newsletters,
            Issues issues,
            CampaignMessages messages,
            SingleMails mails,
            Audit audit,
            Clock clock) {
        this.newsletters = newsletters;
        this.issues = issues;
        this.messages = messages;
        this.mails = mails;
        this.audit = audit;
        this.clock = clock;
    }

    /** @param revision null for the latest. @return a whole message, as it would leave */
    @Transactional
    byte[] eml(String newsletterSlug, String issueSlug, @Nullable Integer revision) {
        CampaignMessages.Letters letters = letters(newsletterSlug, issueSlug, revision);
        return EncodedMessage.of(letters.message())
                .forRecipient(letters.preview("reader@example.org"), clock.instant());
    }

    /** @param to 1 to 20 addresses. @param revision null for the latest. @return how many were queued */
    @Transactional
    int send(String newsletterSlug, String issueSlug, List<String> to, @Nullable Integer revision) {
        if (to.isEmpty() || to.size() > MOST) {
            throw Problem.invalid("to has 1 to " + MOST + " addresses.");
        }
        List<String> addresses = to.stream()
                .map(text -> EmailAddress.parse(text == null ? "" : text)
                        .orElseThrow(() -> Problem.invalid("to holds what is not an e-mail address."))
                        .typed())
                .toList();
        CampaignMessages.Letters letters = letters(newsletterSlug, issueSlug, revision);
        Message filled = filled(letters.message(), letters.preview("reader@example.org"));
        addresses.forEach(address -> mails.queue(SingleMails.Kind.TEST, address, filled));
        audit.record(
                "issue.test-send",
                newsletterSlug,
                "issue/" + newsletterSlug + "/" + issueSlug,
                Map.of("recipients", addresses.size()));
        return addresses.size();
    }

    private CampaignMessages.Letters letters(String newsletterSlug, String issueSlug, @Nullable Integer revision) {
        Newsletter newsletter = newsletters.get(newsletterSlug);
        RevisionMail mail = issues.unfilled(newsletterSlug, issueSlug, revision);
        return messages.of(newsletter, mail);
    }

    private static Message filled(Message message, Recipient nobody) {
        Map<String, String> headers = new HashMap<>(message.headers());
        headers.putAll(nobody.headers());
        return new Message(
                message.from(),
                message.replyTo(),
                "[Test] " + message.subject(),
                nobody.fill(message.html()),
                nobody.fill(message.text()),
                headers,
                List.of());
    }
}
