package dev.broadsheet.subscribers;

import dev.broadsheet.mail.Mailbox;
import dev.broadsheet.mail.Message;
import dev.broadsheet.mail.SingleMails;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.BaseUrl;
import dev.broadsheet.platform.LinkTokens;
import dev.broadsheet.rendering.Letter;
import dev.broadsheet.rendering.LetterMail;
import dev.broadsheet.rendering.Renderer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The mail that asks a person to confirm. It holds nothing that the sign-up form was given but the address it goes to:
 * a name in it would let a stranger write to anyone in our name.
 */
@ApplicationScoped
class Confirmations {

    /** Of the words below, whatever the newsletter's own. */
    private static final String LANGUAGE = "en";

    private final SingleMails mails;
    private final Renderer renderer;
    private final LinkTokens tokens;
    private final BaseUrl baseUrl;

    Confirmations(SingleMails mails, Renderer renderer, LinkTokens tokens, BaseUrl baseUrl) {
        this.mails = mails;
        this.renderer = renderer;
        this.tokens = tokens;
        this.baseUrl = baseUrl;
    }

    /** In the transaction that makes the subscriptions pending, so that no crash comes between. */
    @Transactional(Transactional.TxType.MANDATORY)
    void queue(List<SignUpBatch.Asked> asked) {
        Map<Long, Newsletter> newsletters = new HashMap<>();
        for (SignUpBatch.Asked one : asked) {
            Newsletter newsletter = newsletters.computeIfAbsent(one.newsletterId(), id -> Newsletter.findById(id));
            mails.queue(SingleMails.Kind.CONFIRMATION, one.email(), message(newsletter, one.subscriptionId()));
        }
    }

    private Message message(Newsletter newsletter, long subscriptionId) {
        String link = baseUrl.link("/confirm/" + tokens.sign(LinkTokens.Purpose.CONFIRM, subscriptionId));
        LetterMail letter = renderer.letter(new Letter(
                newsletter.title,
                LANGUAGE,
                "Please confirm your subscription",
                List.of(
                        "Somebody, hopefully you, asked that " + newsletter.title + " be sent to this address.",
                        "If it was you, please confirm it on the page behind this button. The link works for a week."),
                new Letter.Button("Confirm my subscription", link),
                smallPrint(newsletter)));
        return new Message(
                new Mailbox(newsletter.fromName, newsletter.fromEmail),
                newsletter.replyTo == null ? null : new Mailbox(null, newsletter.replyTo),
                "Please confirm your subscription to " + newsletter.title,
                letter.html(),
                letter.text(),
                Map.of("Auto-Submitted", "auto-generated"),
                List.of());
    }

    private static List<String> smallPrint(Newsletter newsletter) {
        String ignore = "If you did not ask for this, you can ignore this mail: without your confirmation nothing will"
                + " be sent to you. On the same page you can also say that it was not you.";
        return newsletter.postalAddress == null ? List.of(ignore) : List.of(ignore, newsletter.postalAddress);
    }
}
