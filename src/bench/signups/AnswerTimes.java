import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the time of the form's answer tells who is on the list: 1,000 posts each for new, pending, active, departed and
 * disowned (suppressed) addresses, in random order over one connection. Run it against a program with the outbox on this
 * machine, whose {@code BROADSHEET_TRUSTED_PROXIES} is 127.0.0.1: {@code java src/bench/signups/AnswerTimes.java
 * http://localhost:8080 ADMIN_TOKEN}
 */
public class AnswerTimes {

    private static final int EACH = 1_000;
    private static final int WARM_UP = 3_000;
    /** Kolmogorov and Smirnov's two-sample test: a distance beyond it has a probability of 1 % between equals. */
    private static final double CRITICAL = 1.628 * Math.sqrt(2.0 / EACH);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Random random = new Random();
    private final String base;
    private final String token;
    private final String run = Long.toString(System.currentTimeMillis(), 36);
    private String ts;

    AnswerTimes(String base, String token) {
        this.base = base;
        this.token = token;
    }

    public static void main(String[] arguments) throws Exception {
        new AnswerTimes(arguments[0], arguments[1]).measure();
    }

    private void measure() throws Exception {
        ts = first(get("/n/sample"), "name=\"ts\" value=\"([^\"]*)\"");
        Thread.sleep(3_000);
        Map<String, String> addresses = new LinkedHashMap<>();
        addresses.put("new", "");
        for (String kind : List.of("pending", "active", "departed", "disowned")) {
            String email = kind + "-" + run + "@example.org";
            addresses.put(kind, email);
            post(email);
            String link = confirmLink(email);
            if (kind.equals("disowned")) {
                send("POST", link, "not-me=yes");
            } else if (!kind.equals("pending")) {
                send("POST", link, "");
            }
            if (kind.equals("departed")) {
                String found = get("/api/newsletters/sample/subscribers?query=" + kind + "-" + run);
                send(
                        "POST",
                        "/api/newsletters/sample/subscribers/" + first(found, "\"id\":(\\d+)") + "/unsubscribe",
                        "");
            }
        }
        for (int i = 0; i < WARM_UP; i++) {
            post("warm-" + run + "-" + i + "@example.org");
        }
        List<String> order = new ArrayList<>();
        addresses.keySet().forEach(kind -> order.addAll(Collections.nCopies(EACH, kind)));
        Collections.shuffle(order, random);
        Map<String, List<Double>> times = new LinkedHashMap<>();
        for (int i = 0; i < order.size(); i++) {
            String kind = order.get(i);
            String email = kind.equals("new") ? "new-" + run + "-" + i + "@example.org" : addresses.get(kind);
            times.computeIfAbsent(kind, k -> new ArrayList<>()).add(post(email));
        }
        double[] known = sorted(times.get("new"));
        System.out.println("| address | p50 | p95 | p99 | distance from new |\n|---|---|---|---|---|");
        for (String kind : addresses.keySet()) {
            double[] sorted = sorted(times.get(kind));
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.2f ms | %.2f ms | %.2f ms | %.3f |%n",
                    kind,
                    sorted[EACH / 2],
                    sorted[EACH * 95 / 100],
                    sorted[EACH * 99 / 100],
                    distance(known, sorted));
        }
        System.out.printf(Locale.ROOT, "Equals differ by more than %.3f in one of a hundred pairs.%n", CRITICAL);
    }

    /** @return milliseconds */
    private double post(String email) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + "/n/sample/subscribe"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header(
                        "X-Forwarded-For",
                        "11." + random.nextInt(256) + "." + random.nextInt(256) + "." + random.nextInt(256))
                .POST(HttpRequest.BodyPublishers.ofString(
                        "email=" + URLEncoder.encode(email, StandardCharsets.UTF_8) + "&name=Reader&ts=" + ts))
                .build();
        long from = System.nanoTime();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        double took = (System.nanoTime() - from) / 1e6;
        if (answer.statusCode() != 303) {
            throw new IllegalStateException(answer.statusCode() + " for a post");
        }
        return took;
    }

    private String confirmLink(String email) throws Exception {
        while (true) {
            Matcher id = Pattern.compile("\"id\":(\\d+)").matcher(get("/outbox/messages?to=" + email));
            if (id.find()) {
                return first(get("/outbox/messages/" + id.group(1) + ".txt"), "http[^ ]*(/confirm/[\\w-]+)");
            }
            Thread.sleep(200);
        }
    }

    private String get(String path) throws Exception {
        return send("GET", path, "");
    }

    private String send(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 400) {
            throw new IllegalStateException(answer.statusCode() + " for " + method + " " + path);
        }
        return answer.body();
    }

    private static String first(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("Not there: " + pattern);
        }
        return matcher.group(1);
    }

    private static double[] sorted(List<Double> times) {
        return times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    /** The greatest distance between the two shares of posts that took no longer. */
    private static double distance(double[] one, double[] other) {
        double most = 0;
        for (double time : one) {
            most = Math.max(most, Math.abs(share(one, time) - share(other, time)));
        }
        for (double time : other) {
            most = Math.max(most, Math.abs(share(one, time) - share(other, time)));
        }
        return most;
    }

    private static double share(double[] sorted, double time) {
        int at = Arrays.binarySearch(sorted, Math.nextUp(time));
        return (double) (at < 0 ? -at - 1 : at) / sorted.length;
    }
}
