package dev.broadsheet.mail;

import com.hubspot.smtp.client.EhloResponse;
import com.hubspot.smtp.client.Extension;
import com.hubspot.smtp.client.SmtpClientResponse;
import com.hubspot.smtp.client.SmtpSession;
import com.hubspot.smtp.client.SmtpSessionConfig;
import com.hubspot.smtp.client.SmtpSessionFactory;
import com.hubspot.smtp.client.SmtpSessionFactoryConfig;
import dev.broadsheet.mail.SmtpReplies.Phase;
import io.netty.channel.ChannelHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.codec.smtp.SmtpRequests;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to the relay, encrypted and authenticated as configured, and keeps them between messages. How many
 * there are at a time is decided by how many threads take them.
 */
@SuppressWarnings("FutureReturnValueIgnored") // of closing: there is nothing to do about how that ends
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

    /** Relays close an idle connection after some minutes; one that is closed by us cannot fail us. */
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(30);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private final MailConfig.Smtp config;
    private final String host;
    private final String ehloName;
    private final SSLContext tls;
    private final SmtpConnection.Timeouts timeouts;
    private final NioEventLoopGroup eventLoop = new NioEventLoopGroup(1, new DefaultThreadFactory("smtp-io", true));
    private final SmtpSessionFactory factory;
    private final ConcurrentLinkedDeque<SmtpConnection> idle = new ConcurrentLinkedDeque<>();
    private final AtomicBoolean lookPlanned = new AtomicBoolean();
    private final AtomicInteger failuresInARow = new AtomicInteger();

    SmtpConnections(
            MailConfig.Smtp config, String host, String ehloName, SSLContext tls, SmtpConnection.Timeouts timeouts) {
        this.config = config;
        this.host = host;
        this.ehloName = ehloName;
        this.tls = tls;
        this.timeouts = timeouts;
        this.factory = new SmtpSessionFactory(SmtpSessionFactoryConfig.builder()
                .eventLoopGroup(eventLoop)
                .executor(SmtpSessionFactoryConfig.DIRECT_EXECUTOR)
                .sslEngineSupplier(this::sslEngine)
                .build());
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
            SmtpConnection connection = connect();
            failuresInARow.set(0);
            return connection;
        } catch (IOException e) {
            Throwable cause = e.getCause();
            String certificate = untrusted(cause);
            if (certificate != null) {
                throw new NoConnection(new Outcome.Stopped("smtp-tls", MaskedText.of(certificate)));
            }
            throw new NoConnection(new Outcome.NotNow("No connection to the relay: " + SmtpConnection.why(e), pause()));
        }
    }

    void giveBack(SmtpConnection connection) {
        if (!connection.isUsable()) {
            connection.close();
            return;
        }
        idle.addFirst(connection);
        lookLater();
    }

    /** One look is planned at a time, however many messages go. */
    private void lookLater() {
        if (!eventLoop.isShuttingDown() && lookPlanned.compareAndSet(false, true)) {
            eventLoop.schedule(this::closeIdle, LONGEST_IDLE.toMillis() + 1_000, TimeUnit.MILLISECONDS);
        }
    }

    private void closeIdle() {
        lookPlanned.set(false);
        for (SmtpConnection connection : idle) {
            if (connection.idleFor(LONGEST_IDLE) && idle.remove(connection)) {
                connection.quit();
            }
        }
        if (!idle.isEmpty()) {
            lookLater();
        }
    }

    private SmtpConnection connect() throws IOException, NoConnection {
        CompletableFuture<SmtpClientResponse> connecting = factory.connect(sessionConfig());
        SmtpClientResponse greeting;
        try {
            greeting = SmtpConnection.await(
                    connecting, new CompletableFuture<>(), timeouts.connect().multipliedBy(2));
        } catch (IOException e) {
            connecting.thenAccept(late -> late.getSession().close());
            throw e;
        }
        SmtpSession session = greeting.getSession();
        try {
            accept(Phase.CONNECT, greeting);
            accept(Phase.CONNECT, await(session, session.send(SmtpRequests.ehlo(ehloName))));
            if (config.tls() == MailConfig.Tls.REQUIRED) {
                if (!session.getEhloResponse().isSupported(Extension.STARTTLS)) {
                    throw new NoConnection(new Outcome.Stopped("smtp-tls", "The relay does not offer STARTTLS"));
                }
                accept(Phase.CONNECT, await(session, session.startTls()));
            }
            authenticate(session);
            return new SmtpConnection(session, timeouts);
        } catch (IOException | NoConnection | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private void authenticate(SmtpSession session) throws IOException, NoConnection {
        if (config.username().isEmpty()) {
            return;
        }
        String username = config.username().get();
        String password = config.password().orElse("");
        EhloResponse offered = session.getEhloResponse();
        if (offered.isAuthPlainSupported()) {
            accept(Phase.AUTH, await(session, session.authPlain(username, password)));
        } else if (offered.isAuthLoginSupported()) {
            accept(Phase.AUTH, await(session, session.authLogin(username, password)));
        } else {
            throw new NoConnection(new Outcome.Stopped("smtp-auth", "The relay offers neither AUTH PLAIN nor LOGIN"));
        }
    }

    private SmtpClientResponse await(SmtpSession session, CompletableFuture<SmtpClientResponse> response)
            throws IOException {
        return SmtpConnection.await(response, session.getCloseFuture(), timeouts.command());
    }

    private void accept(Phase phase, SmtpClientResponse response) throws NoConnection {
        SmtpReply reply = SmtpConnection.replies(response).get(0);
        if (reply.code() / 100 == 2) {
            return;
        }
        Outcome outcome = SmtpReplies.outcome(phase, reply);
        if (outcome instanceof Outcome.NotNow notNow && notNow.after().isZero()) {
            outcome = new Outcome.NotNow(notNow.reason(), pause());
        }
        throw new NoConnection(outcome);
    }

    /** Twice as long after each failure in a row. */
    private Duration pause() {
        int doublings = Math.min(failuresInARow.getAndIncrement(), 10);
        Duration pause = FIRST_PAUSE.multipliedBy(1L << doublings);
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private SmtpSessionConfig sessionConfig() {
        SmtpSessionConfig.Builder builder = SmtpSessionConfig.builder()
                .remoteAddress(InetSocketAddress.createUnresolved(host, config.port()))
                .connectionId("smtp")
                .initialResponseTimeout(timeouts.connect())
                // CHUNKING ends a message without a dot to mark before; SIZE 0, which means no limit, is read as one
                .disabledExtensions(EnumSet.of(Extension.CHUNKING, Extension.SIZE));
        if (config.tls() == MailConfig.Tls.IMPLICIT) {
            builder.addFirstCustomHandlers(new ChannelHandler[] {new SslHandler(sslEngine())});
        }
        return builder.build();
    }

    private SSLEngine sslEngine() {
        SSLEngine engine = tls.createSSLEngine(host, config.port());
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        // the certificate must be for this host (RFC 2818's rules, as RFC 7817 asks of mail)
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        return engine;
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
        for (SmtpConnection connection = idle.pollFirst(); connection != null; connection = idle.pollFirst()) {
            connection.quit();
        }
        eventLoop.shutdownGracefully(100, 2_000, TimeUnit.MILLISECONDS);
    }
}
