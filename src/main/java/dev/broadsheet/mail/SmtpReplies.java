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
 *
 * <p>The reply is a relay's: of its own accord, or passed through from whoever receives the mail. Either may say that it
 * is not the reader but us, and then the next reader would get the same answer: that stops everything, or everything
 * for a while. Only where the phase or the code says so, since a reply passed through about one mailbox must never
 * silence a node.
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
    /** To a recipient. Not 501, which is said of the syntax of an address too. */
    private static final Set<Integer> PROTOCOL_CODES = Set.of(500, 502, 503, 555);

    /** Not here, and a domain without mail (RFC 7504), where no code tells more. */
    private static final Set<Integer> NOBODY_CODES = Set.of(551, 556);

    /** Bad mailbox, bad domain, moved, null MX (RFC 7505), unable to route. */
    private static final Set<String> DEAD = Set.of("1.1", "1.2", "1.6", "1.10", "4.4");

    /** The sender's address or domain, said when the first recipient is (Postfix). */
    private static final Set<String> SENDER = Set.of("1.7", "1.8");

    /**
     * DKIM, SPF, PTR and DMARC of ours (RFC 7372, RFC 7505; those from 7.29 on are Google's, 7.515 is Microsoft's). 7.28
     * is none of them: that is the rate.
     */
    private static final Set<String> OUR_POLICY = Set.of(
            "7.20", "7.21", "7.22", "7.23", "7.24", "7.25", "7.26", "7.27", "7.29", "7.30", "7.31", "7.32", "7.40",
            "7.515");

    /** Too long for this mailbox or this system. */
    private static final Set<String> MESSAGE = Set.of("2.3", "3.4");

    private static final String FLOOD = "7.28";

    /** With a 4yz, that DNS did not answer whoever looked at our records (RFC 7372, 3.2): no fault of ours. */
    private static final Pattern UNKNOWN_FOR_NOW =
            words("temp(orary)?[ -]?(error|fail)|dns (error|fail|time)|timed?[ -]?out|lookup");

    private static final Pattern CREDITS = words("credits exceeded");
    private static final Pattern RATE = words(
            "unusual rate|too quickly|at a rate|rate limit|too many (messages|connections|emails)|temporarily deferred"
                    + "|throttl|slow down");
    /** A rate of one mailbox, whoever writes to it. */
    private static final Pattern READERS_RATE = words("(user|recipient|mailbox|inbox)\\b.{0,80}\\breceiv");

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
        boolean temporary = isTemporary(reply);
        if (OUR_POLICY.contains(reply.detail())
                && !(temporary && UNKNOWN_FOR_NOW.matcher(reply.text()).find())) {
            return new Outcome.Stopped("smtp-policy", reply.reason());
        }
        if (temporary) {
            return new Outcome.NotNow(reply.reason(), wait(reply), isForEverybody(phase, reply));
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
        String detail = reply.detail();
        if (detail.equals("2.1") && RATE.matcher(reply.text()).find()) {
            return new Outcome.NotNow(reply.reason(), THROTTLED);
        }
        if (SENDER.contains(detail)) {
            return new Outcome.Stopped("smtp-sender", reply.reason());
        }
        boolean dead = isDead(phase, reply);
        if (!dead && phase != Phase.END && PROTOCOL_CODES.contains(reply.code())) {
            return new Outcome.Stopped("smtp-protocol", reply.reason());
        }
        return dead || (isOpen(detail) && isNobody(reply))
                ? new Outcome.Bounced(reply.reason())
                : new Outcome.Failed(reply.reason());
    }

    /** By its code. */
    private static boolean isDead(Phase phase, SmtpReply reply) {
        String detail = reply.detail();
        return DEAD.contains(detail)
                // after the dot, the syntax that is found fault with may be a header's
                || (phase == Phase.RCPT && detail.equals("1.3"))
                || ((detail.equals("2.1") || detail.equals("2.2"))
                        && INACTIVE.matcher(reply.text()).find());
    }

    /** What a reply means that comes later, within a bounce mail: after the relay gave up, where it is for now. */
    static Refusal.Meaning refusal(Phase phase, SmtpReply reply) {
        String detail = reply.detail();
        boolean temporary = isTemporary(reply);
        if (CREDITS.matcher(reply.text()).find() || SENDER.contains(detail)) {
            return Refusal.Meaning.OURS;
        }
        if (isThrottled(reply)) {
            return isOfTheReader(reply) ? Refusal.Meaning.NOT_NOW : Refusal.Meaning.OURS;
        }
        if (!temporary && (isDead(phase, reply) || (isOpen(detail) && isNobody(reply)))) {
            return Refusal.Meaning.DEAD;
        }
        if (temporary
                && (GREYLIST.matcher(reply.text()).find()
                        || UNKNOWN_FOR_NOW.matcher(reply.text()).find())) {
            return Refusal.Meaning.NOT_NOW;
        }
        boolean policy = detail.startsWith("7.")
                || (isOpen(detail) && POLICY.matcher(reply.text()).find());
        return policy || MESSAGE.contains(detail) || detail.startsWith("6.")
                ? Refusal.Meaning.OURS
                : Refusal.Meaning.NOT_NOW;
    }

    private static boolean isTemporary(SmtpReply reply) {
        return reply.code() < 500 || is(reply, '4');
    }

    private static boolean isNobody(SmtpReply reply) {
        return (NOBODY_CODES.contains(reply.code())
                        || NOBODY.matcher(reply.text()).find())
                && !ours(reply.text());
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
                && (RATE.matcher(reply.text()).find() || reply.detail().equals(FLOOD));
    }

    /** That a connection was closed with it does not count here: whether it is us is for who knows what went before. */
    private static boolean isForEverybody(Phase phase, SmtpReply reply) {
        return switch (phase) {
            case CONNECT, AUTH, MAIL -> true;
            case RCPT, DATA, END -> isThrottled(reply) && !isOfTheReader(reply);
        };
    }

    /** Subjects 1 and 2 are the address and the mailbox. */
    private static boolean isOfTheReader(SmtpReply reply) {
        return reply.detail().startsWith("1.")
                || reply.detail().startsWith("2.")
                || READERS_RATE.matcher(reply.text()).find();
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
