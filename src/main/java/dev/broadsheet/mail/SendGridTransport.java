package dev.broadsheet.mail;

import com.sendgrid.Response;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Hands messages to SendGrid's v3 API, up to 1,000 recipients a request. A request is marked right before it is posted;
 * from then on, without a clear answer, all of it is in doubt, since the API knows no idempotency key. A request that is
 * refused for some of its recipients was sent to none: it is posted again without them, or in halves where the answer
 * does not name them.
 *
 * <p>Lanes post side by side, at most {@value #MOST_REQUESTS} requests at a time; further calls wait before they mark
 * anything. What a request holds beside its recipients is some 1 KB for each of them, at most 4 MB and one recipient's
 * part (see {@link SendGridBody}), in a buffer that is used again; the message is there once for all of them. So memory
 * is bounded by some {@value #MOST_REQUESTS} times 4 MB, however many the recipients are.
 */
@Singleton
class SendGridTransport implements Transport {

    /**
     * @param connect for the connection, and for a free place in the pool
     * @param answer for the answer: giving up there leaves a whole request in doubt
     */
    record Timeouts(Duration connect, Duration answer) {
        static final Timeouts USUAL = new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(30));
    }

    private static final Logger LOG = Logger.getLogger(SendGridTransport.class);

    /** The lanes that a node works on by default, and single mails beside them. Each has a connection, so none waits for it. */
    private static final int MOST_REQUESTS = 9;

    private static final int USUAL_BYTES = 1 << 16;

    private final @Nullable SendGridApi api;
    private final EncodedMessages<SendGridMessage> encodedMessages;
    private final Clock clock;
    /** A rehearsal. */
    private final boolean sandbox;

    private final Semaphore places = new Semaphore(MOST_REQUESTS, true);
    /** Those used last come first, so that no more of them grow than are used together. */
    private final Deque<MessageBuffer> buffers = new ConcurrentLinkedDeque<>();

    private final AtomicBoolean sandboxLeaks = new AtomicBoolean();

    @Inject
    SendGridTransport(MailConfig config, Clock clock) {
        this(config.sendgrid(), clock, Timeouts.USUAL);
    }

    /** Connects to nobody yet. */
    SendGridTransport(MailConfig.SendGrid config, Clock clock, Timeouts timeouts) {
        this.clock = clock;
        this.sandbox = config.sandbox();
        this.encodedMessages =
                new EncodedMessages<>(message -> SendGridMessage.of(message, sandbox, config.opensAndClicks()));
        if (sandbox) {
            LOG.warn("BROADSHEET_MAIL_SENDGRID_SANDBOX is on: SendGrid checks all mails and sends none");
        }
        this.api = config.apiKey()
                .map(key -> new SendGridApi(key, config.url(), MOST_REQUESTS, timeouts))
                .orElse(null);
    }

    /** As SendGrid says of its {@code to}: local parts of ASCII alone. */
    @Override
    public boolean takesAnyLetters() {
        return false;
    }

    @Override
    public void send(Message message, List<Recipient> recipients, Handover handover) {
        SendGridApi configured = api;
        if (configured == null) {
            Outcome outcome = new Outcome.Stopped("sendgrid-unconfigured", "No SendGrid API key is configured");
            recipients.forEach(recipient -> handover.outcome(recipient, outcome));
            return;
        }
        SendGridMessage encoded;
        try {
            encoded = encodedMessages.of(message);
        } catch (IllegalArgumentException e) {
            Outcome outcome = new Outcome.Stopped("message-unfit", "The sender or the content: " + e.getMessage());
            recipients.forEach(recipient -> handover.outcome(recipient, outcome));
            return;
        }
        places.acquireUninterruptibly();
        try {
            MessageBuffer free = buffers.pollFirst();
            MessageBuffer buffer = free == null ? new MessageBuffer(USUAL_BYTES) : free;
            new Round(configured, encoded, buffer, handover).run(recipients);
            buffers.addFirst(buffer);
        } finally {
            places.release();
        }
    }

    /** One call of {@link #send}. */
    private final class Round {

        /** So many refusals of one after the other, and nobody accepted: perhaps it is not them, so a probe has to tell. */
        private static final int MOST_UNNAMED = 3;

        private static final int MOST_NAMED = 10;

        private final SendGridApi api;
        private final SendGridMessage message;
        private final MessageBuffer buffer;
        private final Handover handover;
        private final Deque<List<Recipient>> waiting = new ArrayDeque<>();

        /** Refused alone, without a word that it was them; settled once it is clear whether others are accepted. */
        private final Map<Recipient, String> refusedAlone = new LinkedHashMap<>();

        private int refusals;
        private boolean accepted;
        private @Nullable Outcome forTheRest;

        Round(SendGridApi api, SendGridMessage message, MessageBuffer buffer, Handover handover) {
            this.api = api;
            this.message = message;
            this.buffer = buffer;
            this.handover = handover;
        }

        void run(List<Recipient> recipients) {
            waiting.add(recipients);
            for (List<Recipient> next = waiting.pollFirst(); next != null; next = waiting.pollFirst()) {
                if (forTheRest == null) {
                    hand(isPerhapsEverybody() ? probe(next) : next);
                } else {
                    report(next, forTheRest);
                }
            }
            refusedAlone.forEach((recipient, reason) -> handover.outcome(recipient, ofRefusedAlone(reason)));
        }

        private boolean isPerhapsEverybody() {
            return !accepted && (refusals >= MOST_NAMED || refusedAlone.size() >= MOST_UNNAMED);
        }

        /** One alone, from the other end of what waits: bad readers are often side by side, as they were imported. */
        private List<Recipient> probe(List<Recipient> next) {
            waiting.addFirst(next);
            List<Recipient> farthest = waiting.removeLast();
            int last = farthest.size() - 1;
            if (last > 0) {
                waiting.addLast(farthest.subList(0, last));
            }
            return farthest.subList(last, farthest.size());
        }

        /** Where nobody was accepted, nobody knows whether it was them: they share what befalls the rest. */
        private Outcome ofRefusedAlone(String reason) {
            if (!accepted && forTheRest != null) {
                return forTheRest;
            }
            return isPerhapsEverybody() ? refusedToAll(reason) : new Outcome.Failed(reason);
        }

        private static Outcome refusedToAll(String reason) {
            return new Outcome.Stopped("sendgrid-refused", reason);
        }

        private void hand(List<Recipient> next) {
            String requestId = UUID.randomUUID().toString();
            SendGridBody body = new SendGridBody(message, requestId, buffer);
            fill(body, next);
            List<Recipient> together = body.end();
            if (together.isEmpty()) {
                return;
            }
            if (!handover.mark(together, requestId)) {
                waiting.clear(); // left alone, rather than asked for one by one as probes
                return;
            }
            SendGridAnswer answer = post(body);
            if (answer instanceof SendGridAnswer.ForAll forAll) {
                forAll(together, forAll.outcome());
            } else if (answer instanceof SendGridAnswer.TooLarge tooLarge) {
                tooLarge(together, tooLarge.reason());
            } else if (answer instanceof SendGridAnswer.Refused refused) {
                refused(together, refused);
            }
        }

        /** With as many as it takes; the others wait. */
        private void fill(SendGridBody body, List<Recipient> next) {
            for (int i = 0; i < next.size(); i++) {
                Recipient recipient = next.get(i);
                if (!body.takes(recipient)) {
                    waiting.addFirst(next.subList(i, next.size()));
                    return;
                }
                try {
                    body.add(recipient);
                } catch (IllegalArgumentException e) {
                    handover.outcome(recipient, new Outcome.Failed("Not to be written as mail: " + e.getMessage()));
                }
            }
        }

        private SendGridAnswer post(SendGridBody body) {
            try {
                Response response = api.mailSend(body);
                if (sandbox && response.getStatusCode() == 202 && !sandboxLeaks.getAndSet(true)) {
                    LOG.error(
                            "SendGrid accepted (202) a request for its sandbox: its mails are sent, and count as sent");
                }
                return SendGridAnswer.of(
                        response.getStatusCode(), response.getHeaders(), response.getBody(), sandbox, clock.instant());
            } catch (IOException | RuntimeException e) {
                return new SendGridAnswer.ForAll(SendGridAnswer.noAnswer(e));
            }
        }

        private void forAll(List<Recipient> together, Outcome outcome) {
            accepted |= outcome instanceof Outcome.Sent || outcome instanceof Outcome.Rehearsed;
            if (outcome instanceof Outcome.Stopped || outcome instanceof Outcome.NotNow) {
                forTheRest = outcome;
            } else if (outcome instanceof Outcome.InDoubt) {
                // one request in doubt is enough
                forTheRest = new Outcome.NotNow("The request before is in doubt", SendGridAnswer.USUAL_WAIT, true);
            }
            report(together, outcome);
        }

        private void refused(List<Recipient> together, SendGridAnswer.Refused refused) {
            if (isPerhapsEverybody()) { // then this was the probe
                stop(together, refusedToAll(refused.reason()));
                return;
            }
            List<Recipient> others = new ArrayList<>();
            for (int i = 0; i < together.size(); i++) {
                if (refused.culprits().contains(i)) {
                    handover.outcome(together.get(i), new Outcome.Failed(refused.reason()));
                } else {
                    others.add(together.get(i));
                }
            }
            if (others.size() < together.size()) {
                refusals++;
                if (!others.isEmpty()) {
                    waiting.addFirst(others);
                }
            } else if (together.size() > 1) {
                halve(together);
            } else {
                refusedAlone.put(together.get(0), refused.reason());
            }
        }

        private void tooLarge(List<Recipient> together, String reason) {
            if (together.size() > 1) {
                halve(together);
            } else if (accepted) {
                report(together, new Outcome.Failed(reason));
            } else { // one recipient's part is small, so it is the message
                stop(together, new Outcome.Stopped("sendgrid-message", reason));
            }
        }

        private void stop(List<Recipient> together, Outcome outcome) {
            forTheRest = outcome;
            report(together, outcome);
        }

        private void halve(List<Recipient> together) {
            int half = together.size() / 2;
            waiting.addFirst(together.subList(half, together.size()));
            waiting.addFirst(together.subList(0, half));
        }

        private void report(List<Recipient> together, Outcome outcome) {
            together.forEach(recipient -> handover.outcome(recipient, outcome));
        }
    }

    @PreDestroy
    void close() throws IOException {
        if (api != null) {
            api.close();
        }
    }
}
