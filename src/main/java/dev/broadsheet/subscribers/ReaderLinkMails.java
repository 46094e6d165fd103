package dev.broadsheet.subscribers;

import dev.broadsheet.mail.Mailbox;
import dev.broadsheet.mail.Message;
import dev.broadsheet.mail.SingleMails;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.BaseUrl;
import dev.broadsheet.platform.Languages;
import dev.broadsheet.platform.LinkTokens;
import dev.broadsheet.platform.LinkTokens.Purpose;
import dev.broadsheet.rendering.Letter;
import dev.broadsheet.rendering.LetterMail;
import dev.broadsheet.rendering.Renderer;
import io.quarkus.qute.i18n.Localized;
import io.quarkus.qute.i18n.MessageBundles;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The mail that brings a short-lived link: one button, and nothing about the person but the address it goes to. */
@ApplicationScoped
class ReaderLinkMails {

    private static final Map<Purpose, String> PATHS = Map.of(
            Purpose.EXPORT, "/my-data/export/",
            Purpose.CHANGE_ADDRESS, "/my-data/address/",
            Purpose.NEW_ADDRESS, "/my-data/new-address/",
            Purpose.ERASE, "/my-data/erase/");

    private final SingleMails mails;
    private final Renderer renderer;
    private final LinkTokens tokens;
    private final BaseUrl baseUrl;

    ReaderLinkMails(SingleMails mails, Renderer renderer, LinkTokens tokens, BaseUrl baseUrl) {
        this.mails = mails;
        this.renderer = renderer;
        this.tokens = tokens;
        this.baseUrl = baseUrl;
    }

    /** @param linkId of {@code reader_link} */
    @Transactional(Transactional.TxType.MANDATORY)
    void queue(Subscription subscription, String email, Purpose purpose, long linkId) {
        Newsletter newsletter = subscription.newsletter;
        String language = Languages.written(subscription.pageLanguage());
        MailTexts texts = MessageBundles.get(MailTexts.class, Localized.Literal.of(language));
        Words words = words(texts, purpose, newsletter.title);
        String url = baseUrl.link(PATHS.get(purpose) + tokens.sign(purpose, linkId));
        LetterMail letter = renderer.letter(new Letter(
                newsletter.title,
                language,
                words.heading,
                List.of(words.what, texts.linkOnce()),
                new Letter.Button(words.button, url),
                Stream.of(texts.linkIgnore(), newsletter.postalAddress)
                        .filter(Objects::nonNull)
                        .toList()));
        mails.queue(
                SingleMails.Kind.LINK,
                email,
                new Message(
                        new Mailbox(newsletter.fromName, newsletter.fromEmail),
                        newsletter.replyTo == null ? null : new Mailbox(null, newsletter.replyTo),
                        words.heading + " – " + newsletter.title,
                        letter.html(),
                        letter.text(),
                        Map.of("Auto-Submitted", "auto-replied"),
                        List.of()));
    }

    private record Words(String heading, String what, String button) {}

    private static Words words(MailTexts texts, Purpose purpose, String newsletter) {
        return switch (purpose) {
            case EXPORT ->
                new Words(texts.linkExportHeading(), texts.linkExportWhat(newsletter), texts.linkExportButton());
            case CHANGE_ADDRESS ->
                new Words(texts.linkAddressHeading(), texts.linkAddressWhat(newsletter), texts.linkAddressButton());
            case NEW_ADDRESS ->
                new Words(
                        texts.linkNewAddressHeading(),
                        texts.linkNewAddressWhat(newsletter),
                        texts.linkNewAddressButton());
            case ERASE -> new Words(texts.linkEraseHeading(), texts.linkEraseWhat(newsletter), texts.linkEraseButton());
            default -> throw new IllegalArgumentException("No link of a reader's own: " + purpose);
        };
    }
}
