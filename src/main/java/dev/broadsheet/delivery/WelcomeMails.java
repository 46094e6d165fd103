package dev.broadsheet.delivery;

import dev.broadsheet.issues.Issues;
import dev.broadsheet.issues.PublishedIssue;
import dev.broadsheet.mail.SingleMails;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.Languages;
import dev.broadsheet.platform.LinkTokens;
import dev.broadsheet.rendering.Letter;
import dev.broadsheet.subscribers.Confirmed;
import dev.broadsheet.subscribers.MailTexts;
import dev.broadsheet.subscribers.ReaderMails;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.Transactional;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The mail that welcomes who has confirmed, where the newsletter wants one. It leads to the latest issue on the web and
 * does not hold it: an issue is sent by campaigns alone, whose ledger sees that nobody gets it twice.
 */
@ApplicationScoped
class WelcomeMails {

    /** @param url where the issue is on the web */
    private record Latest(PublishedIssue.Entry issue, String url) {}

    private final ReaderMails mails;
    private final Issues issues;

    WelcomeMails(ReaderMails mails, Issues issues) {
        this.mails = mails;
        this.issues = issues;
    }

    @Transactional(Transactional.TxType.MANDATORY)
    void welcome(@Observes Confirmed confirmed) {
        Newsletter newsletter = Newsletter.findById(confirmed.newsletterId());
        if (newsletter.welcomeMail != Newsletter.WelcomeMail.OFF) {
            @Nullable Latest latest = latest(newsletter);
            mails.queue(
                    SingleMails.Kind.WELCOME,
                    LinkTokens.Purpose.UNSUBSCRIBE,
                    newsletter,
                    List.of(confirmed.reader()),
                    (texts, link) -> words(newsletter, latest, texts, link));
        }
    }

    private @Nullable Latest latest(Newsletter newsletter) {
        if (newsletter.welcomeMail != Newsletter.WelcomeMail.WITH_LATEST_ISSUE) {
            return null;
        }
        for (PublishedIssue.Entry issue : issues.published(newsletter.id, null, 1)) {
            return issues.webUrl(newsletter, issue.slug())
                    .map(url -> new Latest(issue, url))
                    .orElse(null);
        }
        return null;
    }

    private static ReaderMails.Words words(
            Newsletter newsletter, @Nullable Latest latest, MailTexts texts, UnaryOperator<String> link) {
        List<String> paragraphs = new ArrayList<>(List.of(texts.welcomeThanks(newsletter.title)));
        if (latest != null) {
            String date = DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                    .withLocale(Languages.locale(newsletter.language))
                    .format(latest.issue.date());
            paragraphs.add(texts.welcomeLatest(latest.issue.title(), date));
        }
        return new ReaderMails.Words(
                texts.welcomeSubject(newsletter.title),
                texts.welcomeHeading(),
                paragraphs,
                latest == null ? null : new Letter.Button(texts.welcomeButton(), latest.url, texts.buttonOtherwise()),
                texts.welcomeWhy(newsletter.title),
                List.of(
                        new Letter.Link(texts.preferences(), link.apply("/preferences/")),
                        new Letter.Link(texts.unsubscribe(), link.apply("/unsubscribe/"))));
    }
}
