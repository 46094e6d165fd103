package dev.broadsheet.mail;

import dev.broadsheet.mail.SmtpReplies.Phase;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One SMTP connection (RFC 5321) with one message in hand at a time: {@link #envelope}, {@link #content}, {@link #end}.
 * Without the end nothing is handed over, so that before it is where a hand-over is marked.
 *
 * <p>A client of our own, over a plain channel: a thread for each connection that has the kernel take ready octets from
 * where they are, and reads the reply, costs a fraction of what mail libraries do, and none of them lets anything happen
 * between content and dot. Used by one thread at a time. Reads and writes have no time-out: {@link SmtpConnections}
 * closes whatever takes too long.
 */
final class SmtpConnection {

    /**
     * How long to wait for an answer. RFC 5321, 4.5.3.2 asks for minutes, which a relay nearby does not need.
     *
     * @param connect for the connection
     * @param command for the greeting, which some relays put off, and again for all answers before the content
     * @param content for taking the content, and again for the answer to its end: giving up there leaves a message in
     *     doubt
     */
    record Timeouts(Duration connect, Duration command, Duration content) {
        static final Timeouts USUAL =
                new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(120));
    }

    /** RFC 5321, 4.5.3.1.5 says 512; some relays are more talkative. */
    private static final int LONGEST_LINE = 4_096;

    private static final int MOST_LINES = 100;
    /** Of the content that is encrypted at a time. */
    private static final int CHUNK = 16_384;

    private static final byte[] DOT = {'.', '\r', '\n'};

    private final Timeouts timeouts;
    private final SocketChannel channel;
    /** Over the channel, where the connection is encrypted. */
    private @Nullable SSLSocket tls;
    /** What came and was not read yet. */
    private final ByteBuffer in = ByteBuffer.allocate(LONGEST_LINE).limit(0);
    /** What {@code EHLO} offered: keyword, in capitals, to its parameters. */
    private Map<String, String> offered = Map.of();

    private volatile long lastUsed = System.nanoTime();
    /** When whatever it is doing has taken too long; meaningful while {@link #busy}. */
    private volatile long deadline;

    private volatile boolean busy;
    private volatile boolean tookTooLong;
    private volatile boolean usable = true;
    private volatile boolean sentAway;
    private final byte[] line = new byte[LONGEST_LINE];
    private boolean used;
    private boolean transactionOpen;
    /** Since the last envelope began. */
    private boolean answered;

    /** @param channel connected */
    SmtpConnection(SocketChannel channel, Timeouts timeouts) {
        this.timeouts = timeouts;
        this.channel = channel;
    }

    /** What the server says first. */
    SmtpReply greeting() throws IOException {
        begin(timeouts.command);
        return reply();
    }

    /** Says hello, and notes what is offered. */
    SmtpReply hello(String name) throws IOException {
        begin(timeouts.command);
        write("EHLO " + name);
        List<String> lines = new ArrayList<>();
        SmtpReply reply = SmtpReply.of(lines(lines), lines);
        offered = new TreeMap<>();
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            String[] words = line.strip().split("[ =]", 2);
            offered.merge(
                    words[0].toUpperCase(Locale.ROOT),
                    words.length < 2 ? "" : words[1].toUpperCase(Locale.ROOT),
                    (one, other) -> one + " " + other);
        }
        return reply;
    }

    /** One command before any message. */
    SmtpReply command(String line) throws IOException {
        begin(timeouts.command);
        write(line);
        return reply();
    }

    /** Goes on encrypted: from the first octet, or after {@code STARTTLS} was granted. @param over this socket */
    void encrypt(SSLSocket over) throws IOException {
        if (in.hasRemaining() || socket().getInputStream().available() > 0) {
            // said in the clear, it would be taken for an encrypted answer
            throw new IOException("more than an answer came before TLS");
        }
        begin(timeouts.connect);
        over.startHandshake();
        tls = over;
    }

    Socket socket() {
        return channel.socket();
    }

    /** @param keyword of an extension, in capitals */
    boolean offers(String keyword) {
        return offered.containsKey(keyword);
    }

    /** @param mechanism of {@code AUTH}, in capitals */
    boolean offersAuth(String mechanism) {
        return List.of(offered.getOrDefault("AUTH", "").split(" ")).contains(mechanism);
    }

    /** Whether the relay offered SMTPUTF8 (RFC 6531). */
    boolean takesAnyLetters() {
        return offers("SMTPUTF8");
    }

    /**
     * Brings one message to where its content may follow.
     *
     * @param anyLetters an address in envelope or headers is not ASCII: only where {@link #takesAnyLetters}
     * @return null where it may, else why not: certainly nothing was handed over
     */
    @Nullable
    Outcome envelope(String from, String to, boolean anyLetters) {
        List<String> commands = new ArrayList<>(4);
        List<Phase> phases = new ArrayList<>(4);
        if (transactionOpen) {
            commands.add("RSET");
            phases.add(Phase.MAIL);
        }
        commands.add("MAIL FROM:<" + from + ">" + (anyLetters ? " SMTPUTF8" : ""));
        phases.add(Phase.MAIL);
        commands.add("RCPT TO:<" + to + ">");
        phases.add(Phase.RCPT);
        commands.add("DATA");
        phases.add(Phase.DATA);
        used = true;
        answered = false;
        transactionOpen = true;
        begin(timeouts.command);
        try {
            return offers("PIPELINING") ? together(commands, phases) : oneByOne(commands, phases);
        } catch (IOException e) {
            close();
            return new Outcome.NotNow("The connection was lost before the message: " + why(e), Duration.ZERO);
        }
    }

    private @Nullable Outcome together(List<String> commands, List<Phase> phases) throws IOException {
        write(String.join("\r\n", commands));
        Outcome refused = null;
        for (Phase phase : phases) {
            SmtpReply reply = reply();
            if (refused == null) {
                refused = refusal(phase, reply);
            } else if (phase == Phase.DATA && reply.code() == 354) {
                usable = false; // asked for content of a message to nobody: only the connection's end ends that
            }
            if (!usable) {
                break;
            }
        }
        return refused;
    }

    private @Nullable Outcome oneByOne(List<String> commands, List<Phase> phases) throws IOException {
        for (int i = 0; i < commands.size(); i++) {
            write(commands.get(i));
            Outcome refused = refusal(phases.get(i), reply());
            if (refused != null) {
                return refused;
            }
        }
        return null;
    }

    private @Nullable Outcome refusal(Phase phase, SmtpReply reply) {
        answered = true;
        note(reply);
        boolean goesOn = phase == Phase.DATA ? reply.code() == 354 : reply.code() / 100 == 2;
        if (!goesOn && reply.isPositive()) {
            usable = false; // an answer to something else: whatever comes next on it would be, too
        }
        return goesOn ? null : SmtpReplies.outcome(phase, reply);
    }

    /**
     * The content, after {@link #envelope} let it.
     *
     * @param message in pieces, which are used up; lines end in CRLF, the last one too, and none begins with a dot
     * @return null where its end may follow, else why not: certainly nothing was handed over
     */
    @Nullable
    Outcome content(ByteBuffer[] message) {
        begin(timeouts.content);
        try {
            write(message);
            rest(); // until its hand-over is marked
            return null;
        } catch (IOException e) {
            close();
            return new Outcome.NotNow("The connection was lost within the message: " + why(e), Duration.ZERO);
        }
    }

    /** The dot that ends a message, after {@link #content}. */
    Outcome end() {
        if (!isUsable()) {
            return new Outcome.NotNow("The connection was closed before the end of the message", Duration.ZERO);
        }
        begin(timeouts.content);
        try {
            write(ByteBuffer.wrap(DOT));
            SmtpReply reply = reply();
            transactionOpen = false;
            note(reply);
            return SmtpReplies.outcome(Phase.END, reply);
        } catch (IOException e) {
            close();
            return new Outcome.InDoubt("No answer to the end of the message: " + why(e));
        }
    }

    private void note(SmtpReply reply) {
        if (reply.isClosing()) {
            sentAway = true;
            usable = false;
        }
    }

    /** Nothing is waited for until the next step. */
    void rest() {
        busy = false;
    }

    private void begin(Duration patience) {
        lastUsed = System.nanoTime();
        deadline = lastUsed + patience.toNanos();
        busy = true;
    }

    private void write(String commands) throws IOException {
        write(ByteBuffer.wrap((commands + "\r\n").getBytes(StandardCharsets.UTF_8)));
    }

    private void write(ByteBuffer... pieces) throws IOException {
        SSLSocket encrypted = tls;
        try {
            if (encrypted != null) {
                write(encrypted.getOutputStream(), pieces);
            } else {
                writeInTheClear(pieces);
            }
        } catch (IOException e) {
            throw told(e);
        }
    }

    private void writeInTheClear(ByteBuffer[] pieces) throws IOException {
        for (int first = 0; first < pieces.length; ) {
            channel.write(pieces, first, pieces.length - first);
            while (first < pieces.length && !pieces[first].hasRemaining()) {
                first++;
            }
        }
    }

    private static void write(OutputStream encrypted, ByteBuffer[] pieces) throws IOException {
        byte[] chunk = new byte[CHUNK];
        int filled = 0;
        for (ByteBuffer piece : pieces) {
            while (piece.hasRemaining()) {
                int more = Math.min(piece.remaining(), CHUNK - filled);
                piece.get(chunk, filled, more);
                filled += more;
                if (filled == CHUNK) {
                    encrypted.write(chunk);
                    filled = 0;
                }
            }
        }
        encrypted.write(chunk, 0, filled);
        encrypted.flush();
    }

    private SmtpReply reply() throws IOException {
        List<String> lines = new ArrayList<>(1);
        return SmtpReply.of(lines(lines), lines);
    }

    /** @param lines gets the words of each. @return the code */
    private int lines(List<String> lines) throws IOException {
        while (true) {
            String line = line();
            int code = code(line);
            if (code == 0 || lines.size() == MOST_LINES) {
                throw new IOException("an answer that is not SMTP");
            }
            lines.add(line.length() > 4 ? line.substring(4) : "");
            if (line.length() == 3 || line.charAt(3) == ' ') {
                return code;
            }
        }
    }

    /** 0 where it does not begin with one. */
    private static int code(String line) {
        if (line.length() < 3 || (line.length() > 3 && line.charAt(3) != ' ' && line.charAt(3) != '-')) {
            return 0;
        }
        int code = 0;
        for (int i = 0; i < 3; i++) {
            int digit = line.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return 0;
            }
            code = code * 10 + digit;
        }
        return code >= 200 && code < 600 ? code : 0;
    }

    private String line() throws IOException {
        int length = 0;
        while (true) {
            byte octet = octet();
            if (octet == '\n') {
                int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
                return new String(line, 0, end, StandardCharsets.UTF_8);
            }
            if (length == LONGEST_LINE) {
                throw new IOException("an answer that is not SMTP");
            }
            line[length++] = octet;
        }
    }

    private byte octet() throws IOException {
        if (!in.hasRemaining()) {
            in.clear();
            try {
                read();
            } catch (IOException e) {
                throw told(e);
            } finally {
                in.flip();
            }
            if (!in.hasRemaining()) {
                throw new IOException("closed by the other side");
            }
        }
        return in.get();
    }

    private void read() throws IOException {
        SSLSocket encrypted = tls;
        if (encrypted == null) {
            channel.read(in);
        } else {
            in.position(Math.max(encrypted.getInputStream().read(in.array()), 0));
        }
    }

    /** Closed by whoever watches, it says so. */
    private IOException told(IOException e) {
        return tookTooLong ? new IOException("no answer in time", e) : e;
    }

    /** Never the message of an exception that is not our own: it may hold anything. */
    static String why(Throwable e) {
        return e.getClass() == IOException.class && e.getMessage() != null
                ? e.getMessage()
                : e.getClass().getSimpleName();
    }

    /** False after anything that leaves the two sides out of step. */
    boolean isUsable() {
        return usable && channel.isOpen();
    }

    /** The relay said that it closes it (421). */
    boolean wasSentAway() {
        return sentAway;
    }

    /** It ended before a word about the last envelope. */
    boolean wasLostWithoutAWord() {
        return !answered && !isUsable();
    }

    /** It had a message in hand before; then its end may be no more than an idle connection's. */
    boolean wasUsed() {
        return used;
    }

    boolean idleFor(Duration time) {
        return System.nanoTime() - lastUsed > time.toNanos();
    }

    /** Ends it where whatever it is doing has taken too long: its thread is told so. */
    void closeWhereOverdue() {
        if (busy && System.nanoTime() - deadline > 0) {
            tookTooLong = true;
            close();
        }
    }

    /** Without a farewell: a message in hand is not ended. */
    void close() {
        usable = false;
        try {
            channel.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }

    /** With a farewell, for a connection without a message in hand. */
    void quit() {
        if (isUsable()) {
            try {
                begin(Duration.ofSeconds(2));
                write("QUIT");
            } catch (IOException e) {
                // it has gone already
            }
        }
        close();
    }
}
