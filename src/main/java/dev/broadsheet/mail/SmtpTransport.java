package dev.broadsheet.mail;

import dev.broadsheet.mail.SmtpConnections.NoConnection;
import dev.broadsheet.platform.BaseUrl;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Hands messages to an SMTP relay, one recipient each, over as many connections at a time as configured; they stay open
 * between messages. A hand-over is marked before the dot that ends it leaves, and while the rest does. Where
 * the connection ends or stays silent after that, the message is in doubt, and only that one.
 *
 * <p>The envelope's sender is the message's, or each delivery's own where a {@link ReturnPath} is configured.
 */
@Singleton
class SmtpTransport implements Transport {

    private final MailConfig.Smtp config;
    private final @Nullable DkimKey dkim;
    private final ReturnPath returnPath;
    private final String ehloName;
    private final Clock clock;
    private final @Nullable SSLContext tls;
    private final SmtpConnection.Timeouts timeouts;
    private final EncodedMessages<EncodedMessage> encodedMessages = new EncodedMessages<>(EncodedMessage::of);
    private final ThreadPoolExecutor threads;
    /** Messages to one recipient alone, which wait for no round of many. */
    private final Queue<Runnable> single = new ConcurrentLinkedQueue<>();

    private final Object asking = new Object();

    private @Nullable SmtpConnections connections;
    /** What the relay last said of SMTPUTF8, and until when it is not asked again. */
    private boolean relayTakesAnyLetters;

    private Instant asksRelayAgain = Instant.MIN;

    @Inject
    SmtpTransport(MailConfig config, Dkim dkim, ReturnPath returnPath, BaseUrl baseUrl, Clock clock) {
        this(config.smtp(), dkim.key(), returnPath, baseUrl.host(), clock, null, SmtpConnection.Timeouts.USUAL);
    }

    /**
     * Connects to nobody yet.
     *
     * @param dkim signs; null: nothing is signed
     * @param tls whom to trust; null: whom the JVM trusts
     */
    SmtpTransport(
            MailConfig.Smtp config,
            @Nullable DkimKey dkim,
            ReturnPath returnPath,
            String ehloName,
            Clock clock,
            @Nullable SSLContext tls,
            SmtpConnection.Timeouts timeouts) {
        this.config = config;
        this.dkim = dkim;
        this.returnPath = returnPath;
        this.ehloName = ehloName;
        this.clock = clock;
        this.tls = tls;
        this.timeouts = timeouts;
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                config.connections(), config.connections(), 60, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "smtp-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    thread.setContextClassLoader(SmtpTransport.class.getClassLoader());
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public void send(Message message, List<Recipient> recipients, Handover handover) {
        if (config.host().isEmpty()) {
            Outcome outcome = new Outcome.Stopped("smtp-unconfigured", "No SMTP host is configured");
            recipients.forEach(recipient -> handover.outcome(recipient, outcome));
            return;
        }
        EncodedMessage encoded;
        String from;
        boolean fromAnyLetters;
        try {
            encoded = encodedMessages.of(message);
            from = WireAddress.of(message.from().email());
            Mailbox replyTo = message.replyTo();
            fromAnyLetters = !WireAddress.isAscii(from)
                    || (replyTo != null && !WireAddress.isAscii(WireAddress.of(replyTo.email())));
        } catch (IllegalArgumentException e) {
            Outcome outcome = new Outcome.Stopped("message-unfit", "The sender or subject: " + e.getMessage());
            recipients.forEach(recipient -> handover.outcome(recipient, outcome));
            return;
        }
        Round round = new Round(connections(config.host().get()), encoded, from, fromAnyLetters, recipients, handover);
        List<Future<?>> tasks = new ArrayList<>();
        if (recipients.size() == 1) {
            // a confirmation, say: whichever connection is free first takes it, before it goes on with its round
            FutureTask<Void> task = new FutureTask<>(round, null);
            single.add(task);
            tasks.add(task);
            threads.execute(this::sendSingle);
        } else {
            for (int i = 0; i < Math.min(recipients.size(), config.connections()); i++) {
                tasks.add(threads.submit(round));
            }
        }
        tasks.forEach(SmtpTransport::join);
        round.rethrow();
    }

    private void sendSingle() {
        for (Runnable next = single.poll(); next != null; next = single.poll()) {
            next.run();
        }
    }

    @Override
    public boolean takesAnyLetters() {
        synchronized (asking) { // and not the others, who only want a connection
            return askedWhetherItTakesAnyLetters();
        }
    }

    private boolean askedWhetherItTakesAnyLetters() {
        if (config.host().isPresent() && !clock.instant().isBefore(asksRelayAgain)) {
            SmtpConnections relay = connections(config.host().get());
            try {
                SmtpConnection connection = relay.take();
                relayTakesAnyLetters = connection.takesAnyLetters();
                relay.giveBack(connection);
                asksRelayAgain = clock.instant().plus(Duration.ofHours(1));
            } catch (NoConnection e) {
                asksRelayAgain = clock.instant().plus(Duration.ofMinutes(1));
            }
        }
        return relayTakesAnyLetters;
    }

    /** Uninterruptedly: outcomes are owed. */
    private static void join(Future<?> task) {
        boolean interrupted = false;
        while (true) {
            try {
                task.get();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * One call of {@link #send}: each of its threads takes the next recipient until none is left, or the sender's lease
     * is over.
     */
    private final class Round implements Runnable {
        private final SmtpConnections connections;
        private final EncodedMessage encoded;
        private final String from;
        /** The sender whom readers see, or whom they answer, has letters in the local part that are not ASCII. */
        private final boolean fromAnyLetters;

        private final Queue<Recipient> waiting;
        private final Handover handover;

        /** What nobody gets past for now. */
        private volatile @Nullable Outcome forTheRest;

        private volatile boolean leaseIsOver;
        private volatile @Nullable RuntimeException fault;

        Round(
                SmtpConnections connections,
                EncodedMessage encoded,
                String from,
                boolean fromAnyLetters,
                List<Recipient> recipients,
                Handover handover) {
            this.connections = connections;
            this.encoded = encoded;
            this.from = from;
            this.fromAnyLetters = fromAnyLetters;
            this.waiting = new ConcurrentLinkedQueue<>(recipients);
            this.handover = handover;
        }

        @Override
        public void run() {
            Writer writer = dkim == null ? new Plain() : new Signed(dkim);
            try {
                for (Recipient next = waiting.poll();
                        next != null && fault == null && !leaseIsOver;
                        next = waiting.poll()) {
                    Outcome outcome = forTheRest;
                    if (outcome == null) {
                        hand(next, writer);
                    } else {
                        handover.outcome(next, outcome);
                    }
                    if (!waiting.isEmpty()) {
                        sendSingle();
                    }
                }
            } catch (RuntimeException e) {
                fault = e;
            } catch (Error e) {
                fault = new IllegalStateException(e);
            }
        }

        void rethrow() {
            RuntimeException thrown = fault;
            if (thrown != null) {
                throw thrown;
            }
        }

        /** The mark is begun as soon as there is a connection, and written while envelope and content are on their way. */
        private void hand(Recipient recipient, Writer writer) {
            String to;
            try {
                to = WireAddress.of(recipient.email());
            } catch (IllegalArgumentException e) {
                handover.outcome(recipient, unfit(e));
                return;
            }
            try {
                SmtpConnection connection = connections.take();
                BooleanSupplier marked = begin(connection, recipient);
                ByteBuffer[] content;
                try {
                    content = writer.write(recipient, clock.instant());
                } catch (IllegalArgumentException e) {
                    connections.giveBack(connection);
                    handover.outcome(recipient, unfit(e));
                    return;
                }
                String sender = returnPath.of(recipient.id(), from);
                boolean kept = connection.wasUsed();
                Outcome refused = envelope(connection, sender, to);
                if (refused instanceof Outcome.NotNow && kept && !connection.isUsable()) {
                    // it was idle, or had had its share of messages: no fault of this recipient
                    connections.giveBack(connection);
                    connection = connections.open();
                    kept = false;
                    refused = envelope(connection, sender, to);
                }
                if (refused == null) {
                    deliver(connection, kept, recipient, content, marked);
                } else {
                    connections.giveBack(connection);
                    report(recipient, whoever(refused, connection, kept));
                }
            } catch (NoConnection e) {
                forTheRest = e.outcome();
                handover.outcome(recipient, e.outcome());
            }
        }

        private BooleanSupplier begin(SmtpConnection connection, Recipient recipient) {
            try {
                return handover.begin(List.of(recipient), null);
            } catch (RuntimeException e) {
                connection.close();
                throw e;
            }
        }

        private static Outcome unfit(IllegalArgumentException why) {
            return new Outcome.Failed("Not to be written as mail: " + why.getMessage());
        }

        private @Nullable Outcome envelope(SmtpConnection connection, String sender, String to) {
            boolean anyLetters = fromAnyLetters || !WireAddress.isAscii(to);
            if (!anyLetters || connection.takesAnyLetters()) {
                return connection.envelope(sender, to, anyLetters);
            }
            return fromAnyLetters
                    ? new Outcome.Stopped(
                            "message-unfit",
                            "The address of the sender, or that for answers, has other letters than ASCII before the @,"
                                    + " and the relay does not take those (SMTPUTF8)")
                    : new Outcome.Failed("An address of other letters than ASCII, and the relay does not take those");
        }

        /**
         * A connection that is closed after some messages had its share. Closed at its first one, with a 421 or without a
         * word, the relay is going away, or wants none of us, and would say so to the next one too; unless its words were of this reader, who has a
         * wait of their own then.
         */
        private Outcome whoever(Outcome outcome, SmtpConnection connection, boolean kept) {
            if (!(outcome instanceof Outcome.NotNow notNow)) {
                return outcome;
            }
            boolean goingAway = !kept
                    && (connection.wasSentAway() || connection.wasLostWithoutAWord())
                    && notNow.after().isZero();
            return notNow.everybody() || goingAway ? connections.forEverybody(notNow) : outcome;
        }

        private void report(Recipient recipient, Outcome outcome) {
            if (outcome instanceof Outcome.Stopped
                    || (outcome instanceof Outcome.NotNow notNow && notNow.everybody())) {
                forTheRest = outcome;
            }
            handover.outcome(recipient, outcome);
        }

        private void deliver(
                SmtpConnection connection,
                boolean kept,
                Recipient recipient,
                ByteBuffer[] content,
                BooleanSupplier marked) {
            boolean reported = false;
            try {
                Outcome lost = connection.content(content);
                if (lost != null) {
                    handover.outcome(recipient, lost);
                } else if (marked.getAsBoolean()) {
                    Outcome outcome = connection.end();
                    if (outcome instanceof Outcome.Sent) {
                        connections.works();
                    }
                    report(recipient, whoever(outcome, connection, kept));
                    reported = true;
                } else {
                    leaseIsOver = true;
                }
            } finally {
                if (reported) {
                    connections.giveBack(connection);
                } else {
                    connection.close();
                }
            }
        }

        /** Makes one message after the other ready for the wire. */
        private interface Writer {
            ByteBuffer[] write(Recipient recipient, Instant now);
        }

        private final class Plain implements Writer {
            private final MessagePieces message = new MessagePieces();

            @Override
            public ByteBuffer[] write(Recipient recipient, Instant now) {
                message.reset();
                encoded.write(recipient, now, message);
                return message.pieces();
            }
        }

        private final class Signed implements Writer {
            private final MessageBuffer message = new MessageBuffer(encoded.size());
            private final DkimSigner signer;

            Signed(DkimKey key) {
                this.signer = new DkimSigner(key);
            }

            @Override
            public ByteBuffer[] write(Recipient recipient, Instant now) {
                message.reset();
                encoded.write(recipient, now, message);
                signer.sign(message, now);
                return message.pieces();
            }
        }
    }

    private synchronized SmtpConnections connections(String host) {
        SmtpConnections open = connections;
        if (open == null) {
            try {
                open = new SmtpConnections(
                        config, host, ehloName, tls == null ? SSLContext.getDefault() : tls, timeouts);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
            connections = open;
        }
        return open;
    }

    @PreDestroy
    synchronized void close() {
        threads.shutdown();
        if (connections != null) {
            connections.close();
        }
    }
}
