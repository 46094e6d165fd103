package dev.broadsheet.mail;

import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an SMTP reply means for a delivery. By the enhanced code (RFC 3463), then by well-known words, then by the basic
 * code. 4yz is never final. 5yz does not mean that the address is dead: only replies that say so do that, never policy,
 * content or a full mailbox.
 */
final class SmtpReplies {

    /** When the reply came. */
    enum Phase {
        /** The greeting, {@code EHLO} and {@code STARTTLS}. */
        CONNECT,
        AUTH,
        /** Concerns the sender, so everybody. */
        MAIL,
        RCPT,
        DATA,
        /** To the dot that ends a message. */
        END
    }

    private static final Duration THROTTLED = Duration.ofMinutes(15);
    private static final Duration GREYLISTED = Duration.ofMinutes(5);
    private static final Duration MAILBOX_FULL = Duration.ofHours(1);

    private static final Set<Integer> AUTH_CODES = Set.of(530, 534, 535, 538);
    private static final Set<Integer> PROTOCOL_CODES = Set.of(500, 502, 503);

    /** Bad mailbox, bad domain, moved, null MX (RFC 7505), unable to route. */
    private static final Set<String> DEAD = Set.of("1.1", "1.2", "1.6", "1.10", "4.4");

    private static final Pattern CREDITS = words("credits exceeded");
    private static final Pattern RATE = words(
            "unusual rate|too quickly|at a rate|rate limit|too many (messages|connections|emails)|temporarily deferred"
                    + "|throttl|slow down");
    private static final Pattern GREYLIST = words("gr[ae]y-?list");
    private static final Pattern INACTIVE = words("inactive|disabled|deactivated|suspended|discontinued");
    private static final Pattern POLICY =
            words("spam|block(ed|list)|black-?list|banned|policy|reputation|dnsbl|\\brbl\\b|spf|dkim|dmarc|virus");
    private static final Pattern NOBODY = words("user unknown|unknown (user|recipient|mailbox|address)"
            + "|no such (user|recipient|mailbox|address|person)|(user|mailbox|account|address|recipient) not found"
            + "|(user|mailbox|account|address|recipient)[^.]{0,80} (does not|doesn't|do not|don't) (exist|have)"
            + "|no mailbox|not a valid (user|mailbox|recipient)|invalid (recipient|mailbox|user)"
            + "|no longer (valid|exists|available|works)");
    private static final Pattern FULL = words("full|quota|out of storage");
    private static final Pattern QUEUED = Pattern.compile(
            "queued as <?([\\w.+/=@-]{1,200})|\\bid=<?([\\w.+/=@-]{1,200})|^ok <?([\\w.+/@-]{12,200})>?$",
            Pattern.CASE_INSENSITIVE);

    private SmtpReplies() {}

    /** @param reply any but one that asks to go on */
    static Outcome outcome(SmtpReplies.Phase phase, SmtpReply reply) {
        if (reply.isPositive()) {
            return positive(phase, reply);
        }
        if (CREDITS.matcher(reply.text()).find()) {
            return new Outcome.Stopped("smtp-credits", reply.reason());
        }
        if (AUTH_CODES.contains(reply.code())) {
            return new Outcome.Stopped("smtp-auth", reply.reason());
        }
        if (reply.code() < 500 || reply.code() > 599 || is(reply, '4')) {
            return new Outcome.NotNow(reply.reason(), wait(reply), isThrottled(reply));
        }
        return switch (phase) {
            case CONNECT -> new Outcome.Stopped("smtp-refused", reply.reason());
            case AUTH -> new Outcome.Stopped("smtp-auth", reply.reason());
            case MAIL -> sender(reply);
            case RCPT, DATA, END -> recipient(phase, reply);
        };
    }

    private static Outcome positive(Phase phase, SmtpReply reply) {
        if (phase != Phase.END) {
            return new Outcome.NotNow("out of step: " + reply.reason(), Duration.ZERO);
        }
        return reply.code() < 300
                ? new Outcome.Sent(queuedAs(reply.text()))
                : new Outcome.InDoubt("out of step: " + reply.reason());
    }

    private static Outcome sender(SmtpReply reply) {
        if (reply.code() == 552 || "5.3.4".equals(reply.enhanced())) {
            return new Outcome.Failed(reply.reason());
        }
        boolean protocol = reply.code() < 505 || reply.code() == 555;
        return new Outcome.Stopped(protocol ? "smtp-protocol" : "smtp-sender", reply.reason());
    }

    private static Outcome recipient(Phase phase, SmtpReply reply) {
        if (phase != Phase.END && PROTOCOL_CODES.contains(reply.code())) {
            return new Outcome.Stopped("smtp-protocol", reply.reason());
        }
        String detail = reply.enhanced() == null ? "0.0" : reply.enhanced().substring(2);
        boolean inactive = INACTIVE.matcher(reply.text()).find();
        if (detail.equals("2.1") && RATE.matcher(reply.text()).find()) {
            return new Outcome.NotNow(reply.reason(), THROTTLED, true);
        }
        boolean dead = DEAD.contains(detail)
                // after the dot, the syntax that is found fault with may be a header's
                || (phase == Phase.RCPT && detail.equals("1.3"))
                || ((detail.equals("2.1") || detail.equals("2.2")) && inactive)
                || reply.code() == 551
                || reply.code() == 556
                || (isOpen(detail) && NOBODY.matcher(reply.text()).find() && !ours(reply.text()));
        return dead ? new Outcome.Bounced(reply.reason()) : new Outcome.Failed(reply.reason());
    }

    /** Codes that say nothing by themselves, so that the words decide. */
    private static boolean isOpen(String detail) {
        return detail.startsWith("5.")
                || (detail.endsWith(".0") && !detail.startsWith("6.") && !detail.startsWith("7."));
    }

    private static boolean ours(String text) {
        return POLICY.matcher(text).find() || FULL.matcher(text).find();
    }

    private static Duration wait(SmtpReply reply) {
        if (GREYLIST.matcher(reply.text()).find()) {
            return GREYLISTED;
        }
        if (isThrottled(reply)) {
            return THROTTLED;
        }
        return "4.2.2".equals(reply.enhanced()) ? MAILBOX_FULL : Duration.ZERO;
    }

    private static boolean isThrottled(SmtpReply reply) {
        return !GREYLIST.matcher(reply.text()).find()
                && (RATE.matcher(reply.text()).find() || "4.7.28".equals(reply.enhanced()));
    }

    private static boolean is(SmtpReply reply, char enhancedClass) {
        return reply.enhanced() != null && reply.enhanced().charAt(0) == enhancedClass;
    }

    private static @Nullable String queuedAs(String text) {
        Matcher matcher = QUEUED.matcher(text);
        if (!matcher.find()) {
            return null;
        }
        for (int group = 1; group <= matcher.groupCount(); group++) {
            if (matcher.group(group) != null) {
                return matcher.group(group);
            }
        }
        return null;
    }

    private static Pattern words(String alternatives) {
        return Pattern.compile(alternatives, Pattern.CASE_INSENSITIVE);
    }
}
