package dev.broadsheet.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.broadsheet.feedback.FeedbackEvent.Bounce;
import dev.broadsheet.feedback.FeedbackEvent.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SendGridEventsTest {

    private static final String TOKEN = "AQ" + "_-aZ09bY_-aZ09bY_-aZ09bY" + "_-aZ09bY_-aZ09bY_-aZ09bY";

    private static final String GOOD = """
            {"email": "ana@example.org", "timestamp": 1767225600, "event": "delivered", "sg_event_id": "id-1",
             "category": ["a", "b"], "bs_issue": "7", "bs_delivery": "12", "bs_request": "r-1", "sg_message_id": "Qk3v9.recvd-5d9c-1.0", "response": "250 OK"}""";

    private static SendGridEvents read(String body) {
        return read(body, false);
    }

    private static SendGridEvents read(String body, boolean opensAndClicks) {
        return SendGridEvents.of(body.getBytes(StandardCharsets.UTF_8), Bounces.matching(), opensAndClicks);
    }

    @Test
    void event_saysWhoseItIsAndWhen() {
        SendGridEvents batch = read("[" + GOOD + "]");

        assertThat(batch.isBroken()).isFalse();
        assertThat(batch.events())
                .containsExactly(new FeedbackEvent(
                        Instant.ofEpochSecond(1767225600),
                        "id-1",
                        Kind.DELIVERED,
                        null,
                        7L,
                        12L,
                        null,
                        "r-1",
                        "Qk3v9",
                        null,
                        null,
                        null));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "processed, -, -, -, -, PROCESSED, -",
                "deferred, -, -, -, 421 later, DEFERRED, -",
                "bounce, bounce, Invalid Address, 5.1.1, 550 5.1.1 gone, BOUNCED, HARD",
                "bounce, bounce, -, 5.1.1, 550 5.1.1 gone, BOUNCED, HARD",
                "bounce, bounce, Unclassified, 5.2.2, full, BOUNCED, SOFT",
                "bounce, bounce, Mailbox Unavailable, 5.2.2, full, BOUNCED, SOFT",
                "bounce, bounce, Technical, 5.0.0, odd, BOUNCED, SOFT",
                "bounce, bounce, -, 4.4.1, expired, BOUNCED, SOFT",
                "bounce, bounce, Invalid Address, 5.0.0, 554 message rejected, BOUNCED, HARD",
                "bounce, bounce, Invalid Address, 5.2.2, full, BOUNCED, SOFT",
                "bounce, bounce, Invalid Address, 5.7.1, 550 5.7.1 policy, BOUNCED, BLOCKED",
                "bounce, bounce, -, -, -, BOUNCED, SOFT",
                "bounce, bounce, -, -, 550 user unknown, BOUNCED, HARD",
                "bounce, bounce, Unclassified, -, 550 5.1.1 gone, BOUNCED, HARD",
                "bounce, bounce, Unclassified, 5.0.0, 554 message rejected, BOUNCED, SOFT",
                "bounce, bounce, Unclassified, 5.0.0, 554 rejected as spam, BOUNCED, BLOCKED",
                "bounce, bounce, Unclassified, 5.3.4, 552 5.3.4 too big, BOUNCED, BLOCKED",
                "bounce, bounce, Unclassified, 5.4.6, 554 5.4.6 too many hops, BOUNCED, SOFT",
                "bounce, bounce, Unclassified, 5.6.0, 554 5.6.0 content rejected, BOUNCED, BLOCKED",
                "bounce, bounce, Unclassified, 5.7.1, 550 5.7.1 policy, BOUNCED, BLOCKED",
                "bounce, bounce, Content, 5.7.1, spam, BOUNCED, BLOCKED",
                "bounce, blocked, Reputation, 5.7.1, spam, BOUNCED, BLOCKED",
                "bounce, blocked, Invalid Address, 5.1.1, -, BOUNCED, BLOCKED",
                "bounce, blocked, -, 5.1.1, 550 5.1.1 gone, BOUNCED, BLOCKED",
                "bounce, blocked, Mailbox Unavailable, -, expired, BOUNCED, SOFT",
                "bounce, blocked, Unclassified, 4.2.2, 452 4.2.2 mailbox full, BOUNCED, SOFT",
                "bounce, blocked, -, 5.2.2, 552 5.2.2 the account is inactive, BOUNCED, SOFT",
                "dropped, -, -, -, Bounced Address, DROPPED, HARD",
                "dropped, -, -, -, Invalid, DROPPED, HARD",
                "dropped, -, -, -, Invalid SMTPAPI header, DROPPED, -",
                "dropped, -, -, -, Spam Reporting Address, DROPPED, BLOCKED",
                "dropped, -, -, -, Unsubscribed Address, DROPPED, BLOCKED",
                "dropped, -, -, -, Recipient List over Package Quota, DROPPED, -",
                "spamreport, -, -, -, -, COMPLAINED, -",
                "unsubscribe, -, -, -, -, UNSUBSCRIBED, -",
                "group_unsubscribe, -, -, -, -, UNSUBSCRIBED, -",
            })
    void type_saysWhatHappened(
            String event,
            @Nullable String type,
            @Nullable String classification,
            @Nullable String status,
            @Nullable String reason,
            Kind kind,
            @Nullable Bounce bounce) {
        SendGridEvents batch = read("[{\"timestamp\": 1, \"sg_event_id\": \"x\", \"event\": \"" + event + "\""
                + field("type", type) + field("bounce_classification", classification) + field("status", status)
                + field("reason", reason) + "}]");

        assertThat(batch.events()).hasSize(1);
        assertThat(batch.events().get(0).kind()).isEqualTo(kind);
        assertThat(batch.events().get(0).bounce()).isEqualTo(bounce);
    }

    private static String field(String name, @Nullable String value) {
        return value == null ? "" : ", \"" + name + "\": \"" + value + "\"";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"event\": \"open\", \"timestamp\": 1, \"sg_event_id\": \"x\"}",
                "{\"event\": \"click\", \"timestamp\": 1, \"sg_event_id\": \"x\"}",
                "{\"event\": \"account_status_change\", \"timestamp\": 1, \"sg_event_id\": \"x\"}",
                "{\"event\": \"delivered\", \"timestamp\": 1}",
                "{\"event\": \"delivered\", \"sg_event_id\": \"x\"}",
                "{\"event\": \"delivered\", \"timestamp\": \"soon\", \"sg_event_id\": \"x\"}",
                "{\"event\": \"delivered\", \"timestamp\": -5, \"sg_event_id\": \"x\"}",
                "{\"event\": \"delivered\", \"timestamp\": 999999999999999999, \"sg_event_id\": \"x\"}",
                "{\"event\": {\"a\": [1]}, \"timestamp\": 1, \"sg_event_id\": \"x\"}",
                "7",
                "null",
                "[[1], {\"event\": \"delivered\"}]",
            })
    void whatSaysNothing_isPassedOver_andTheRestIsTaken(String other) {
        SendGridEvents batch = read("[" + other + ", " + GOOD + "]");

        assertThat(batch.events()).hasSize(1);
        assertThat(batch.passedOver()).isEqualTo(1);
        assertThat(batch.isBroken()).isFalse();
    }

    @Test
    void idThatCannotBeKept_isPassedOver_andTheRestIsTaken() {
        for (String id : List.of("", "€", "€".repeat(100), "x".repeat(101), "a\\u0000b", "a\\nb", "a\\u007fb")) {
            SendGridEvents batch = read("[" + GOOD.replace("id-1", id) + ", " + GOOD + "]");

            assertThat(batch.events()).extracting(FeedbackEvent::eventId).containsExactly("id-1");
            assertThat(batch.passedOver()).isEqualTo(1);
            assertThat(batch.isBroken()).isFalse();
        }
        assertThat(read("[" + GOOD.replace("id-1", "x".repeat(100)) + "]").events())
                .hasSize(1);
    }

    @Test
    void namesThatCannotBeKept_areLeftOut_andTheEventIsTaken() {
        for (String name : List.of("", "€", "€".repeat(100), "x".repeat(101), "a\\u0000b", "a\\nb")) {
            SendGridEvents batch = read("[" + GOOD.replace("r-1", name).replace("Qk3v9", name) + "]");

            assertThat(batch.events())
                    .extracting(FeedbackEvent::eventId, FeedbackEvent::requestId, FeedbackEvent::providerMessageId)
                    .containsExactly(tuple("id-1", null, null));
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "'\"event\": \"open\", \"bs_issue\": 7, \"bs_delivery\": 12', OPENED",
                "'\"event\": \"click\", \"bs_issue\": 7, \"bs_delivery\": 12, \"url\": \"https://a.example/?b=c\"', CLICKED",
                "'\"event\": \"open\", \"bs_issue\": 7, \"bs_delivery\": 12, \"sg_machine_open\": true', -",
                "'\"event\": \"open\", \"bs_mail\": 7', -",
                "'\"event\": \"open\"', -",
                "'\"event\": \"click\", \"bs_issue\": 7, \"bs_delivery\": 12', -",
                "'\"event\": \"click\", \"bs_issue\": 7, \"bs_delivery\": 12, \"url\": \"https://old.example/preferences/"
                        + TOKEN + "?a=b\"', -",
                "'\"event\": \"click\", \"bs_mail\": 7, \"url\": \"https://a.example\"', -",
            })
    void opensAndClicks_whereTheyAreSwitchedOn_areOfReadersOfAnIssue(String fields, @Nullable Kind kind) {
        String event = "[{\"timestamp\": 1, \"sg_event_id\": \"x\", \"reason\": \"none\", " + fields + "}]";

        assertThat(read(event, true).events().stream().map(FeedbackEvent::kind).toList())
                .isEqualTo(kind == null ? List.of() : List.of(kind));
        assertThat(read(event, true).events()).allSatisfy(read -> {
            assertThat(read.link()).isEqualTo(kind == Kind.CLICKED ? "https://a.example/?b=c" : null);
            assertThat(read.reason()).isNull();
        });
        assertThat(read(event, false).events()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {", {\"event\": ", ", }", "", ", \"\u0001\""})
    void whatBreaksOff_keepsWhatCameBefore(String end) {
        SendGridEvents batch = read("[" + GOOD + end);

        assertThat(batch.events()).hasSize(1);
        assertThat(batch.isBroken()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "null", "hello", "\u0000"})
    void whatIsNoArray_isBroken(String body) {
        assertThat(read(body).isBroken()).isTrue();
        assertThat(read(body).events()).isEmpty();
    }

    @Test
    void withoutArguments_ourOwnMessageIdNamesIt_andNoOther() {
        String bounce = "{\"event\": \"bounce\", \"timestamp\": 1, \"sg_event_id\": \"x\", \"status\": \"5.1.1\","
                + " \"email\": \"ana@example.org\", \"smtp-id\": \"%s\"}";
        SendGridEvents batch = read("[" + bounce.formatted("<" + Bounces.MESSAGE_ID + ">") + ", "
                + bounce.formatted(Bounces.SINGLE_MESSAGE_ID) + ", "
                + bounce.formatted("<" + Bounces.MESSAGE_ID.replace("12-345", "12-346") + ">") + ", "
                + bounce.formatted("<Qk3v9xTTRa2@geopod-ismtpd-7>") + "]");

        assertThat(batch.events())
                .extracting(FeedbackEvent::issueId, FeedbackEvent::deliveryId, FeedbackEvent::mailId)
                .containsExactly(
                        tuple(12L, 345L, null),
                        tuple(null, null, 77L),
                        tuple(null, null, null),
                        tuple(null, null, null));
        assertThat(batch.events()).extracting(FeedbackEvent::email).containsOnly("ana@example.org");
    }

    @Test
    void reasons_haveNoAddresses_andIdsAreDigits() {
        SendGridEvents batch = read("""
                [{"timestamp": "1767225600", "event": "bounce", "sg_event_id": "x", "status": "5.1.1",
                  "reason": "550 no <ana@example.org> here", "bs_issue": "7; drop", "bs_delivery": "12", "bs_mail": 3}]""");

        FeedbackEvent event = batch.events().get(0);
        assertThat(event.reason()).isEqualTo("550 no <address> here");
        assertThat(event.issueId()).isNull();
        assertThat(event.deliveryId()).isNull();
        assertThat(event.mailId()).isEqualTo(3);
    }
}
