package dev.broadsheet.mail;

import static dev.broadsheet.Api.editor;
import static io.restassured.RestAssured.given;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import dev.broadsheet.Api;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.accounts.Tokens;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class OutboxPageTest {

    @Inject
    SingleMails mails;

    @Test
    void queuedMail_appearsInEveryView_cutOffFromThePageAroundIt() {
        String to = Api.fresh("reader") + "@example.org";
        long id = mail(
                to, "<script>alert(1)</script> news", "<html><head></head><body><script>x</script>Hi</body></html>");

        given().get("/outbox?to=" + to)
                .then()
                .statusCode(200)
                .body(containsString("&lt;script&gt;alert(1)"))
                .body(not(containsString("<script")))
                .header("Content-Security-Policy", containsString("default-src 'none'"));
        given().get("/outbox/" + id).then().statusCode(200).body(containsString("<iframe"), containsString("sandbox="));
        given().get("/outbox/messages/" + id + ".html")
                .then()
                .statusCode(200)
                .header("Content-Security-Policy", containsString("sandbox"))
                .body(containsString("Hi"));
        given().get("/outbox/messages/" + id + ".txt").then().statusCode(200).body(equalTo("Hi"));
        given().get("/outbox/" + id + "?view=source").then().statusCode(200).body(containsString("Message-ID"));
        given().get("/outbox/messages/" + id + ".eml").then().statusCode(200).contentType("message/rfc822");
        given().get("/outbox/messages?to=" + to.toUpperCase(java.util.Locale.ROOT))
                .then()
                .body("$", hasSize(1));
    }

    @ParameterizedTest
    @CsvSource({"X-Forwarded-For, 203.0.113.7", "Forwarded, for=203.0.113.7", "Host, evil.example"})
    void outbox_throughAProxyOrAnotherName_asksForTheToken(String header, String value) {
        for (String path : List.of("/outbox", "/outbox/messages", "/outbox/1", "/outbox/messages/1.eml")) {
            given().header(header, value).get(path).then().statusCode(401);
        }
        editor().header(header, value).get("/outbox").then().statusCode(200);
        given().header(header, value)
                .header("Authorization", "Bearer wrong")
                .get("/outbox")
                .then()
                .statusCode(401);
    }

    /** It shows everybody's live links. */
    @Test
    void outbox_throughAProxy_opensToAnAdministratorOfAllNewslettersAlone() {
        String newsletter = Api.newsletter();
        Tokens.with("admin")
                .header("Host", "news.example")
                .get("/outbox")
                .then()
                .statusCode(200);
        Tokens.with("admin", newsletter)
                .header("Host", "news.example")
                .get("/outbox")
                .then()
                .statusCode(401);
        Tokens.with("read").header("Host", "news.example").get("/outbox").then().statusCode(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/outbox/999999", "/outbox/messages/999999.eml", "/outbox/messages/999999.html", "/outbox/x"})
    void unknownMessage_isNotFound(String path) {
        given().get(path).then().statusCode(404);
    }

    private long mail(String to, String subject, String html) {
        Message message =
                new Message(new Mailbox("E", "e@example.org"), null, subject, html, "Hi", Map.of(), List.of());
        QuarkusTransaction.requiringNew().run(() -> mails.queue(SingleMails.Kind.ALERT, to, message));
        await().atMost(30, SECONDS).until(() -> !given().get("/outbox/messages?to=" + to)
                .jsonPath()
                .getList("")
                .isEmpty());
        return given().get("/outbox/messages?to=" + to).jsonPath().getLong("[0].id");
    }
}
