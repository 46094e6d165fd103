package dev.broadsheet.delivery;

import static dev.broadsheet.Api.editor;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.broadsheet.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class TestSendTest {

    private String issue;
    private Newsroom newsroom;

    @BeforeEach
    void draft() {
        newsroom = new Newsroom();
        newsroom.put("one");
        issue = "/api/newsletters/" + newsroom.newsletter() + "/issues/one";
    }

    @Test
    void testSend_ofADraft_reachesTheEditorWithLinksThatActOnNobody() {
        String to = "desk@" + newsroom.newsletter() + ".example";
        editor().contentType("application/json")
                .body("{\"to\": [\"" + to + "\"]}")
                .post(issue + "/test-sends")
                .then()
                .statusCode(202)
                .body("queued", equalTo(1));

        await().atMost(30, SECONDS).until(() -> !mailsTo(to).isEmpty());
        String eml =
                editor().get("/outbox/messages/" + mailsTo(to).get(0) + ".eml").asString();
        assertThat(eml).contains("Subject: [Test] Issue one").doesNotContain("slot-");
    }

    @Test
    void eml_isAWholeMessage_asItWouldLeave() {
        String eml = editor().get(issue + "/email.eml")
                .then()
                .statusCode(200)
                .contentType("message/rfc822")
                .extract()
                .asString();
        assertThat(eml)
                .contains(
                        "Subject: Issue one", "List-Unsubscribe: <https://news.example.test/unsubscribe/", "text/plain")
                .doesNotContain("slot-");
        editor().get(issue + "/email.eml?revision=9").then().statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"to\": []}",
                "{\"to\": [\"nobody\"]}",
                "{\"to\": [null]}",
                "{\"to\": [\"a@b.example\\r\\nBcc: c@d.example\"]}"
            })
    void testSend_toNobodyThatCanBe_isRefused(String body) {
        editor().contentType("application/json")
                .body(body)
                .post(issue + "/test-sends")
                .then()
                .statusCode(400);
    }

    private static List<Object> mailsTo(String address) {
        return editor().queryParam("to", address)
                .get("/outbox/messages")
                .jsonPath()
                .getList("id");
    }
}
