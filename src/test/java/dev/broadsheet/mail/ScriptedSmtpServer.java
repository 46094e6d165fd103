package dev.broadsheet.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * An SMTP server that does as it is told: any answer to any command, none at all, or the end of the connection. It
 * keeps every command and message it got.
 */
final class ScriptedSmtpServer implements AutoCloseable {

    /** Instead of an answer: the end of the connection. */
    static final String DROP = "drop";

    /** Instead of an answer: none, ever. */
    static final String SILENCE = "silence";

    /**
     * Something to answer.
     *
     * @param verb the command's, or {@code GREETING}, {@code CONTENT} (the first line of it), {@code END} (the dot)
     * @param connection counted from 1
     * @param message on this connection, counted from 1
     */
    record Command(String verb, String line, int connection, int message) {}

    /** @param raw as it came, dots doubled; {@code text} as it was meant */
    record Received(String from, String to, String raw, String text, int connection) {}

    final List<String> commands = new CopyOnWriteArrayList<>();
    final List<Received> received = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();

    private final ServerSocket socket;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile List<String> extensions = List.of("PIPELINING", "8BITMIME");
    private volatile Function<Command, @Nullable String> script = command -> null;
    private volatile Consumer<String> atTheDot = to -> {};
    private volatile @Nullable SSLContext tls;
    private volatile boolean implicitTls;
    private volatile boolean closed;

    ScriptedSmtpServer() {
        try {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start("smtp-server", this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    ScriptedSmtpServer offering(String... names) {
        extensions = List.of(names);
        return this;
    }

    /** For STARTTLS, which must be offered too. */
    ScriptedSmtpServer withTls(SSLContext context) {
        tls = context;
        return this;
    }

    /** From the first octet. */
    ScriptedSmtpServer withImplicitTls(SSLContext context) {
        implicitTls = true;
        return withTls(context);
    }

    /** @param answers to a command; null where the usual answer will do */
    ScriptedSmtpServer answering(Function<Command, @Nullable String> answers) {
        script = answers;
        return this;
    }

    /** @param seen gets the recipient as soon as the dot is there, before it is answered */
    ScriptedSmtpServer atTheDot(Consumer<String> seen) {
        atTheDot = seen;
        return this;
    }

    List<String> recipients() {
        return received.stream().map(Received::to).toList();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = socket.accept();
                open.add(client);
                if (closed) {
                    quietly(client); // it came at the last moment, and the others are closed already
                    return;
                }
                int number = connections.incrementAndGet();
                start("smtp-server-" + number, () -> serve(client, number));
            } catch (IOException e) {
                if (!closed) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket client, int number) {
        try {
            new Conversation(client, number).run();
        } catch (SocketException e) {
            // the client has gone
        } catch (IOException e) {
            if (!closed && !(e instanceof javax.net.ssl.SSLException)) {
                throw new UncheckedIOException(e);
            }
        } finally {
            quietly(client);
        }
    }

    private final class Conversation {
        private Socket client;
        private BufferedReader in;
        private final int number;
        private int message = 1;
        private String from = "";
        private String to = "";

        Conversation(Socket client, int number) throws IOException {
            this.client = client;
            this.number = number;
            this.in = reader(client);
        }

        void run() throws IOException {
            if (implicitTls) {
                startTls();
            }
            if (!answer("GREETING", "", "220 scripted ESMTP")) {
                return;
            }
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                commands.add(line);
                String verb = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
                switch (verb) {
                    case "MAIL" -> from = path(line);
                    case "RCPT" -> to = path(line);
                    default -> {}
                }
                if (!answer(verb, line, usual(verb)) || verb.equals("QUIT")) {
                    return;
                }
            }
        }

        private String usual(String verb) {
            return switch (verb) {
                case "EHLO" ->
                    "250-scripted\r\n"
                            + String.join(
                                    "",
                                    extensions.stream()
                                            .map(e -> "250-" + e + "\r\n")
                                            .toList()) + "250 HELP";
                case "MAIL", "RCPT", "RSET", "NOOP" -> "250 2.0.0 Ok";
                case "DATA" -> "354 go on";
                case "AUTH" -> "235 2.7.0 Ok";
                case "STARTTLS" -> "220 2.0.0 Ready";
                case "QUIT" -> "221 2.0.0 Bye";
                default -> "502 5.5.2 What?";
            };
        }

        private boolean answer(String verb, String line, String usual) throws IOException {
            String scripted = script.apply(new Command(verb, line, number, message));
            String reply = scripted == null ? usual : scripted;
            if (reply.equals(DROP)) {
                return false;
            }
            if (reply.equals(SILENCE)) {
                while (in.read() >= 0) {
                    // whatever comes, no answer
                }
                return false;
            }
            client.getOutputStream().write((reply + "\r\n").getBytes(StandardCharsets.UTF_8));
            client.getOutputStream().flush();
            if (verb.equals("STARTTLS") && reply.startsWith("220")) {
                startTls();
            }
            return !(verb.equals("DATA") && reply.startsWith("354")) || content();
        }

        private boolean content() throws IOException {
            StringBuilder raw = new StringBuilder();
            StringBuilder text = new StringBuilder();
            boolean first = true;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (first && DROP.equals(script.apply(new Command("CONTENT", line, number, message)))) {
                    return false;
                }
                first = false;
                if (line.equals(".")) {
                    atTheDot.accept(to);
                    received.add(new Received(from, to, raw.toString(), text.toString(), number));
                    boolean goOn = answer("END", line, "250 2.0.0 Ok: queued as Q" + received.size());
                    message++;
                    return goOn;
                }
                raw.append(line).append("\r\n");
                text.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
            }
            return false;
        }

        private void startTls() throws IOException {
            SSLContext context = tls;
            if (context == null) {
                throw new IllegalStateException("No certificate");
            }
            SSLSocket secure = (SSLSocket) context.getSocketFactory().createSocket(client, null, true);
            secure.setUseClientMode(false);
            client = secure;
            in = reader(secure);
        }

        private BufferedReader reader(Socket from) throws IOException {
            return new BufferedReader(new InputStreamReader(from.getInputStream(), StandardCharsets.UTF_8));
        }

        private static String path(String line) {
            return line.substring(line.indexOf('<') + 1, line.lastIndexOf('>'));
        }
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void quietly(Socket client) {
        try {
            client.close();
        } catch (IOException e) {
            // it is gone
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(ScriptedSmtpServer::quietly);
    }
}
