package dev.broadsheet.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.broadsheet.mail.WebhookSigner;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
    private volatile @Nullable Events events;

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

    /**
     * From now on it tells of what it took: one event a request, of one of its recipients, a while later, until whoever is
     * told has taken it.
     *
     * @param url of whoever is up just then
     */
    public void tell(Supplier<String> url, WebhookSigner signer, Duration after) {
        events = new Events(url, signer, after);
    }

    private static final class Events {
        private final Supplier<String> url;
        private final WebhookSigner signer;
        private final Duration after;
        private final HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "events");
            thread.setDaemon(true);
            return thread;
        });
        private final AtomicLong number = new AtomicLong();

        Events(Supplier<String> url, WebhookSigner signer, Duration after) {
            this.url = url;
            this.signer = signer;
            this.after = after;
        }

        void took(JsonNode person) {
            ObjectNode event = JSON.createObjectNode();
            event.put("event", "processed")
                    .put("email", person.at("/to/0/email").asText())
                    .put("timestamp", System.currentTimeMillis() / 1000)
                    .put("sg_event_id", "event-" + number.incrementAndGet());
            person.path("custom_args").fields().forEachRemaining(field -> event.set(field.getKey(), field.getValue()));
            ArrayNode batch = JSON.createArrayNode().add(event);
            clock.schedule(() -> post(batch), after.toMillis(), TimeUnit.MILLISECONDS);
        }

        private void post(ArrayNode batch) {
            byte[] body = batch.toString().getBytes(StandardCharsets.UTF_8);
            String timestamp = String.valueOf(System.currentTimeMillis() / 1000);
            boolean taken = false;
            try {
                HttpRequest request = HttpRequest.newBuilder(URI.create(url.get() + "/webhooks/sendgrid"))
                        .timeout(Duration.ofSeconds(10))
                        .header("Content-Type", "application/json")
                        .header("X-Twilio-Email-Event-Webhook-Timestamp", timestamp)
                        .header("X-Twilio-Email-Event-Webhook-Signature", signer.sign(timestamp, body))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
                taken = http.send(request, HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 204;
            } catch (IOException | RuntimeException e) {
                // nobody is up just now
            } catch (InterruptedException e) {
                return;
            }
            if (!taken) {
                clock.schedule(() -> post(batch), 1, TimeUnit.SECONDS);
            }
        }
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
            Events told = events;
            if (told != null && !people.isEmpty()) {
                told.took(people.get(people.size() - 1));
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
        Events told = events;
        if (told != null) {
            told.clock.shutdownNow();
        }
        socket.close();
        for (Socket client : open) {
            client.close();
        }
    }
}
