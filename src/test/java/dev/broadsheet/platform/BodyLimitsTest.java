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
