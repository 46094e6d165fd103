package dev.broadsheet.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Somebody who sends one issue to a list and watches what becomes of it, over the API. */
public final class Editor {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Supplier<String> url;
    private final String token;
    private final String newsletter;

    /**
     * @param url of a node that is there, asked for anew with each call
     * @param newsletter slug of one of the editor's own
     */
    public Editor(Supplier<String> url, String token, String newsletter) {
        this.url = url;
        this.token = token;
        this.newsletter = newsletter;
    }

    /** A newsletter, a published issue and a list. @return the addresses */
    public List<String> prepare(int readers) throws IOException, InterruptedException {
        call("PUT", path(""), "application/json", """
                {"title": "Faults", "fromName": "F", "fromEmail": "f@example.org"}""");
        call(
                "PUT",
                path("/issues/one"),
                "text/markdown",
                Files.readString(Path.of("src/main/resources/sample/welcome.md")));
        call("POST", path("/issues/one/publish"), "application/json", "");
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            addresses.add("reader" + i + "@" + newsletter + ".example");
        }
        call("POST", path("/imports"), "text/csv", "email\n" + String.join("\n", addresses) + "\n");
        return addresses;
    }

    /** Sends the issue to everybody. @return the campaign's id */
    public long send(double messagesPerSecond) throws IOException, InterruptedException {
        return call(
                        "POST",
                        path("/issues/one/campaigns"),
                        "application/json",
                        "{\"messagesPerSecond\": " + messagesPerSecond + "}")
                .path("id")
                .asLong();
    }

    /** Empty where nobody answers right now. */
    public Optional<JsonNode> campaign(long id) throws InterruptedException {
        try {
            return Optional.of(call("GET", "/api/campaigns/" + id, "", ""));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    public void resume(long id) throws IOException, InterruptedException {
        call("POST", "/api/campaigns/" + id + "/resume", "application/json", "");
    }

    /** @param as SENT, RESEND or SKIP */
    public void settle(long id, String as) throws IOException, InterruptedException {
        call("POST", "/api/campaigns/" + id + "/settle", "application/json", "{\"as\": \"" + as + "\"}");
    }

    public List<Verdict.Row> ledger(long id) throws IOException, InterruptedException {
        List<Verdict.Row> rows = new ArrayList<>();
        String after = "";
        do {
            JsonNode page = call("GET", "/api/campaigns/" + id + "/deliveries?limit=1000" + after, "", "");
            for (JsonNode item : page.path("items")) {
                rows.add(new Verdict.Row(
                        item.path("email").asText(),
                        item.path("state").asText(),
                        item.path("messageId").asText()));
            }
            JsonNode next = page.path("next");
            after = next.isTextual() ? "&after=" + next.asText() : "";
        } while (!after.isEmpty());
        return rows;
    }

    private String path(String of) {
        return "/api/newsletters/" + newsletter + of;
    }

    private JsonNode call(String method, String path, String type, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url.get() + path))
                .timeout(Duration.ofSeconds(120))
                .header("Authorization", "Bearer " + token)
                .header("Idempotency-Key", "one")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IOException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body().isEmpty() ? "{}" : answer.body());
    }
}
