package dev.broadsheet.delivery;

import dev.broadsheet.mail.Mailbox;
import dev.broadsheet.mail.Message;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.BaseUrl;
import dev.broadsheet.platform.Languages;
import dev.broadsheet.rendering.Letter;
import dev.broadsheet.rendering.LetterMail;
import dev.broadsheet.rendering.Renderer;
import io.quarkus.qute.i18n.Localized;
import io.quarkus.qute.i18n.MessageBundles;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The words of an alert, in the newsletter's language: what happened, why, how far it came, and by which call it goes on.
 * Providers' words have their addresses masked where they come in.
 */
@ApplicationScoped
class AlertMails {

    /** What kind of mail it is, in its subject, its heading and the first sentence. */
    private record Words(String subject, String heading, String what) {}

    private record Count(String name, long rows) {}

    private final Campaigns campaigns;
    private final Doubts doubts;
    private final Clock clock;
    private final Renderer renderer;
    private final BaseUrl baseUrl;

    AlertMails(Campaigns campaigns, Doubts doubts, Clock clock, Renderer renderer, BaseUrl baseUrl) {
        this.campaigns = campaigns;
        this.doubts = doubts;
        this.clock = clock;
        this.renderer = renderer;
        this.baseUrl = baseUrl;
    }

    /** @param same alerts of one kind about one thing, oldest first: the mail is about the last of them */
    Message write(Newsletter newsletter, List<Alert> same) {
        String language = Languages.written(newsletter.language);
        AlertTexts texts = MessageBundles.get(AlertTexts.class, Localized.Literal.of(language));
        Alert alert = same.get(same.size() - 1);
        List<String> said = new ArrayList<>();
        if (same.size() > 1) {
            said.add(texts.again(same.size(), time(newsletter, same.get(0).happenedAt)));
        }
        if (alert.reason != null) {
            said.add(texts.reason(reason(texts, alert, alert.reason), String.valueOf(alert.code)));
        }
        return alert.campaignId == null
                ? ofSchedule(newsletter, language, texts, alert, said)
                : ofCampaign(newsletter, language, texts, alert, campaigns.get(alert.campaignId), said);
    }

    private Message ofCampaign(
            Newsletter newsletter,
            String language,
            AlertTexts texts,
            Alert alert,
            Campaigns.Overview now,
            List<String> said) {
        String url = baseUrl.link("/api/campaigns/" + alert.campaignId);
        String issue = now.issue();
        String time = time(newsletter, alert.happenedAt);
        boolean canary = Canary.REASON.equals(alert.code);
        Words words =
                switch (alert.kind) {
                    case PAUSED ->
                        canary
                                ? new Words(
                                        texts.canarySubject(newsletter.title, issue),
                                        texts.canaryHeading(),
                                        texts.canaryWhat(issue, time))
                                : new Words(
                                        texts.pausedSubject(newsletter.title, issue),
                                        texts.pausedHeading(),
                                        texts.pausedWhat(issue, time));
                    case CANCELLED ->
                        new Words(
                                texts.cancelledSubject(newsletter.title, issue),
                                texts.cancelledHeading(),
                                texts.cancelledWhat(issue, time));
                    case DONE, NOT_SENT ->
                        Long.valueOf(0).equals(now.campaign().recipients)
                                ? new Words(
                                        texts.nobodySubject(newsletter.title, issue),
                                        texts.nobodyHeading(),
                                        texts.nobodyWhat(issue, time))
                                : new Words(
                                        texts.doneSubject(newsletter.title, issue),
                                        texts.doneHeading(),
                                        texts.doneWhat(issue, time));
                };
        if (Campaigns.IN_DOUBT.equals(alert.code)) {
            doubts.evidence(now.campaign())
                    .ifPresent(of -> said.addAll(of.sentences(texts, at -> time(newsletter, at), clock.instant())));
        }
        if (now.campaign().recipients != null) {
            said.add(counts(texts, now));
        }
        switch (alert.kind) {
            case PAUSED -> said.add(goOn(texts, String.valueOf(alert.code), url));
            case CANCELLED -> said.add(texts.toReachTheRest(campaignsOf(newsletter, issue)));
            default -> {
                if (now.counts().failed() > 0) {
                    said.add(texts.toRetry(url));
                }
            }
        }
        return message(
                newsletter,
                language,
                texts,
                words,
                said,
                List.of(
                        new Letter.Link(texts.campaign(), url),
                        new Letter.Link(texts.deliveries(), url + "/deliveries")));
    }

    private Message ofSchedule(
            Newsletter newsletter, String language, AlertTexts texts, Alert alert, List<String> said) {
        said.add(texts.toSendByHand(campaignsOf(newsletter, "ISSUE")));
        return message(
                newsletter,
                language,
                texts,
                new Words(
                        texts.notSentSubject(newsletter.title),
                        texts.notSentHeading(),
                        texts.notSentWhat(time(newsletter, alert.happenedAt))),
                said,
                List.of(new Letter.Link(
                        texts.issues(), baseUrl.link("/api/newsletters/" + newsletter.slug + "/issues"))));
    }

    private Message message(
            Newsletter newsletter,
            String language,
            AlertTexts texts,
            Words words,
            List<String> said,
            List<Letter.Link> links) {
        LetterMail letter = renderer.letter(new Letter(
                newsletter.title,
                language,
                words.heading,
                Stream.concat(Stream.of(words.what), said.stream()).toList(),
                null,
                List.of(texts.why(newsletter.title)),
                links));
        return new Message(
                new Mailbox(newsletter.fromName, newsletter.fromEmail),
                newsletter.replyTo == null ? null : new Mailbox(null, newsletter.replyTo),
                words.subject,
                letter.html(),
                letter.text(),
                Map.of("Auto-Submitted", "auto-generated"),
                List.of());
    }

    /** The house's own reasons in the newsletter's language; what a provider said, or names a value, as it is. */
    private static String reason(AlertTexts texts, Alert alert, String asItIs) {
        return switch (String.valueOf(alert.code)) {
            case "editor" ->
                alert.kind == Alert.Kind.CANCELLED ? texts.reasonCancelledByEditor() : texts.reasonPausedByEditor();
            case Campaign.ISSUE_WITHDRAWN -> texts.reasonWithdrawn();
            case Campaigns.IN_DOUBT -> texts.reasonInDoubt();
            case "counts-differ" -> texts.reasonCountsDiffer();
            case "start-paused" -> texts.reasonStartPaused();
            case DeliveryConfig.MISFIRED -> texts.reasonMisfired();
            case ScheduleWatch.NO_ISSUE -> texts.reasonNoIssue();
            default -> asItIs;
        };
    }

    private static String goOn(AlertTexts texts, String code, String url) {
        return switch (code) {
            case Canary.REASON, "canary-not-clean" -> texts.toApprove(url);
            case Campaigns.IN_DOUBT -> texts.toSettle(url);
            case Campaign.ISSUE_WITHDRAWN -> texts.toPublishAgain(url);
            case DeliveryConfig.MISFIRED -> texts.toSendLate(url);
            default -> texts.toResume(url);
        };
    }

    private static String counts(AlertTexts texts, Campaigns.Overview now) {
        Counts counts = now.counts();
        return texts.recipients(now.campaign().recipients == null ? 0 : now.campaign().recipients) + " "
                + Stream.of(
                                new Count(texts.sent(), counts.sent()),
                                new Count(texts.delivered(), counts.delivered()),
                                new Count(texts.queued(), counts.queued() + counts.sending()),
                                new Count(texts.inDoubt(), counts.inDoubt()),
                                new Count(texts.bounced(), counts.bounced()),
                                new Count(texts.complained(), counts.complained()),
                                new Count(texts.failed(), counts.failed()),
                                new Count(texts.skipped(), counts.skipped()),
                                new Count(texts.cancelled(), counts.cancelled()))
                        .filter(count -> count.rows > 0)
                        .map(count -> count.name + " " + count.rows)
                        .collect(Collectors.joining(" · "));
    }

    private String campaignsOf(Newsletter newsletter, String issue) {
        return baseUrl.link("/api/newsletters/" + newsletter.slug + "/issues/" + issue + "/campaigns");
    }

    private static String time(Newsletter newsletter, Instant at) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.LONG, FormatStyle.SHORT)
                        .withLocale(Languages.locale(newsletter.language))
                        .format(at.atZone(ZoneId.of(newsletter.timeZone)))
                + " (" + newsletter.timeZone + ")";
    }
}
