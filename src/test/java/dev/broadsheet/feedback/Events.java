package dev.broadsheet.feedback;

import static io.restassured.RestAssured.given;

import dev.broadsheet.Api;
import dev.broadsheet.mail.FakeSendGrid;
import dev.broadsheet.mail.WebhookSigner;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** SendGrid's events as it sends them. */
public final class Events {

    private Events() {}

    static ValidatableResponse post(WebhookSigner signer, String timestamp, String events) {
        byte[] body = events.getBytes(StandardCharsets.UTF_8);
        return given().header("X-Twilio-Email-Event-Webhook-Signature", signer.sign(timestamp, body))
                .header("X-Twilio-Email-Event-Webhook-Timestamp", timestamp)
                .contentType("application/json")
                .body(body)
                .post("/webhooks/sendgrid")
                .then();
    }

    public static void tell(WebhookSigner signer, String... events) {
        post(signer, String.valueOf(Instant.now().getEpochSecond()), "[" + String.join(",", events) + "]")
                .statusCode(204);
    }

    public static String event(FakeSendGrid.Mail mail, String event) {
        return event(mail, event, Instant.now(), "");
    }

    /** @param more members of the JSON object, each after a comma */
    static String event(FakeSendGrid.Mail mail, String event, Instant at, String more) {
        StringBuilder args = new StringBuilder();
        mail.customArgs().forEach((name, value) -> args.append(", \"")
                .append(name)
                .append("\": \"")
                .append(value)
                .append('"'));
        return "{\"email\": \"" + mail.to() + "\", \"event\": \"" + event + "\", \"sg_event_id\": \""
                + Api.fresh("event") + "\", \"timestamp\": " + at.getEpochSecond() + ", \"sg_message_id\": \""
                + mail.requestId() + ".recvd-1-"
                + Math.abs(mail.to().hashCode()) + ".0\"" + args + more + "}";
    }

    static String bounce(FakeSendGrid.Mail mail, Instant at, String classification, String status) {
        return event(
                mail,
                "bounce",
                at,
                ", \"type\": \"bounce\", \"bounce_classification\": \"" + classification + "\", \"status\": \"" + status
                        + "\", \"reason\": \"" + status + " said <" + mail.to() + ">\"");
    }
}
