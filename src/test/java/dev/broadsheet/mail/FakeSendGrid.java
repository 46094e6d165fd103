package dev.broadsheet.mail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * SendGrid's Mail Send and its lists of addresses on this machine, as strict as its documentation: every request is
 * checked by {@link SendGridRules}, what breaks them is answered 400 and kept in {@link #violations}. Accepts by default,
 * or checks alone (200) where its sandbox is asked for; answers otherwise as scripted. What it accepts is kept as each
 * recipient would get it; mails to those on its lists are dropped.
 */
public final class FakeSendGrid implements AutoCloseable {

    /** The key that it takes. */
    public static final String API_KEY = "SG.test-key";

    /**
     * One mail as its recipient would get it.
     *
     * @param requestId as in {@code X-Message-Id}
     * @param headers of message and personalization
     */
    public record Mail(
            String requestId,
            String to,
            @Nullable String name,
            String from,
            String subject,
            String text,
            String html,
            Map<String, String> headers,
            Map<String, String> customArgs,
            List<String> categories) {}

    /**
     * What to do with a request.
     *
     * @param status 0: no answer at all
     * @param accepted whether its mails go out
     * @param lingering with status 0: silence, else the end of the connection
     */
    public record Answer(int status, Map<String, String> headers, String body, boolean accepted, boolean lingering) {

        public static Answer accept() {
            return new Answer(202, Map.of(), "", true, false);
        }

        /** @param field in the error; null as SendGrid often says it */
        public static Answer error(int status, String message, @Nullable String field) {
            return new Answer(status, Map.of(), errors(message, field), false, false);
        }

        /** @param reset unix seconds */
        public static Answer rateLimited(long reset) {
            return new Answer(
                    429,
                    Map.of("x-ratelimit-reset", String.valueOf(reset)),
                    errors("too many requests", null),
                    false,
                    false);
        }

        public static Answer of(int status, String body) {
            return new Answer(status, Map.of(), body, false, false);
        }

        /** Never answers. */
        public static Answer silence(boolean accepted) {
            return new Answer(0, Map.of(), "", accepted, true);
        }

        /** Closes the connection without an answer. */
        public static Answer reset(boolean accepted) {
            return new Answer(0, Map.of(), "", accepted, false);
        }

        private static String errors(String message, @Nullable String field) {
            return JSON.createObjectNode()
                    .set(
                            "errors",
                            JSON.createArrayNode()
                                    .add(JSON.createObjectNode()
                                            .put("message", message)
                                            .put("field", field)
                                            .putNull("help")))
                    .toString();
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Pattern DELETE = Pattern.compile(
            "/v3/suppression/(bounces|blocks|invalid_emails|spam_reports)/((?:[\\w.~-]|%[0-9A-F]{2})+)");

    private final HttpServer server;
    private final ExecutorService threads;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Queue<Answer> script = new ArrayDeque<>();
    private final List<Mail> mails = new CopyOnWriteArrayList<>();
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final Queue<Answer> deleteScript = new ConcurrentLinkedQueue<>();
    private final Set<String> listed = ConcurrentHashMap.newKeySet();
    private final List<String> deletes = new CopyOnWriteArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger largest = new AtomicInteger();
    private volatile Predicate<String> bad = email -> false;
    private volatile boolean naming;
    private volatile Runnable onRequest = () -> {};
    private volatile Consumer<List<Mail>> onAccepted = accepted -> {};

    public FakeSendGrid() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "fake-sendgrid");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    /** For {@code broadsheet.mail.sendgrid.url}. */
    public URI url() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    /** Answers to the next requests; those after them are accepted again. */
    public FakeSendGrid next(Answer... answers) {
        synchronized (script) {
            script.addAll(List.of(answers));
        }
        return this;
    }

    /** The same for what takes addresses off its lists. */
    public FakeSendGrid nextDelete(Answer... answers) {
        deleteScript.addAll(List.of(answers));
        return this;
    }

    /** Puts an address on its list {@code bounces}, {@code blocks}, {@code invalid_emails} or {@code spam_reports}. */
    public void list(String list, String email) {
        listed.add(list + "/" + email);
    }

    public boolean isListed(String list, String email) {
        return listed.contains(list + "/" + email);
    }

    /** All requests to take somebody off a list: path and query as they came. */
    public List<String> deletes() {
        return deletes;
    }

    /** @param byName whether the 400 says which personalizations it is for */
    public FakeSendGrid refusing(Predicate<String> emails, boolean byName) {
        bad = emails;
        naming = byName;
        return this;
    }

    /** @param seen called with the mails of a request that was accepted, before it is answered */
    public FakeSendGrid onAccepted(Consumer<List<Mail>> seen) {
        onAccepted = seen;
        return this;
    }

    /** @param seen called when a whole request is there, before it is answered */
    public FakeSendGrid onRequest(Runnable seen) {
        onRequest = seen;
        return this;
    }

    /** All that was accepted, in order. */
    public List<Mail> mails() {
        return mails;
    }

    public List<Mail> mailsTo(String email) {
        return mails.stream().filter(mail -> mail.to().equalsIgnoreCase(email)).toList();
    }

    /** What SendGrid would have refused. */
    public List<String> violations() {
        return violations;
    }

    public int requests() {
        return requests.get();
    }

    /** Of the largest request so far, in bytes. */
    public int largest() {
        return largest.get();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.incrementAndGet();
            byte[] body = exchange.getRequestBody().readAllBytes();
            largest.accumulateAndGet(body.length, Math::max);
            onRequest.run();
            String key = exchange.getRequestHeaders().getFirst("Authorization");
            if (!("Bearer " + API_KEY).equals(key)) {
                answer(exchange, Answer.error(401, "The provided authorization grant is invalid", null));
                return;
            }
            if (exchange.getRequestMethod().equals("DELETE")) {
                answer(exchange, delete(exchange.getRequestURI().toString()));
                return;
            }
            if (!exchange.getRequestURI().getPath().equals("/v3/mail/send")
                    || !exchange.getRequestMethod().equals("POST")) {
                violations.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
                answer(exchange, Answer.error(404, "not found", null));
                return;
            }
            JsonNode request = JSON.readTree(body);
            List<String> faults = new ArrayList<>(SendGridRules.check(request, body.length));
            if (exchange.getRequestHeaders().getFirst("Accept") == null) {
                faults.add("no Accept header");
            }
            violations.addAll(faults);
            Answer answer = faults.isEmpty() ? answerTo(request) : Answer.error(400, faults.get(0), null);
            String id = "fake-" + requests.get() + "-" + Integer.toHexString(System.identityHashCode(request));
            if (answer.accepted()) {
                List<Mail> accepted = mails(request, id);
                boolean bypass = request.at("/mail_settings/bypass_bounce_management/enable")
                        .asBoolean();
                accepted.removeIf(mail -> isListed("bounces", mail.to()) && !bypass
                        || isListed("invalid_emails", mail.to())
                        || isListed("spam_reports", mail.to()));
                mails.addAll(accepted);
                onAccepted.accept(accepted);
            }
            exchange.getResponseHeaders().add("X-Message-Id", id);
            answer(exchange, answer);
        }
    }

    private Answer delete(String path) {
        deletes.add(path);
        Matcher matcher = DELETE.matcher(path);
        if (!matcher.matches()) {
            violations.add("DELETE " + path);
            return Answer.error(404, "not found", null);
        }
        Answer scripted = deleteScript.poll();
        if (scripted != null) {
            return scripted;
        }
        String email = URLDecoder.decode(matcher.group(2), StandardCharsets.UTF_8);
        return listed.remove(matcher.group(1) + "/" + email)
                ? Answer.of(204, "")
                : Answer.error(404, "resource not found", null);
    }

    private Answer answerTo(JsonNode request) {
        Answer scripted;
        synchronized (script) {
            scripted = script.poll();
        }
        if (scripted != null) {
            return scripted;
        }
        int index = 0;
        for (JsonNode personalization : request.path("personalizations")) {
            if (bad.test(personalization.at("/to/0/email").asText())) {
                return Answer.error(
                        400,
                        "Does not contain a valid address: "
                                + personalization.at("/to/0/email").asText(),
                        naming ? "personalizations." + index + ".to" : null);
            }
            index++;
        }
        return request.at("/mail_settings/sandbox_mode/enable").asBoolean() ? Answer.of(200, "") : Answer.accept();
    }

    private void answer(HttpExchange exchange, Answer answer) throws IOException {
        if (answer.lingering()) {
            try {
                closing.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (answer.status() == 0) {
            return;
        }
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    private static List<Mail> mails(JsonNode request, String id) {
        List<Mail> filled = new ArrayList<>();
        List<String> categories = new ArrayList<>();
        request.path("categories").forEach(category -> categories.add(category.asText()));
        for (JsonNode personalization : request.path("personalizations")) {
            Map<String, String> values = strings(personalization.path("substitutions"));
            Map<String, String> headers = strings(request.path("headers"));
            headers.putAll(strings(personalization.path("headers")));
            Map<String, String> customArgs = strings(request.path("custom_args"));
            customArgs.putAll(strings(personalization.path("custom_args")));
            JsonNode to = personalization.at("/to/0");
            filled.add(new Mail(
                    id,
                    to.path("email").asText(),
                    to.path("name").asText(null),
                    request.at("/from/email").asText(),
                    fill(request.path("subject").asText(), values),
                    fill(request.at("/content/0/value").asText(), values),
                    fill(request.at("/content/1/value").asText(), values),
                    headers,
                    customArgs,
                    categories));
        }
        return filled;
    }

    private static String fill(String text, Map<String, String> values) {
        String filled = text;
        for (Map.Entry<String, String> value : values.entrySet()) {
            filled = filled.replace(value.getKey(), value.getValue());
        }
        return filled;
    }

    private static Map<String, String> strings(JsonNode object) {
        Map<String, String> strings = new HashMap<>();
        object.fields()
                .forEachRemaining(
                        field -> strings.put(field.getKey(), field.getValue().asText()));
        return strings;
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
