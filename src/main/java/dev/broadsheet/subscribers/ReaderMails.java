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
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Single mails to readers of a newsletter, in its language or their own. A letter is made once for all who get it together, with a
 * slot where each one's own token goes. It holds nothing that the sign-up form was given but the address it goes to: a
 * name in it would let a stranger write to anyone in our name.
 */
@ApplicationScoped
public class ReaderMails {

    /**
     * @param subject what the links in the mail act on: a subscription, or a {@code reader_link}
     * @param language that they chose; null for the newsletter's
     */
    public record Reader(
            long subject, String email, @Nullable String language) {

        static Reader of(Subscription subscription) {
            return new Reader(subscription.id, subscription.subscriber.email, subscription.language);
        }
    }

    /** What a mail says. @param why it came, in small print */
    public record Words(
            String subject,
            String heading,
            List<String> paragraphs,
            Letter.@Nullable Button button,
            String why,
            List<Letter.Link> links) {}

    /** Writes a mail. */
    public interface Writer {

        /** @param link makes of a path such as {@code /confirm/} the reader's own address below it */
        Words write(MailTexts texts, UnaryOperator<String> link);
    }

    /** The slot's tag carries so many random bytes that no text written by a person holds it. */
    private static final int NONCE_BYTES = 9;

    private final SingleMails mails;
    private final Renderer renderer;
    private final LinkTokens tokens;
    private final BaseUrl baseUrl;
    private final SignUpConfig config;
    private final SecureRandom random;

    ReaderMails(
            SingleMails mails,
            Renderer renderer,
            LinkTokens tokens,
            BaseUrl baseUrl,
            SignUpConfig config,
            SecureRandom random) {
        this.mails = mails;
        this.renderer = renderer;
        this.tokens = tokens;
        this.baseUrl = baseUrl;
        this.config = config;
        this.random = random;
    }

    /** Asks to confirm. Like all of these, in the caller's transaction, so that no crash comes between. */
    void confirmation(Newsletter newsletter, List<Reader> readers) {
        queue(
                SingleMails.Kind.CONFIRMATION,
                LinkTokens.Purpose.CONFIRM,
                newsletter,
                readers,
                (texts, link) -> new Words(
                        texts.confirmSubject(newsletter.title),
                        texts.confirmHeading(),
                        List.of(
                                texts.confirmAsked(newsletter.title),
                                texts.confirmPlease() + " " + goodFor(texts, config.confirmWithin())),
                        new Letter.Button(texts.confirmButton(), link.apply("/confirm/"), texts.buttonOtherwise()),
                        texts.confirmIgnore(),
                        List.of(new Letter.Link(texts.confirmNotMe(), link.apply("/confirm/") + "#not-me"))));
    }

    /** Tells who signed up again that there is nothing to wait for. */
    void subscribedAlready(Newsletter newsletter, List<Reader> readers) {
        queue(
                SingleMails.Kind.SUBSCRIBED,
                LinkTokens.Purpose.UNSUBSCRIBE,
                newsletter,
                readers,
                (texts, link) -> new Words(
                        texts.subscribedSubject(newsletter.title),
                        texts.subscribedHeading(),
                        List.of(texts.subscribedAsked(newsletter.title), texts.subscribedPlease()),
                        new Letter.Button(
                                texts.subscribedButton(), link.apply("/preferences/"), texts.buttonOtherwise()),
                        texts.subscribedIgnore(),
                        List.of(new Letter.Link(texts.unsubscribe(), link.apply("/unsubscribe/")))));
    }

    void goodbye(Newsletter newsletter, Reader reader) {
        queue(
                SingleMails.Kind.GOODBYE,
                LinkTokens.Purpose.UNSUBSCRIBE,
                newsletter,
                List.of(reader),
                (texts, link) -> new Words(
                        texts.goodbyeSubject(newsletter.title),
                        texts.goodbyeHeading(),
                        List.of(texts.goodbyeLeft(newsletter.title), texts.goodbyeBack()),
                        new Letter.Button(
                                texts.goodbyeButton(), baseUrl.link("/n/" + newsletter.slug), texts.buttonOtherwise()),
                        texts.goodbyeWhy(),
                        List.of()));
    }

    /** @param purpose of the token in each reader's own links; one to leave puts the headers of one-click there too */
    @Transactional(Transactional.TxType.MANDATORY)
    public void queue(
            SingleMails.Kind kind,
            LinkTokens.Purpose purpose,
            Newsletter newsletter,
            List<Reader> readers,
            Writer writer) {
        readers.stream()
                .collect(Collectors.groupingBy(
                        reader -> Languages.written(reader.language == null ? newsletter.language : reader.language),
                        TreeMap::new,
                        Collectors.toList()))
                .forEach((language, some) -> queue(kind, purpose, newsletter, language, some, writer));
    }

    private void queue(
            SingleMails.Kind kind,
            LinkTokens.Purpose purpose,
            Newsletter newsletter,
            String language,
            List<Reader> readers,
            Writer writer) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        String slot = "reader-token-" + HexFormat.of().formatHex(nonce);
        Message message = message(newsletter, language, slot, writer);
        mails.queue(
                kind,
                message,
                readers.stream()
                        .map(reader -> {
                            String token = tokens.sign(purpose, reader.subject);
                            return new SingleMails.To(reader.email, Map.of(slot, token), headers(purpose, token));
                        })
                        .toList());
    }

    private Message message(Newsletter newsletter, String language, String slot, Writer writer) {
        Words words = writer.write(texts(language), path -> baseUrl.link(path) + slot);
        LetterMail letter = renderer.letter(new Letter(
                newsletter.title,
                language,
                words.heading,
                words.paragraphs,
                words.button,
                newsletter.postalAddress == null ? List.of(words.why) : List.of(words.why, newsletter.postalAddress),
                words.links));
        return new Message(
                new Mailbox(newsletter.fromName, newsletter.fromEmail),
                newsletter.replyTo == null ? null : new Mailbox(null, newsletter.replyTo),
                words.subject,
                letter.html(),
                letter.text(),
                Map.of("Auto-Submitted", "auto-generated"),
                List.of(slot));
    }

    private Map<String, String> headers(LinkTokens.Purpose purpose, String token) {
        return purpose != LinkTokens.Purpose.UNSUBSCRIBE
                ? Map.of()
                : Map.of(
                        "List-Unsubscribe",
                        "<" + baseUrl.link("/unsubscribe/" + token) + ">",
                        "List-Unsubscribe-Post",
                        "List-Unsubscribe=One-Click");
    }

    /** @param language one that there are words of: see {@link Languages} */
    static MailTexts texts(String language) {
        return MessageBundles.get(MailTexts.class, Localized.Literal.of(language));
    }

    private static String goodFor(MailTexts texts, Duration time) {
        return time.toDays() > 1 ? texts.confirmForDays(time.toDays()) : texts.confirmForHours(time.toHours());
    }
}
