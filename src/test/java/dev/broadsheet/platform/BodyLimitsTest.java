package dev.broadsheet.platform;

import static dev.broadsheet.Api.editor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.broadsheet.Api;
import dev.broadsheet.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class BodyLimitsTest {

    private static final byte[] LARGE = "x".repeat(6_000_000).getBytes(StandardCharsets.US_ASCII);

    @Test
    void largeBody_isRefused() throws Exception {
        editor().contentType("application/json")
                .body(LARGE)
                .put("/api/newsletters/large")
                .then()
                .statusCode(413)
                .contentType("application/problem+json")
                .body("type", equalTo("too-large"));
        assertThat(form(HttpRequest.BodyPublishers.ofByteArray(LARGE))).isEqualTo(413);
    }

    @Test
    void formOfUnknownSize_isAskedForIt() throws Exception {
        assertThat(form(HttpRequest.BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream("email=a%40example.org".getBytes(StandardCharsets.US_ASCII)))))
                .isEqualTo(411);
    }

    @Test
    void apiBodyOfUnknownSize_isAskedForIt_butForWhatCountsAsItReads() throws Exception {
        String slug = "/api/newsletters/" + Api.newsletter();
        String json = "{\"title\": \"T\", \"fromName\": \"A\", \"fromEmail\": \"a@example.org\"}";
        assertThat(streamed("PUT", slug, "application/json", json)).isEqualTo(411);
        assertThat(streamed("POST", slug + "/subscribers", "application/json", "{}"))
                .isEqualTo(411);
        assertThat(streamed("POST", slug + "/issues/five", "text/markdown", "x"))
                .isEqualTo(411);
        assertThat(streamed("PUT", slug + "/issues/five", "text/markdown", "Title: Five\n\nx"))
                .isEqualTo(201);
        assertThat(streamed("POST", slug + "/imports", "text/csv", "email\n")).isEqualTo(202);
    }

    @Test
    void apiCallWithoutABody_needsNoLength() throws Exception {
        String slug = Api.newsletter();
        String issue = "/api/newsletters/" + slug + "/issues/five";
        assertThat(streamed("PUT", issue, "text/markdown", "Title: Five\n\nx")).isEqualTo(201);
        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            socket.getOutputStream()
                    .write(("POST " + issue + "/publish HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                    + "Authorization: Bearer " + TestDatabase.TOKEN + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 200");
        }
    }

    /** HTTP/1.1, in chunks. */
    private static int streamed(String method, String path, String type, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Authorization", "Bearer " + TestDatabase.TOKEN)
                .header("Content-Type", type)
                .method(
                        method,
                        HttpRequest.BodyPublishers.ofInputStream(
                                () -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static int form(HttpRequest.BodyPublisher body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + RestAssured.port + "/n/none/subscribe"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(body)
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void largeImport_isNot() {
        String slug = Api.newsletter();
        StringBuilder csv = new StringBuilder("email,note\n");
        for (int i = 0; i < 30; i++) {
            csv.append("large")
                    .append(i)
                    .append('@')
                    .append(slug)
                    .append(".example,")
                    .append("n".repeat(200_000))
                    .append('\n');
        }
        editor().contentType("text/csv")
                .body(csv.toString())
                .post("/api/newsletters/" + slug + "/imports")
                .then()
                .statusCode(202)
                .body("added", equalTo(30));
    }
}
