package dev.broadsheet.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * SendGrid's Mail Send on this machine, for what goes wrong on the wire: it takes all or nothing of a request and keeps a
 * {@link Book}.
 */
public final class SendGridReceiver implements AutoCloseable {

    /** What may go wrong with a request, each with a like share; half of those where both are thinkable were taken. */
    private static final List<String> FAULTS = List.of(
            "429",
            "500, not taken",
            "503, not taken",
            "500, taken",
            "silence, not taken",
            "silence, taken",
            "half an answer, taken",
            "reset before the answer, not taken",
            "reset before the answer, taken");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Book book = new Book();
    private final Chance chance;
    private final ServerSocket socket;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile double share;

    /** @param share of requests with which something goes wrong */
    public SendGridReceiver(double share, long seed) {
        this.share = share;
        this.chance = new Chance(seed);
        try {
            socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    public String url() {
        return "http://localhost:" + socket.getLocalPort();
    }

    public Book book() {
        return book;
    }

    /** From now on nothing goes wrong. */
    public void behave() {
        share = 0;
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
            InputStream in = new BufferedInputStream(client.getInputStream(), 65_536);
            while (request(client, in)) {
                // the next one on this connection
            }
        } catch (IOException e) {
            // the client has gone
        } finally {
            open.remove(client);
        }
    }

    private boolean request(Socket client, InputStream in) throws IOException {
        if (SmtpReceiver.line(in) == null) {
            return false;
        }
        int length = 0;
        for (String line = SmtpReceiver.line(in); line != null && !line.isEmpty(); line = SmtpReceiver.line(in)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        if (chance.hits(share / FAULTS.size(), "reset in the request", "")) {
            in.readNBytes(length / 2);
            book.fault("reset in the request");
            client.setSoLinger(true, 0); // RST instead of FIN
            return false;
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            return false;
        }
        JsonNode people = JSON.readTree(body).path("personalizations");
        String fault = fault(people.at("/0/to/0/email").asText());
        book.fault(fault.isEmpty() ? "202" : fault);
        boolean answered = fault.isEmpty();
        if (answered || fault.endsWith(", taken")) {
            for (JsonNode person : people) {
                String id = person.at("/headers/Message-ID").asText().replaceAll("[<>]", "");
                String address = person.at("/to/0/email").asText();
                if (answered) {
                    book.take(address, id);
                } else {
                    book.takeUnanswered(address, id);
                }
            }
        }
        return answer(client, in, fault);
    }

    private String fault(String address) {
        for (String fault : FAULTS) {
            if (chance.hits(share / FAULTS.size(), fault, address)) {
                return fault;
            }
        }
        return "";
    }

    private static boolean answer(Socket client, InputStream in, String fault) throws IOException {
        OutputStream out = client.getOutputStream();
        switch (fault.split(",", 2)[0]) {
            case "" -> out.write(ascii("HTTP/1.1 202 Accepted\r\nX-Message-Id: m\r\nContent-Length: 0\r\n\r\n"));
            case "429" ->
                out.write(ascii("HTTP/1.1 429 Too Many Requests\r\nX-RateLimit-Reset: "
                        + (System.currentTimeMillis() / 1000 + 1) + "\r\nContent-Length: 0\r\n\r\n"));
            case "500" -> out.write(ascii("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"));
            case "503" -> out.write(ascii("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"));
            case "silence" -> {
                while (in.read() >= 0) {
                    // nothing is said
                }
                return false;
            }
            case "half an answer" -> {
                out.write(ascii("HTTP/1.1 202 Accepted\r\nContent-Len"));
                return false;
            }
            default -> {
                client.setSoLinger(true, 0); // RST instead of FIN
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
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
