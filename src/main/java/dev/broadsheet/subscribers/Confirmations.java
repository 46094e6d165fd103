package dev.broadsheet.subscribers;

import dev.broadsheet.mail.Mailbox;
import dev.broadsheet.mail.Message;
import dev.broadsheet.mail.SingleMails;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.BaseUrl;
import dev.broadsheet.platform.Languages;
import dev.broadsheet.platform.LinkTokens;
import dev.broadsheet.rendering.Letter;
import dev.broadsheet.rendering.LetterMail;
import dev.broadsheet.rendering.Renderer;
import io.quarkus.qute.i18n.Localized;
import io.quarkus.qute.i18n.MessageBundles;
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
        String language = Languages.written(newsletter.language);
        MailTexts texts = MessageBundles.get(MailTexts.class, Localized.Literal.of(language));
        LetterMail letter = renderer.letter(new Letter(
                newsletter.title,
                language,
                texts.confirmHeading(),
                List.of(texts.confirmAsked(newsletter.title), texts.confirmPlease()),
                new Letter.Button(texts.confirmButton(), link),
                newsletter.postalAddress == null
                        ? List.of(texts.confirmIgnore())
                        : List.of(texts.confirmIgnore(), newsletter.postalAddress)));
        return new Message(
                new Mailbox(newsletter.fromName, newsletter.fromEmail),
                newsletter.replyTo == null ? null : new Mailbox(null, newsletter.replyTo),
                texts.confirmSubject(newsletter.title),
                letter.html(),
                letter.text(),
                Map.of("Auto-Submitted", "auto-generated"),
                List.of());
    }
}
