import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The packaged program from outside: how fast it starts, how true its pace is, and what a kill half way costs. Run it in
 * the project's folder after {@code ./mvnw package}: {@code java src/bench/Story.java}
 */
public class Story {

    private static final int READERS = 2000;
    private static final int PER_SECOND = 200;
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String TOKEN = "token-of-the-benchmark";

    private final Path folder = Files.createTempDirectory("broadsheet-bench");
    private final int port = freePort();
    private Process program;

    Story() throws IOException {}

    public static void main(String[] arguments) throws Exception {
        Story story = new Story();
        try {
            story.run();
        } finally {
            story.program.destroy();
            story.program.waitFor();
        }
    }

    private void run() throws Exception {
        System.out.printf("| start, first (initdb included) | %.1f s |%n", start());
        for (int i = 1; i <= 3; i++) {
            program.destroy();
            program.waitFor();
            System.out.printf("| start with data, run %d | %.1f s |%n", i, start());
        }

        importReaders("pace");
        long paced = campaign("pace");
        String done = awaitDone(paced);
        System.out.printf(
                Locale.ROOT,
                "| %,d recipients at %d/s, start to end | %.1f s |%n",
                READERS,
                PER_SECOND,
                between(field(done, "startedAt"), field(done, "finishedAt")));
        List<Instant> received = received("pace");
        System.out.printf(
                Locale.ROOT,
                "| the same, first to last mail | %.1f s, at most %d in a second |%n",
                received.isEmpty() ? 0 : seconds(received.get(0), received.get(received.size() - 1)),
                most(received));

        importReaders("crash");
        long crashed = campaign("crash");
        while (number(get("/api/campaigns/" + crashed), "sent") < READERS / 2) {
            Thread.sleep(50);
        }
        program.destroyForcibly().waitFor();
        Instant killed = Instant.now();
        start();
        String end = awaitDone(crashed);
        Set<String> distinct = new HashSet<>(recipients("crash"));
        System.out.printf(
                Locale.ROOT,
                "| kill -9 half way, restart | %d mails to %d readers, %s, sent %d, done %.1f s after the kill |%n",
                recipients("crash").size(),
                distinct.size(),
                field(end, "state"),
                number(end, "sent"),
                seconds(killed, Instant.parse(field(end, "finishedAt"))));
    }

    /** @return seconds until it is ready */
    private double start() throws Exception {
        long begin = System.nanoTime();
        ProcessBuilder builder = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-jar",
                        Path.of("target/quarkus-app/quarkus-run.jar")
                                .toAbsolutePath()
                                .toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
        builder.environment().put("QUARKUS_HTTP_PORT", String.valueOf(port));
        builder.environment().put("BROADSHEET_ADMIN_TOKEN", TOKEN);
        program = builder.start();
        while (true) {
            try {
                if (send(request("/q/health/ready").build()).statusCode() == 200) {
                    return Duration.ofNanos(System.nanoTime() - begin).toMillis() / 1000.0;
                }
            } catch (IOException notYet) {
                if (!program.isAlive()) {
                    throw new IllegalStateException(Files.readString(folder.resolve("log")));
                }
            }
            Thread.sleep(20);
        }
    }

    /** A newsletter, an issue and its readers. */
    private void importReaders(String name) throws Exception {
        put(
                "/api/newsletters/" + name,
                "application/json",
                "{\"title\": \"" + name + "\", \"fromName\": \"F\", \"fromEmail\": \"f@example.org\"}");
        put(
                "/api/newsletters/" + name + "/issues/one",
                "text/markdown",
                Files.readString(Path.of("src/main/resources/sample/welcome.md")));
        post("/api/newsletters/" + name + "/issues/one/publish", "application/json", "", "");
        StringBuilder csv = new StringBuilder("email\n");
        for (int i = 0; i < READERS; i++) {
            csv.append("reader").append(i).append('@').append(name).append(".example\n");
        }
        post("/api/newsletters/" + name + "/imports", "text/csv", csv.toString(), "");
    }

    private long campaign(String name) throws Exception {
        String answer = post(
                "/api/newsletters/" + name + "/issues/one/campaigns",
                "application/json",
                "{\"messagesPerSecond\": " + PER_SECOND + "}",
                name);
        return number(answer, "id");
    }

    private String awaitDone(long id) throws Exception {
        while (true) {
            String campaign = get("/api/campaigns/" + id);
            if (field(campaign, "state").equals("DONE")) {
                return campaign;
            }
            Thread.sleep(100);
        }
    }

    private List<String> recipients(String name) throws Exception {
        return Pattern.compile("\"to\":\"([^\"]*@" + name + "\\.example)\"")
                .matcher(get("/outbox/messages"))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private List<Instant> received(String name) throws Exception {
        return Pattern.compile("@" + name + "\\.example\"[^}]*\"receivedAt\":\"([^\"]*)\"")
                .matcher(get("/outbox/messages"))
                .results()
                .map(match -> Instant.parse(match.group(1)))
                .sorted()
                .toList();
    }

    /** The most within any one second. */
    private static int most(List<Instant> sorted) {
        int most = 0;
        for (int from = 0, to = 0; to < sorted.size(); to++) {
            while (seconds(sorted.get(from), sorted.get(to)) >= 1) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        return most;
    }

    private static double between(String from, String to) {
        return seconds(Instant.parse(from), Instant.parse(to));
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }

    private String get(String path) throws Exception {
        return checked(send(request(path).build()));
    }

    private void put(String path, String type, String body) throws Exception {
        checked(send(request(path)
                .header("Content-Type", type)
                .PUT(HttpRequest.BodyPublishers.ofString(body))
                .build()));
    }

    private String post(String path, String type, String body, String key) throws Exception {
        return checked(send(request(path)
                .header("Content-Type", type)
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Authorization", "Bearer " + TOKEN);
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String checked(HttpResponse<String> answer) {
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(answer.uri() + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    private static String field(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static long number(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":(\\d+)").matcher(json);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : -1;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
