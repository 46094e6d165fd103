package dev.broadsheet.feedback;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;

import dev.broadsheet.TestDatabase;
import dev.broadsheet.platform.Problem;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(BouncePipeTest.WithToken.class)
class BouncePipeTest {

    static final String TOKEN = "the-token-of-the-pipe";

    @Inject
    MeterRegistry metrics;

    @Inject
    OwnNames names;

    @Inject
    ImapConfig imap;

    /** A mail of ours that came back: what it carries is what this installation wrote. */
    @Test
    void bounce_ofADelivery_isTaken() {
        double before = count("hard");

        pipe(names.in("postfix-hard")).then().statusCode(204);
        pipe(names.in("gmail-hard").replace(names.returnPath("12-345"), "bounces@mail.weekly.example"))
                .then()
                .statusCode(204);
        pipe(names.in("single-mail").replace(names.returnPath("77"), "bounces@mail.weekly.example"))
                .then()
                .statusCode(204);

        assertThat(count("hard")).isEqualTo(before + 3);
    }

    @Test
    void recipientOfTheEnvelope_isEnough_encodedOrNot() {
        double before = count("hard");
        String mail = Bounces.text("somebody-elses");

        pipe(mail, "?recipient=" + names.returnPath("12-345").replace("+", "%2B"))
                .then()
                .statusCode(204);
        pipe(mail, "?recipient=" + names.returnPath("77")).then().statusCode(204);

        assertThat(count("hard")).isEqualTo(before + 2);
    }

    @Test
    void forgedSeal_namesNothing() {
        double before = count("unmatched");

        pipe(Bounces.text("postfix-hard")).then().statusCode(204);
        pipe(Bounces.text("forged-seal")).then().statusCode(204);

        assertThat(count("unmatched")).isEqualTo(before + 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no mail at all", "\0\0\0", "Content-Type: multipart/report; boundary=x\n\n--x\n--x"})
    void whateverItIs_isNoError(String body) {
        pipe(body).then().statusCode(204);
        pipe(body, "?recipient=%00x").then().statusCode(400); // no address has one; refused before it comes here
        pipe(body, "?recipient=" + "x".repeat(2_000)).then().statusCode(204);
    }

    @Test
    void withoutTheToken_nothingIsTaken() {
        double before = count("hard");
        String mail = names.in("postfix-hard");

        for (String authorization : List.of("", "Bearer", "Bearer wrong", "Basic " + TOKEN, TestDatabase.TOKEN)) {
            given().header("Authorization", authorization)
                    .contentType("message/rfc822")
                    .body(Bounces.octets(mail))
                    .post("/webhooks/bounce")
                    .then()
                    .statusCode(401)
                    .contentType("application/problem+json")
                    .body("type", equalTo("unauthorized"));
        }
        given().body(mail).post("/webhooks/bounce").then().statusCode(401);

        assertThat(count("hard")).isEqualTo(before);
    }

    @Test
    void moreThanAMegabyte_isRefused() {
        pipe("x".repeat(1_100_000)).then().statusCode(413).body("type", equalTo("too-large"));
        pipe("x".repeat(1_048_576)).then().statusCode(204);
    }

    /** As curl sends what it is piped with {@code -T -}. */
    @Test
    void bodyOfUnknownSize_isTaken_andCounted() throws Exception {
        double before = count("hard");

        assertThat(streamed(names.in("postfix-hard"))).isEqualTo(204);
        assertThat(streamed("x".repeat(1_100_000))).isEqualTo(413);

        assertThat(count("hard")).isEqualTo(before + 1);
    }

    @Test
    void whileTheDatabaseIsAway_itIsAskedForAgain() {
        Bounces.Recorded feedback = new Bounces.Recorded();
        BouncePipe pipe = new BouncePipe(
                () -> Optional.of(TOKEN), Bounces.intake(feedback, new SimpleMeterRegistry()), Clock.systemUTC());
        feedback.broken = true;

        assertThatThrownBy(() ->
                        pipe.take("Bearer " + TOKEN, null, new ByteArrayInputStream(Bounces.sample("postfix-hard"))))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(503));
        pipe.take("Bearer " + TOKEN, null, new ByteArrayInputStream(Bounces.sample("out-of-office")));
        feedback.broken = false;
        pipe.take("bearer " + TOKEN, null, new ByteArrayInputStream(Bounces.sample("postfix-hard")));

        assertThat(feedback.events).hasSize(1);
    }

    @Test
    void withoutATokenConfigured_thereIsNoPipe() {
        BouncePipe pipe = new BouncePipe(
                Optional::empty, Bounces.intake(new Bounces.Recorded(), new SimpleMeterRegistry()), Clock.systemUTC());

        assertThatThrownBy(() -> pipe.take("Bearer ", null, new ByteArrayInputStream(new byte[0])))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(404));
    }

    @Test
    void mailbox_unlessItIsNamed_isNone() {
        assertThat(imap.host()).isEmpty();
        assertThat(imap.port()).isEqualTo(993);
        assertThat(imap.tls()).isEqualTo(ImapConfig.Tls.IMPLICIT);
        assertThat(imap.folder()).isEqualTo("INBOX");
        assertThat(imap.interval()).isEqualTo(Duration.ofMinutes(1));
        assertThat(imap.doneFolder()).contains("Broadsheet/Done");
        assertThat(imap.unmatchedFolder()).isEqualTo("Broadsheet/Unmatched");
    }

    private static io.restassured.response.Response pipe(String mail) {
        return pipe(mail, "");
    }

    private static io.restassured.response.Response pipe(String mail, String query) {
        return given().urlEncodingEnabled(false)
                .header("Authorization", "Bearer " + TOKEN)
                .contentType("message/rfc822")
                .body(Bounces.octets(mail))
                .post("/webhooks/bounce" + query);
    }

    private static int streamed(String mail) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + RestAssured.port + "/webhooks/bounce"))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Authorization", "Bearer " + TOKEN)
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(Bounces.octets(mail))))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private double count(String outcome) {
        return metrics.counter("broadsheet.feedback.bounce.mails", "outcome", outcome)
                .count();
    }

    /** The service with a pipe. */
    public static class WithToken implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("broadsheet.feedback.pipe.token", TOKEN);
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(TestDatabase.class));
        }
    }
}
