package dev.broadsheet.faults;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** An SMTP server on this machine that keeps a {@link Book}, and behaves as its manners say. One thread a connection. */
public final class SmtpReceiver implements AutoCloseable {

    /**
     * Shares are of messages, between 0 and 1, drawn anew at each attempt but for {@code refused}.
     *
     * @param deferred answers 4xx to the recipient
     * @param refused answers 5xx to the recipient, each time
     * @param goodbyeAfter messages on a connection until 421; 0 for never
     * @param cutInData closes in the middle of the content, which is not taken
     * @param cutAtDot closes after the final dot without an answer; every other one was taken
     * @param silentAtDot never answers the final dot; every other one was taken
     * @param stalled answers the recipient only after {@code stall}
     */
    public record Manners(
            double deferred,
            double refused,
            int goodbyeAfter,
            double cutInData,
            double cutAtDot,
            double silentAtDot,
            double stalled,
            Duration stall) {

        public static final Manners GOOD = new Manners(0, 0, 0, 0, 0, 0, 0, Duration.ZERO);
    }

    private volatile Book book = new Book();
    private final Chance chance;
    private final ServerSocket socket;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile Manners manners;
    private volatile int holdFrom = Integer.MAX_VALUE;
    private volatile CountDownLatch held = new CountDownLatch(0);

    public SmtpReceiver(Manners manners, long seed) {
        this.manners = manners;
        this.chance = new Chance(seed);
        try {
            socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    public int port() {
        return socket.getLocalPort();
    }

    public Book book() {
        return book;
    }

    /** From now on. */
    public void behave(Manners others) {
        manners = others;
    }

    /** A fresh one from now on. */
    public void newBook() {
        book = new Book();
    }

    /** Whatever is taken after so many messages of this book is answered only after {@link #goOn}. */
    public void hold(int messages) {
        held = new CountDownLatch(1);
        holdFrom = messages;
    }

    public void goOn() {
        holdFrom = Integer.MAX_VALUE;
        held.countDown();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                client.setTcpNoDelay(true);
                open.add(client);
                start(() -> serve(client));
            } catch (IOException e) {
                // it is closed, or the client has gone already
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            new Conversation(client).run();
        } catch (IOException e) {
            // the client has gone
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    private final class Conversation {
        private final InputStream in;
        private final OutputStream out;
        private int messages;
        private @Nullable String recipient;

        Conversation(Socket client) throws IOException {
            in = new BufferedInputStream(client.getInputStream(), 65_536);
            out = client.getOutputStream();
        }

        void run() throws IOException, InterruptedException {
            say("220 receiver ESMTP");
            for (String line = line(in); line != null; line = line(in)) {
                String verb = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
                boolean goOn =
                        switch (verb) {
                            case "EHLO" -> say("250-receiver\r\n250-PIPELINING\r\n250 8BITMIME");
                            case "MAIL" -> mail();
                            case "RCPT" -> recipient(line.substring(line.indexOf('<') + 1, line.lastIndexOf('>')));
                            case "DATA" -> data();
                            case "QUIT" -> !say("221 2.0.0 Bye");
                            default -> say("250 2.0.0 Ok");
                        };
                if (!goOn) {
                    return;
                }
            }
        }

        private boolean mail() throws IOException {
            recipient = null;
            if (manners.goodbyeAfter > 0 && messages >= manners.goodbyeAfter) {
                book.fault("421");
                return !say("421 4.7.0 receiver: too many messages on this connection");
            }
            return say("250 2.1.0 Ok");
        }

        private boolean recipient(String address) throws IOException, InterruptedException {
            if (chance.hits(manners.stalled, "stall", address)) {
                book.fault("stalled");
                Thread.sleep(manners.stall.toMillis());
            }
            if (chance.marks(manners.refused, "refuse", address)) {
                book.fault("5xx");
                book.refuse(address);
                return say("550 5.1.1 User unknown");
            }
            if (chance.hits(manners.deferred, "defer", address)) {
                book.fault("4xx");
                return say("451 4.3.0 Try again later");
            }
            recipient = address;
            return say("250 2.1.5 Ok");
        }

        private boolean data() throws IOException, InterruptedException {
            String address = recipient;
            if (address == null) {
                return say("554 5.5.1 No valid recipients");
            }
            say("354 Go on");
            boolean cut = chance.hits(manners.cutInData, "cut", address);
            String messageId = "";
            boolean head = true;
            for (String line = line(in); line != null; line = line(in)) {
                if (line.equals(".")) {
                    messages++;
                    return dot(address, messageId);
                }
                if (head && line.regionMatches(true, 0, "Message-ID:", 0, 11)) {
                    messageId = line.substring(11).strip().replaceAll("[<>]", "");
                }
                head &= !line.isEmpty();
                if (cut && !head) {
                    book.fault("cut in DATA");
                    return false;
                }
            }
            return false;
        }

        private boolean dot(String address, String messageId) throws IOException, InterruptedException {
            if (chance.hits(manners.cutAtDot, "cut at the dot", address)) {
                unanswered("cut at the dot", address, messageId);
                return false;
            }
            if (chance.hits(manners.silentAtDot, "silent", address)) {
                unanswered("no answer to the dot", address, messageId);
                while (in.read() >= 0) {
                    // nothing more is said
                }
                return false;
            }
            book.take(address, messageId);
            if (book.messages() > holdFrom) {
                held.await();
            }
            return say("250 2.0.0 Ok");
        }

        private void unanswered(String fault, String address, String messageId) {
            if (chance.marks(0.5, fault + " taken", address)) {
                book.fault(fault + ", taken");
                book.takeUnanswered(address, messageId);
            } else {
                book.fault(fault + ", not taken");
            }
        }

        private boolean say(String reply) throws IOException {
            out.write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return true;
        }
    }

    /** Without its end; null at the end of the stream. */
    static @Nullable String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            if (octet == '\n') {
                return line.toString(StandardCharsets.ISO_8859_1);
            }
            if (octet != '\r') {
                line.write(octet);
            }
        }
        return null;
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "receiver");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket client : open) {
            client.close();
        }
    }
}
