package dev.broadsheet.linkcheck;

import static dev.broadsheet.Api.editor;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;

import dev.broadsheet.Api;
import dev.broadsheet.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** The check as it is without any configuration. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class PrivateLinksTest {

    @Test
    void linkToThisMachine_isNotOpened_andNotCalledDead() {
        String issue = "/api/newsletters/" + Api.newsletter() + "/issues/five";
        try (TestSite site = new TestSite()) {
            editor().contentType("text/markdown")
                    .body("Title: Five\nDate: 2026-03-25\n\n[a](" + site.url("/a") + ") [b](" + site.otherUrl("/b")
                            + ") [c](http://127.0.0.1/)")
                    .put(issue)
                    .then()
                    .statusCode(201);

            String check = editor().post(issue + "/link-checks")
                    .then()
                    .statusCode(202)
                    .extract()
                    .header("Location");
            await().atMost(30, SECONDS).until(() -> !"RUNNING"
                    .equals(editor().get(check).then().extract().path("state")));

            editor().get(check)
                    .then()
                    .body("state", equalTo("DONE"))
                    .body("checked", equalTo(3))
                    .body("dead", equalTo(0));
            editor().get(issue)
                    .then()
                    .body("findings", hasSize(3))
                    .body("findings.rule", everyItem(equalTo("link-unsure")))
                    .body("findings.severity", everyItem(equalTo("INFO")))
                    .body("findings.message", everyItem(containsString("was not opened")));
            assertThat(site.requests).isEmpty();
        }
    }
}
