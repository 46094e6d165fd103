package dev.broadsheet.mail;

import com.hubspot.smtp.client.EhloResponse;
import com.hubspot.smtp.client.Extension;
import com.hubspot.smtp.client.SmtpClientResponse;
import com.hubspot.smtp.client.SmtpSession;
import com.hubspot.smtp.messages.MessageContent;
import com.hubspot.smtp.messages.MessageContentEncoding;
import dev.broadsheet.mail.SmtpReplies.Phase;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.smtp.SmtpRequest;
import io.netty.handler.codec.smtp.SmtpRequests;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One SMTP connection past its {@code EHLO} and {@code AUTH}, with one message in hand at a time: {@link #envelope},
 * then {@link #content}. Between the two nothing of the message has left, so that is where a hand-over is marked: the
 * client hands content and final dot to the socket in one flush.
 *
 * <p>Used by one thread at a time.
 */
@SuppressWarnings("FutureReturnValueIgnored") // of closing: there is nothing to do about how that ends
final class SmtpConnection {

    /**
     * How long to wait for an answer. RFC 5321, 4.5.3.2 asks for minutes, which a relay nearby does not need.
     *
     * @param connect for the connection, and again for the greeting
     * @param command for each answer before the content
     * @param content for the answer to the final dot: giving up there leaves a message in doubt
     */
    record Timeouts(Duration connect, Duration command, Duration content) {
        static final Timeouts USUAL =
                new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(120));
    }

    private final SmtpSession session;
    private final Timeouts timeouts;
    private long lastUsed = System.nanoTime();
    private boolean usable = true;
    private boolean used;
    private boolean transactionOpen;

    SmtpConnection(SmtpSession session, Timeouts timeouts) {
        this.session = session;
        this.timeouts = timeouts;
    }

    /**
     * Brings one message to where its content may follow.
     *
     * @return null where it may, else why not: certainly nothing was handed over
     */
    @Nullable
    Outcome envelope(String from, String to) {
        EhloResponse offered = session.getEhloResponse();
        boolean utf8 = !WireAddress.isAscii(from) || !WireAddress.isAscii(to);
        if (utf8 && !takesAnyLetters()) {
            return new Outcome.Failed("An address of other letters than ASCII, and the relay does not take those");
        }
        List<SmtpRequest> requests = new ArrayList<>();
        if (transactionOpen) {
            requests.add(SmtpRequests.rset());
        }
        requests.add(utf8 ? SmtpRequests.mail(from, "SMTPUTF8") : SmtpRequests.mail(from));
        requests.add(SmtpRequests.rcpt(to));
        requests.add(SmtpRequests.data());
        Phase[] phases = {Phase.MAIL, Phase.MAIL, Phase.RCPT, Phase.DATA};
        int skipped = phases.length - requests.size();
        used = true;
        lastUsed = System.nanoTime();
        transactionOpen = true;
        try {
            List<SmtpReply> replies = offered.isSupported(Extension.PIPELINING)
                    ? answers(session.sendPipelined(requests.toArray(SmtpRequest[]::new)), timeouts.command)
                    : oneByOne(requests);
            Outcome refused = null;
            for (int i = 0; i < replies.size() && refused == null; i++) {
                boolean data = i == requests.size() - 1;
                SmtpReply reply = replies.get(i);
                usable &= !reply.isClosing();
                if (data ? reply.code() != 354 : reply.code() / 100 != 2) {
                    refused = SmtpReplies.outcome(phases[i + skipped], reply);
                }
            }
            // with an answer to DATA that asks for content, only the end of the connection ends it without a message
            usable &= refused == null || replies.get(replies.size() - 1).code() != 354;
            return refused;
        } catch (IOException | RuntimeException e) {
            close();
            return new Outcome.NotNow("The connection was lost before the message: " + why(e), Duration.ZERO);
        }
    }

    /** Whether the relay offered SMTPUTF8 (RFC 6531). */
    boolean takesAnyLetters() {
        return session.getEhloResponse().isSupported(Extension.SMTPUTF8);
    }

    private List<SmtpReply> oneByOne(List<SmtpRequest> requests) throws IOException {
        List<SmtpReply> replies = new ArrayList<>();
        for (SmtpRequest request : requests) {
            SmtpReply reply = answers(session.send(request), timeouts.command).get(0);
            replies.add(reply);
            if (!reply.isPositive()) {
                break;
            }
        }
        return replies;
    }

    /** The content and the dot that ends it, after {@link #envelope} let it. Dots at line beginnings are doubled. */
    Outcome content(byte[] message) {
        if (session.getCloseFuture().isDone()) {
            usable = false;
            return new Outcome.NotNow("The connection was closed before the message", Duration.ZERO);
        }
        try {
            MessageContent content =
                    MessageContent.of(Unpooled.wrappedBuffer(message), MessageContentEncoding.SEVEN_BIT);
            SmtpReply reply = answers(session.send(content), timeouts.content).get(0);
            transactionOpen = false;
            usable &= !reply.isClosing();
            return SmtpReplies.outcome(Phase.END, reply);
        } catch (IOException | RuntimeException e) {
            close();
            return new Outcome.InDoubt("No answer to the end of the message: " + why(e));
        }
    }

    /** Waits for an answer, but no longer than the connection lives. */
    private List<SmtpReply> answers(CompletableFuture<SmtpClientResponse> response, Duration timeout)
            throws IOException {
        return replies(await(response, session.getCloseFuture(), timeout));
    }

    static List<SmtpReply> replies(SmtpClientResponse response) {
        return response.getResponses().stream()
                .map(reply -> SmtpReply.of(reply.code(), reply.details()))
                .toList();
    }

    static SmtpClientResponse await(
            CompletableFuture<SmtpClientResponse> response, CompletableFuture<Void> closed, Duration timeout)
            throws IOException {
        try {
            CompletableFuture.anyOf(response, closed).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + timeout.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            // whichever it was: below
        }
        if (!response.isDone()) {
            Throwable cause = closed.handle((nothing, e) -> e).getNow(null);
            throw cause == null ? new IOException("closed by the other side") : new IOException(why(cause), cause);
        }
        try {
            return response.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException(why(e.getCause() == null ? e : e.getCause()), e.getCause());
        }
    }

    /** Never the message of an exception of the client: those hold commands, with addresses. */
    static String why(Throwable e) {
        return e.getClass() == IOException.class && e.getMessage() != null
                ? e.getMessage()
                : e.getClass().getSimpleName();
    }

    /** False after anything that leaves the two sides out of step, and where the other side has gone. */
    boolean isUsable() {
        return usable && !session.getCloseFuture().isDone();
    }

    /** It had a message in hand before; then its end may be no more than an idle connection's. */
    boolean wasUsed() {
        return used;
    }

    boolean idleFor(Duration time) {
        return System.nanoTime() - lastUsed > time.toNanos();
    }

    /** Without a farewell: a message in hand is not ended. */
    void close() {
        usable = false;
        session.close();
    }

    /** With a farewell, for a connection without a message in hand. */
    void quit() {
        if (isUsable()) {
            session.send(SmtpRequests.quit())
                    .orTimeout(5, TimeUnit.SECONDS)
                    .whenComplete((reply, e) -> session.close());
        } else {
            close();
        }
    }
}
