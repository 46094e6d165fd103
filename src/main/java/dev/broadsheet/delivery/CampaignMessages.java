package dev.broadsheet.delivery;

import dev.broadsheet.issues.Issues;
import dev.broadsheet.issues.RevisionMail;
import dev.broadsheet.mail.Mailbox;
import dev.broadsheet.mail.Message;
import dev.broadsheet.mail.Recipient;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.BaseUrl;
import dev.broadsheet.platform.LinkTokens;
import dev.broadsheet.rendering.Slots;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A campaign's message, made once, and each recipient's part of it. */
@ApplicationScoped
class CampaignMessages {

    /** One message and how to fill it. */
    final class Letters {
        private final Message message;
        private final Slots slots;
        private final String domain;

        private Letters(Message message, Slots slots) {
            this.message = message;
            this.slots = slots;
            this.domain = message.from().domain();
        }

        Message message() {
            return message;
        }

        /** The person's own link, headers and {@code Message-ID}, which is made of the delivery's id alone. */
        Recipient recipient(Claim claim, Claim.Row row) {
            return recipient(
                    HandoverLog.id(claim, row.deliveryId()),
                    row.email(),
                    row.name(),
                    messageIds.of(claim.issueId(), row.deliveryId(), domain),
                    row.subscriptionId(),
                    Map.of(
                            "bs_issue",
                            String.valueOf(claim.issueId()),
                            "bs_delivery",
                            String.valueOf(row.deliveryId())));
        }

        /** Somebody who looks at a mail before it goes out: the links act on nobody. */
        Recipient preview(String email) {
            return recipient("preview", email, null, "preview@" + baseUrl.host(), LinkTokens.NOBODY, Map.of());
        }

        private Recipient recipient(
                String id,
                String email,
                @Nullable String name,
                String messageId,
                long subscriptionId,
                Map<String, String> customArgs) {
            String token = tokens.sign(LinkTokens.Purpose.UNSUBSCRIBE, subscriptionId);
            String unsubscribe = baseUrl.link("/unsubscribe/" + token);
            return new Recipient(
                    id,
                    email,
                    name,
                    messageId,
                    Map.of(
                            "List-Unsubscribe",
                            "<" + unsubscribe + ">",
                            "List-Unsubscribe-Post",
                            "List-Unsubscribe=One-Click"),
                    Map.of(
                            slots.unsubscribeUrl(),
                            unsubscribe,
                            slots.preferencesUrl(),
                            baseUrl.link("/preferences/" + token)),
                    customArgs);
        }
    }

    private final Issues issues;
    private final LinkTokens tokens;
    private final MessageIds messageIds;
    private final BaseUrl baseUrl;

    CampaignMessages(Issues issues, LinkTokens tokens, MessageIds messageIds, BaseUrl baseUrl) {
        this.issues = issues;
        this.tokens = tokens;
        this.messageIds = messageIds;
        this.baseUrl = baseUrl;
    }

    /** The campaign's messages, each made when it is asked for. */
    @Transactional
    Variants<Letters> of(Campaign campaign) {
        Newsletter newsletter =
                Newsletter.<Newsletter>findByIdOptional(campaign.newsletterId).orElseThrow();
        RevisionMail edition = issues.revision(campaign.revisionId);
        Mailbox from = new Mailbox(campaign.fromName, campaign.fromEmail);
        return new Variants<>(
                edition.sections(), leftOut -> of(newsletter, edition.without(leftOut), from, campaign.replyTo));
    }

    /** Before there is a campaign: under the newsletter's present sender. */
    Letters of(Newsletter newsletter, RevisionMail edition) {
        return of(newsletter, edition, new Mailbox(newsletter.fromName, newsletter.fromEmail), newsletter.replyTo);
    }

    private Letters of(Newsletter newsletter, RevisionMail edition, Mailbox from, @Nullable String replyTo) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("List-Id", "<" + newsletter.slug + "." + baseUrl.host() + ">");
        if (newsletter.archive == Newsletter.Archive.PUBLIC) {
            headers.put("List-Archive", "<" + baseUrl.link("/n/" + newsletter.slug + "/issues") + ">");
        }
        Message message = new Message(
                from,
                replyTo == null ? null : new Mailbox(null, replyTo),
                edition.subject(),
                edition.mailHtml(),
                edition.mailText(),
                headers,
                edition.slots().tags(),
                List.of(newsletter.slug, newsletter.slug + "/" + edition.slug()));
        return new Letters(message, edition.slots());
    }
}
