package dev.broadsheet.mail;

import dev.broadsheet.mail.SmtpReplies.Phase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to the relay, encrypted and authenticated as configured, and keeps them between messages. How many
 * there are at a time is decided by how many threads take them.
 */
final class SmtpConnections implements AutoCloseable {

    /** No connection, and what that means for whatever was to go over it: nothing was handed over. */
    static final class NoConnection extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Outcome outcome;

        NoConnection(Outcome outcome) {
            super(outcome.toString(), null, false, false);
            this.outcome = outcome;
        }

        Outcome outcome() {
            return outcome;
        }
    }

    private static final Logger LOG = Logger.getLogger(SmtpConnections.class);

    /** Relays close an idle connection after some minutes; one that is closed by us cannot fail us. */
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(30);

    /** How exactly time-outs are kept. */
    private static final Duration LOOK = Duration.ofMillis(250);

    /** Holds a usual message, so that writing one does not wait for the other side to read it. */
    private static final int SEND_BUFFER = 256 * 1024;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private final MailConfig.Smtp config;
    private final String host;
    private final String ehloName;
    private final SSLContext tls;
    private final SmtpConnection.Timeouts timeouts;
    private final Set<SmtpConnection> open = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedDeque<SmtpConnection> idle = new ConcurrentLinkedDeque<>();
    private final AtomicInteger failuresInARow = new AtomicInteger();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "smtp-watch");
        thread.setDaemon(true);
        return thread;
    });

    @SuppressWarnings("FutureReturnValueIgnored") // it runs until the end
    SmtpConnections(
            MailConfig.Smtp config, String host, String ehloName, SSLContext tls, SmtpConnection.Timeouts timeouts) {
        this.config = config;
        this.host = host;
        this.ehloName = ehloName;
        this.tls = tls;
        this.timeouts = timeouts;
        watch.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** One that is open and idle, else a new one. */
    SmtpConnection take() throws NoConnection {
        for (SmtpConnection kept = idle.pollFirst(); kept != null; kept = idle.pollFirst()) {
            if (kept.isUsable() && !kept.idleFor(LONGEST_IDLE)) {
                return kept;
            }
            kept.quit();
        }
        return open();
    }

    /** A new one, whatever is idle. */
    SmtpConnection open() throws NoConnection {
        try {
            return connect();
        } catch (IOException e) {
            String certificate = untrusted(e);
            if (certificate != null) {
                throw new NoConnection(new Outcome.Stopped("smtp-tls", MaskedText.of(certificate)));
            }
            if (failuresInARow.get() == 0) {
                LOG.warnf("No connection to the relay, which is tried again and again: %s", SmtpConnection.why(e));
            }
            throw new NoConnection(
                    new Outcome.NotNow("No connection to the relay: " + SmtpConnection.why(e), pause(), true));
        }
    }

    /** The relay took a mail: a greeting alone tells nothing. */
    void works() {
        if (failuresInARow.get() != 0 && failuresInARow.getAndSet(0) != 0) {
            LOG.info("The relay takes mail again");
        }
    }

    /** What the relay would say to the next message too, whoever it is for: nobody asks it again at once. */
    Outcome.NotNow forEverybody(Outcome.NotNow said) {
        return new Outcome.NotNow(said.reason(), said.after().isZero() ? pause() : said.after(), true);
    }

    void giveBack(SmtpConnection connection) {
        if (connection.isUsable()) {
            connection.rest();
            idle.addFirst(connection);
        } else {
            connection.close();
        }
    }

    /** Ends what has been idle, or busy, for too long. */
    private void look() {
        for (SmtpConnection connection : open) {
            try {
                look(connection);
            } catch (Throwable e) {
                // an Error too: nobody else ends what takes too long, and what is thrown here would end the looking
                LOG.errorf(e, "A connection to the relay cannot be looked after");
            }
        }
    }

    private void look(SmtpConnection connection) {
        connection.closeWhereOverdue();
        if (connection.idleFor(LONGEST_IDLE) && idle.remove(connection)) {
            connection.quit();
        }
        if (!connection.isUsable() && !idle.contains(connection)) {
            open.remove(connection);
        }
    }

    private SmtpConnection connect() throws IOException, NoConnection {
        SmtpConnection connection = new SmtpConnection(channel(), timeouts);
        open.add(connection);
        try {
            if (config.tls() == MailConfig.Tls.IMPLICIT) {
                connection.encrypt(encrypted(connection));
            }
            accept(Phase.CONNECT, connection.greeting());
            accept(Phase.CONNECT, connection.hello(ehloName));
            if (config.tls() == MailConfig.Tls.REQUIRED) {
                startTls(connection);
            }
            authenticate(connection);
            return connection;
        } catch (IOException | NoConnection | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** To the first of its addresses that answers. */
    private SocketChannel channel() throws IOException {
        IOException failure = null;
        for (InetAddress address : InetAddress.getAllByName(host)) {
            SocketChannel channel = SocketChannel.open();
            try {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
                channel.socket()
                        .connect(
                                new InetSocketAddress(address, config.port()),
                                Math.toIntExact(timeouts.connect().toMillis()));
                return channel;
            } catch (IOException e) {
                channel.close();
                failure = e;
            }
        }
        throw failure == null ? new IOException("no such host") : failure;
    }

    private SSLSocket encrypted(SmtpConnection connection) throws IOException {
        SSLSocket encrypted =
                (SSLSocket) tls.getSocketFactory().createSocket(connection.socket(), host, config.port(), true);
        SSLParameters parameters = encrypted.getSSLParameters();
        // the certificate must be for this host (RFC 2818's rules, as RFC 7817 asks of mail)
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        encrypted.setSSLParameters(parameters);
        return encrypted;
    }

    private void startTls(SmtpConnection connection) throws IOException, NoConnection {
        if (!connection.offers("STARTTLS")) {
            throw new NoConnection(new Outcome.Stopped("smtp-tls", "The relay does not offer STARTTLS"));
        }
        accept(Phase.CONNECT, connection.command("STARTTLS"));
        connection.encrypt(encrypted(connection));
        accept(Phase.CONNECT, connection.hello(ehloName)); // what was offered in the clear counts for nothing
    }

    private void authenticate(SmtpConnection connection) throws IOException, NoConnection {
        if (config.username().isEmpty()) {
            return;
        }
        String username = config.username().get();
        String password = config.password().orElse("");
        if (connection.offersAuth("PLAIN")) {
            accept(Phase.AUTH, connection.command("AUTH PLAIN " + base64("\0" + username + "\0" + password)));
        } else if (connection.offersAuth("LOGIN")) {
            for (String line : new String[] {"AUTH LOGIN", base64(username)}) {
                SmtpReply asked = connection.command(line);
                if (asked.code() != 334) {
                    accept(Phase.AUTH, asked);
                }
            }
            accept(Phase.AUTH, connection.command(base64(password)));
        } else {
            throw new NoConnection(new Outcome.Stopped("smtp-auth", "The relay offers neither AUTH PLAIN nor LOGIN"));
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private void accept(Phase phase, SmtpReply reply) throws NoConnection {
        if (reply.code() / 100 == 2) {
            return;
        }
        Outcome outcome = SmtpReplies.outcome(phase, reply);
        throw new NoConnection(outcome instanceof Outcome.NotNow notNow ? forEverybody(notNow) : outcome);
    }

    /** Twice as long after each failure in a row. */
    private Duration pause() {
        int doublings = Math.min(failuresInARow.getAndIncrement(), 10);
        Duration pause = FIRST_PAUSE.multipliedBy(1L << doublings);
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    /** What is wrong with the certificate, where that is what ended a handshake. */
    private static @Nullable String untrusted(@Nullable Throwable thrown) {
        for (Throwable e = thrown; e != null; e = e.getCause()) {
            if (e instanceof CertificateException
                    || e instanceof CertPathValidatorException
                    || e instanceof SSLPeerUnverifiedException) {
                return "The relay's certificate is not to be trusted: " + e.getMessage();
            }
        }
        return null;
    }

    @Override
    public void close() {
        watch.shutdownNow();
        for (SmtpConnection connection = idle.pollFirst(); connection != null; connection = idle.pollFirst()) {
            connection.quit();
        }
    }
}
