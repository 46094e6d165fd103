package dev.broadsheet.site;

import static dev.broadsheet.Api.editor;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** Issues as an editor brings and publishes them. */
final class SiteIssues {

    private static final Path CORPUS = Path.of("..", "shared", "corpus", "issues");

    private SiteIssues() {}

    static void write(String newsletter, String issue, String markdown) {
        editor().contentType("text/markdown;charset=UTF-8")
                .body(markdown)
                .put(path(newsletter, issue))
                .then()
                .extract();
    }

    /** Written and public; what preflight has against it is accepted. */
    static void publish(String newsletter, String issue, String markdown) {
        write(newsletter, issue, markdown);
        publish(newsletter, issue);
    }

    static void publish(String newsletter, String issue) {
        List<Map<String, Object>> findings =
                editor().get(path(newsletter, issue)).then().extract().path("findings");
        for (Map<String, Object> finding : findings) {
            if ("PUBLISH".equals(finding.get("blocks"))) {
                editor().contentType("application/json")
                        .body("{\"reason\": \"as it was\"}")
                        .post(path(newsletter, issue) + "/findings/" + finding.get("id") + "/accept")
                        .then()
                        .statusCode(200);
            }
        }
        Response published =
                editor().contentType("application/json").body("{}").post(path(newsletter, issue) + "/publish");
        assertThat(published.statusCode()).as(published.asString()).isEqualTo(200);
    }

    static void withdraw(String newsletter, String issue) {
        editor().post(path(newsletter, issue) + "/withdraw").then().statusCode(200);
    }

    /** A real issue of This Week in Rust, where the folder beside the project is there. */
    static String real(String name) {
        Path file = CORPUS.resolve(name + ".md");
        Assumptions.assumeTrue(Files.exists(file), file + " is not there: real issues are not tried");
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static String path(String newsletter, String issue) {
        return "/api/newsletters/" + newsletter + "/issues/" + issue;
    }
}
