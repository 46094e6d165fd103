package dev.broadsheet.subscribers;

import dev.broadsheet.mail.SingleMails;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.LinkTokens.Purpose;
import dev.broadsheet.rendering.Letter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Map;

/** The mail that brings a short-lived link: one button, and nothing about the person but the address it goes to. */
@ApplicationScoped
class ReaderLinkMails {

    private static final Map<Purpose, String> PATHS = Map.of(
            Purpose.EXPORT, "/my-data/export/",
            Purpose.CHANGE_ADDRESS, "/my-data/address/",
            Purpose.NEW_ADDRESS, "/my-data/new-address/",
            Purpose.ERASE, "/my-data/erase/");

    private final ReaderMails mails;

    ReaderLinkMails(ReaderMails mails) {
        this.mails = mails;
    }

    /** @param linkId of {@code reader_link} */
    @Transactional(Transactional.TxType.MANDATORY)
    void queue(Subscription subscription, String email, Purpose purpose, long linkId) {
        Newsletter newsletter = subscription.newsletter;
        mails.queue(
                SingleMails.Kind.LINK,
                purpose,
                newsletter,
                List.of(new ReaderMails.Reader(linkId, email, subscription.language)),
                (texts, link) -> {
                    Words words = words(texts, purpose, newsletter.title);
                    return new ReaderMails.Words(
                            words.heading + " – " + newsletter.title,
                            words.heading,
                            List.of(words.what, texts.linkOnce()),
                            new Letter.Button(words.button, link.apply(PATHS.get(purpose)), texts.buttonOtherwise()),
                            texts.linkIgnore(),
                            List.of());
                });
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
