package dev.broadsheet.feedback;

import static dev.broadsheet.Api.editor;
import static dev.broadsheet.delivery.Newsroom.awaitState;
import static dev.broadsheet.delivery.Newsroom.campaign;
import static dev.broadsheet.feedback.Events.bounce;
import static dev.broadsheet.feedback.Events.event;
import static io.restassured.RestAssured.given;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.broadsheet.Api;
import dev.broadsheet.Rows;
import dev.broadsheet.TestReaders;
import dev.broadsheet.delivery.Newsroom;
import dev.broadsheet.mail.FakeSendGrid;
import dev.broadsheet.mail.SendGridAtHand;
import dev.broadsheet.mail.WebhookSigner;
import dev.broadsheet.platform.AddressHashes;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What SendGrid's events do to ledger, list and single mails. */
@QuarkusTest
@TestProfile(SendGridAtHand.class)
class SendGridWebhookTest {

    FakeSendGrid sendGrid;

    WebhookSigner signer;

    @Inject
    TestReaders readers;

    @Inject
    Rows rows;

    @Inject
    AddressHashes hashes;

    @Inject
    EventStore store;

    private Newsroom newsroom;

    @BeforeEach
    void newsroomOfItsOwn() {
        newsroom = new Newsroom();
    }

    @AfterEach
    void nobodyListens() {
        sendGrid.onAccepted(mails -> {});
    }

    private ValidatableResponse post(String events) {
        return post(String.valueOf(Instant.now().getEpochSecond()), events);
    }

    private ValidatableResponse post(String timestamp, String events) {
        return Events.post(signer, timestamp, events);
    }

    private void tell(String... events) {
        Events.tell(signer, events);
    }

    /** In the order of their addresses, so that it is known who is who. */
    private List<FakeSendGrid.Mail> mine() {
        return sendGrid.mails().stream()
                .filter(mail -> mail.to().endsWith("@" + newsroom.newsletter() + ".example"))
                .toList();
    }

    private long sent(String issue, int howMany) {
        if (howMany > 0) {
            readers.active(newsroom.newsletter(), howMany);
        }
        newsroom.publish(issue);
        long id = newsroom.start(issue, "{}");
        awaitState(id, "DONE");
        return id;
    }

    private String suppression(FakeSendGrid.Mail mail) {
        List<String> reasons = editor().queryParam("email", mail.to())
                .get("/api/suppressions")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("items.reason");
        return reasons.isEmpty() ? "-" : String.join(",", reasons);
    }

    private String subscription(FakeSendGrid.Mail mail) {
        return rows.text(
                "select s.state from subscription s join subscriber p on p.id = s.subscriber_id where p.email = ?",
                mail.to());
    }

    @Test
    void events_moveRowsAndHealTheList() {
        long id = sent("one", 7);
        List<FakeSendGrid.Mail> mails = mine();
        Instant now = Instant.now();

        tell(
                event(mails.get(0), "processed"),
                event(mails.get(1), "delivered"),
                bounce(mails.get(2), now, "Invalid Address", "5.1.1"),
                event(mails.get(3), "bounce", now, ", \"type\": \"blocked\", \"reason\": \"5.7.1 no\""),
                event(mails.get(4), "spamreport"),
                event(mails.get(5), "dropped", now, ", \"reason\": \"Bounced Address\""),
                event(mails.get(6), "unsubscribe"));

        JsonPath counts = campaign(id);
        assertThat(counts.getMap("counts").toString())
                .contains("sent=2", "delivered=1", "bounced=2", "complained=1", "failed=1");
        assertThat(mails.stream().map(this::suppression))
                .containsExactly("-", "-", "BOUNCED", "-", "COMPLAINED", "BOUNCED", "-");
        assertThat(mails.stream().map(this::subscription))
                .containsExactly("ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE", "UNSUBSCRIBED", "ACTIVE", "UNSUBSCRIBED");
        assertThat(rows.texts("select reason from delivery where campaign_id = ? and bounce = 'HARD'", id))
                .containsExactly("5.1.1 said <address>");
        assertThat(rows.number("select count(*) from feedback_event where event_id like '%@%' or reason like '%@%'"))
                .isZero();
    }

    @Test
    void eventsInAnyOrder_repeated_andUnderOtherIds_endTheSame() {
        int many = 60;
        Instant at = Instant.now().minusSeconds(600).truncatedTo(ChronoUnit.SECONDS);
        Set<List<String>> ends = new HashSet<>();
        for (int seed = 1; seed <= 3; seed++) {
            newsroom = new Newsroom();
            long id = sent("one", many);
            List<FakeSendGrid.Mail> mails = mine().stream()
                    .sorted(Comparator.comparing(FakeSendGrid.Mail::to))
                    .toList();
            tellShuffled(mails, at, new Random(seed));

            assertThat(campaign(id).getMap("counts").toString())
                    .contains("sent=10", "delivered=27", "bounced=20", "complained=3", "queued=0", "sending=0");
            assertThat(rows.texts(
                            "select state || ' ' || count(*) from delivery where campaign_id = ? group by state order by state",
                            id))
                    .containsExactly("BOUNCED 20", "COMPLAINED 3", "DELIVERED 27", "SENT 10");
            ends.add(rows.texts(
                    "select concat_ws(' ', d.state, d.bounce, d.answered_at, d.reason) from delivery d"
                            + " join subscription s on s.id = d.subscription_id join subscriber p on p.id = s.subscriber_id"
                            + " where d.campaign_id = ? and d.state <> 'SENT' order by p.email collate \"C\"",
                    id));
            assertThat(rows.texts("select distinct reason from delivery where campaign_id = ? and state = 'SENT'", id))
                    .containsExactly("not yet: 421 later");
        }
        assertThat(ends).hasSize(1);
    }

    private void tellShuffled(List<FakeSendGrid.Mail> mails, Instant at, Random random) {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < mails.size(); i++) {
            FakeSendGrid.Mail mail = mails.get(i);
            events.add(event(mail, "processed", at, ""));
            // of the same second as the one before, and of two the later one counts
            events.add(event(mail, "deferred", at, ", \"response\": \"450 wait\", \"attempt\": \"1\""));
            events.add(event(mail, "deferred", at.plusSeconds(1), ", \"response\": \"421 later\", \"attempt\": \"2\""));
            if (i % 3 == 0) {
                events.add(bounce(mail, at.plusSeconds(3), "Mailbox Unavailable", "5.2.2"));
                events.add(bounce(mail, at.plusSeconds(4), "Mailbox Unavailable", "5.2.1"));
            } else if (i % 6 != 5) {
                events.add(event(mail, "delivered", at.plusSeconds(2), ""));
                events.add(event(mail, "delivered", at.plusSeconds(2), "")); // again, under another id
                events.add(event(mail, "delivered", at.plusSeconds(5), ""));
            }
            if (i == 1 || i == 2 || i == 4) {
                events.add(event(mail, "spamreport", at.plusSeconds(60), ""));
            }
        }
        events.addAll(List.copyOf(events));
        Collections.shuffle(events, random);
        for (int from = 0; from < events.size(); from += 37) {
            tell(events.subList(from, Math.min(from + 37, events.size())).toArray(String[]::new));
        }
    }

    @Test
    void eventFromBeforeAnEditorsRetry_doesNotTakeItBack() {
        long id = sent("one", 1);
        FakeSendGrid.Mail mail = mine().get(0);
        Instant now = Instant.now();
        tell(event(mail, "dropped", now, ", \"reason\": \"Invalid SMTPAPI header\""));
        assertThat(campaign(id).getInt("counts.failed")).isEqualTo(1);
        rows.run("update delivery set state = 'QUEUED', due_at = 'infinity' where campaign_id = ?", id);

        tell(event(mail, "processed", now.minusSeconds(60), ""));

        assertThat(rows.text("select state from delivery where campaign_id = ?", id))
                .isEqualTo("QUEUED");
        rows.run("update delivery set state = 'FAILED', due_at = null where campaign_id = ?", id);
    }

    @Test
    void whoConfirmedAnewSinceTheMessage_isNotTakenOffByWhatIsToldOfIt() {
        sent("one", 2);
        Instant hourAgo = Instant.now().minusSeconds(3600);
        rows.run("update delivery set sent_at = now() - interval '2 hours' where id in (?, ?)", id(0), id(1));
        String confirmed = "update subscription s set confirmed_at = now() - cast(? as interval) from subscriber p"
                + " where p.id = s.subscriber_id and p.email = ?";
        rows.run(confirmed, "10 minutes", mine().get(0).to());
        rows.run(confirmed, "3 hours", mine().get(1).to());

        tell(event(mine().get(0), "unsubscribe", hourAgo, ""), event(mine().get(1), "unsubscribe", hourAgo, ""));

        assertThat(mine().stream().map(this::subscription)).containsExactly("ACTIVE", "UNSUBSCRIBED");
    }

    private long id(int mail) {
        return Long.parseLong(mine().get(mail).customArgs().get("bs_delivery"));
    }

    @Test
    void lateBounceOfAnAddressThatAReaderHasLeft_suppressesThatOne() {
        sent("one", 1);
        FakeSendGrid.Mail mail = mine().get(0);
        String moved = "moved@" + newsroom.newsletter() + ".example";
        rows.run(
                "with moved as (update subscriber set email = ?, email_key = ?, email_hash = ? where email = ? returning id)"
                        + " insert into consent_record (subscription_id, action, via, at)"
                        + " select s.id, 'ADDRESS_CHANGED', 'LINK', now() from subscription s"
                        + " join moved on moved.id = s.subscriber_id",
                moved,
                moved,
                hashes.of(moved),
                mail.to());

        tell(bounce(mail, Instant.now(), "Invalid Address", "5.1.1"));

        assertThat(suppression(mail)).isEqualTo("BOUNCED");
        assertThat(rows.number(
                        "select count(*) from suppression x join subscriber p on p.email_hash = x.address_hash"
                                + " where p.email = ?",
                        moved))
                .isZero();
    }

    @Test
    void whatSendGridDropsSinceAReaderComplained_isAComplaint() {
        sent("one", 1);
        FakeSendGrid.Mail mail = mine().get(0);

        tell(event(mail, "dropped", Instant.now(), ", \"reason\": \"Spam Reporting Address\""));

        assertThat(suppression(mail)).isEqualTo("COMPLAINED");
        assertThat(subscription(mail)).isEqualTo("UNSUBSCRIBED");
    }

    @Test
    void whatIsOlderThanEventsAreKept_isGivenUp_butNotWhatWaitsToBeSettled() {
        String name = Api.fresh("kept");
        rows.run(
                "insert into feedback_event (at, event_id, kind, received_at) values"
                        + " ('1990-01-01T00:00:00Z', ?, 'DELIVERED', now() - interval '91 days'),"
                        + " ('1990-01-01T00:00:00Z', ?, 'DELIVERED', now())",
                name + "-old",
                name + "-new");
        rows.run(
                "insert into sent_request (id, issue_id, accepted_at, created_at) values"
                        + " (?, 1, now(), now() - interval '91 days'), (?, 1, null, now() - interval '91 days'),"
                        + " (?, 1, now(), now())",
                name + "-old",
                name + "-open",
                name + "-new");

        store.dropOld();

        assertThat(rows.texts("select event_id from feedback_event where event_id like ?", name + "%"))
                .containsExactly(name + "-new");
        assertThat(rows.texts("select id from sent_request where id like ? order by id", name + "%"))
                .containsExactly(name + "-new", name + "-open");
        rows.run("delete from sent_request where id like ?", name + "%");
        rows.run("delete from feedback_event where event_id like ?", name + "%");
    }

    @Test
    void repeatedEvent_doesNotUndoWhatAnEditorDecided() {
        sent("one", 1);
        FakeSendGrid.Mail mail = mine().get(0);
        String bounce = bounce(mail, Instant.now(), "Invalid Address", "5.1.1");
        tell(bounce);
        String suppression = editor().queryParam("email", mail.to())
                .get("/api/suppressions")
                .then()
                .extract()
                .jsonPath()
                .getString("items[0].id");
        editor().delete("/api/suppressions/" + suppression).then().statusCode(200);

        tell(bounce);
        tell(bounce.replaceFirst("\"sg_event_id\": \"[^\"]+\"", "\"sg_event_id\": \"" + Api.fresh("other") + "\""));

        assertThat(suppression(mail)).isEqualTo("-");
    }

    @Test
    void requestWithoutAnAnswer_thatWasAccepted_isSettledByOneEventOfAnyOfIt() {
        readers.active(newsroom.newsletter(), 3);
        newsroom.publish("one");
        sendGrid.next(FakeSendGrid.Answer.reset(true));
        long id = newsroom.start("one", "{}");
        assertThat(awaitState(id, "PAUSED").getInt("counts.inDoubt")).isEqualTo(3);

        tell(event(mine().get(1), "delivered"));

        assertThat(campaign(id).getMap("counts").toString()).contains("inDoubt=0", "sent=2", "delivered=1");
        assertThat(rows.texts("select distinct provider_message_id from delivery where campaign_id = ?", id))
                .containsExactly(mine().get(0).requestId());
        awaitState(id, "DONE");
        assertThat(mine()).hasSize(3);
    }

    @Test
    void eventThatComesBeforeTheDoubt_settlesItToo() {
        readers.active(newsroom.newsletter(), 3);
        newsroom.publish("one");
        sendGrid.onAccepted(mails -> tell(event(mails.get(0), "processed")));
        sendGrid.next(FakeSendGrid.Answer.reset(true));

        long id = newsroom.start("one", "{}");

        assertThat(awaitState(id, "DONE").getInt("counts.sent")).isEqualTo(3);
        assertThat(mine()).hasSize(3);
    }

    @Test
    void requestThatWasNotAccepted_staysInDoubt_whileEventsOfOthersCome() {
        readers.active(newsroom.newsletter(), 2);
        newsroom.publish("one");
        sendGrid.next(FakeSendGrid.Answer.reset(false));
        long id = newsroom.start("one", "{}");
        awaitState(id, "PAUSED");
        Newsroom other = newsroom;
        newsroom = new Newsroom();
        long second = sent("one", 1);

        tell(event(mine().get(0), "delivered"));

        assertThat(campaign(second).getInt("counts.delivered")).isEqualTo(1);
        assertThat(campaign(id).getInt("counts.inDoubt")).isEqualTo(2);
        newsroom = other;
        editor().contentType("application/json")
                .body("{\"as\": \"RESEND\"}")
                .post("/api/campaigns/" + id + "/settle")
                .then()
                .statusCode(200);
        awaitState(id, "DONE");
    }

    @Test
    void thirdIssueInARowThatBouncesSoftly_suppresses_unlessSomethingArrivedBetween() {
        List<String> addresses = new ArrayList<>();
        Instant now = Instant.now();
        for (int issue = 0; issue < 3; issue++) {
            sent("n" + issue, issue == 0 ? 2 : 0);
            Instant at = now.minus(Duration.ofDays(14 - 7 * issue));
            List<FakeSendGrid.Mail> mails = mine().subList(2 * issue, 2 * issue + 2);
            if (addresses.isEmpty()) {
                mails.forEach(mail -> addresses.add(mail.to()));
            }
            for (FakeSendGrid.Mail mail : mails) {
                boolean arrives = issue == 1 && mail.to().equals(addresses.get(1));
                tell(arrives ? event(mail, "delivered", at, "") : bounce(mail, at, "Mailbox Unavailable", "5.2.2"));
                if (issue < 2) {
                    assertThat(suppression(mail)).isEqualTo("-");
                }
            }
        }

        List<FakeSendGrid.Mail> last = mine().subList(4, 6);
        assertThat(last.stream()
                        .filter(mail -> mail.to().equals(addresses.get(0)))
                        .map(this::suppression))
                .containsExactly("BOUNCED");
        assertThat(last.stream()
                        .filter(mail -> mail.to().equals(addresses.get(1)))
                        .map(this::suppression))
                .containsExactly("-");
    }

    @Test
    void confirmationThatBounces_failsAndSuppresses() {
        String email = "nobody@" + newsroom.newsletter() + ".example";
        editor().contentType("application/json")
                .body("{\"email\": \"" + email + "\"}")
                .post("/api/newsletters/" + newsroom.newsletter() + "/subscribers")
                .then()
                .statusCode(202);
        await().atMost(30, SECONDS).until(() -> !sendGrid.mailsTo(email).isEmpty());
        FakeSendGrid.Mail mail = sendGrid.mailsTo(email).get(0);

        tell(bounce(mail, Instant.now(), "Invalid Address", "5.1.1"));

        assertThat(rows.texts("select state || ' ' || reason from single_mail where recipient = ?", email))
                .containsExactly("FAILED 5.1.1 said <address>");
        assertThat(suppression(mail)).isEqualTo("BOUNCED");
    }

    @Test
    void unknownIds_areKeptAside_andTheRestActs() {
        long id = sent("one", 1);
        FakeSendGrid.Mail mail = mine().get(0);
        String known = event(mail, "delivered");
        String unknown = known.replaceFirst("\"bs_delivery\": \"\\d+\"", "\"bs_delivery\": \"999999999999\"")
                .replaceFirst("\"sg_event_id\": \"", "\"sg_event_id\": \"lost-");
        String foreign = "{\"event\": \"delivered\", \"timestamp\": 1767225600, \"sg_event_id\": \""
                + Api.fresh("foreign") + "\"}";
        String ancient =
                "{\"event\": \"delivered\", \"timestamp\": 5, \"sg_event_id\": \"" + Api.fresh("ancient") + "\"}";

        tell(unknown, foreign, ancient, "{\"event\": \"unheard-of\"}", known);

        assertThat(campaign(id).getInt("counts.delivered")).isEqualTo(1);
        assertThat(rows.number("select count(*) from feedback_event where unknown and (event_id like 'lost-event%'"
                        + " or event_id like 'foreign-%' or event_id like 'ancient-%')"))
                .isEqualTo(3);
        assertThat(given().get("/q/metrics").asString()).contains("broadsheet_feedback_unknown_total");
    }

    @Test
    void whatEventsDidToReaders_isShownToEditors_once() {
        long id = sent("one", 3);
        List<FakeSendGrid.Mail> mails = mine();
        String bounced = bounce(mails.get(0), Instant.now(), "Invalid Address", "5.1.1");
        String complained = event(mails.get(1), "spamreport");
        long left = rows.number(
                "select s.id from subscription s join subscriber p on p.id = s.subscriber_id where p.email = ?",
                mails.get(1).to());

        tell(bounced, complained, event(mails.get(2), "delivered"));
        tell(bounced, complained, event(mails.get(1), "unsubscribe"));

        String delivery = mails.get(1).customArgs().get("bs_delivery");
        JsonPath ofNewsletter = audit("newsletter=" + newsroom.newsletter());
        assertThat(ofNewsletter.getList("items.findAll { it.who == 'feedback' }.action"))
                .containsExactly("subscriber.unsubscribe");
        assertThat(ofNewsletter.getString("items[0].subject")).isEqualTo("subscription/" + left);
        assertThat(ofNewsletter.getString("items[0].details.via")).isEqualTo("COMPLAINT");
        assertThat(ofNewsletter.getString("items[0].details.delivery")).isEqualTo(delivery);
        assertThat(ofNewsletter.getString("items[0].token")).isNull();
        JsonPath all = audit("limit=20");
        for (FakeSendGrid.Mail mail : mails.subList(0, 2)) {
            String ofMail = ".findAll { it.action == 'suppression.add' && it.details.delivery == "
                    + mail.customArgs().get("bs_delivery") + " }";
            assertThat(all.getList("items" + ofMail + ".details.reason")).containsExactly(suppression(mail));
            assertThat(all.getList("items" + ofMail + ".subject"))
                    .containsExactly("suppression/" + suppressionId(mail));
        }
        assertThat(editor().get("/api/campaigns/" + id + "/deliveries?state=COMPLAINED")
                        .jsonPath()
                        .getList("items.email"))
                .containsExactly(mails.get(1).to());
        assertThat(editor().get("/api/newsletters/" + newsroom.newsletter() + "/subscribers/" + left)
                        .jsonPath()
                        .getList("consent.via"))
                .endsWith("COMPLAINT");
    }

    private static JsonPath audit(String query) {
        return editor().get("/api/audit?" + query)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static String suppressionId(FakeSendGrid.Mail mail) {
        return editor().queryParam("email", mail.to())
                .get("/api/suppressions")
                .jsonPath()
                .getString("items[0].id");
    }

    @Test
    void opensAndClicks_unlessTheyAreSwitchedOn_leaveNothing() {
        sent("one", 1);
        FakeSendGrid.Mail mail = mine().get(0);
        long events = rows.number("select count(*) from feedback_event");

        tell(event(mail, "open"), event(mail, "click", Instant.now(), ", \"url\": \"https://example.org/a\""));

        assertThat(rows.number("select count(*) from feedback_event")).isEqualTo(events);
        assertThat(mail.html()).doesNotContain("clicktracking");
    }

    /** Without our arguments, as what comes back after delivery by itself. */
    private static String foreign(String event, String email, String smtpId, String more) {
        return "{\"email\": \"" + email + "\", \"event\": \"" + event + "\", \"sg_event_id\": \"" + Api.fresh("late")
                + "\", \"timestamp\": " + Instant.now().getEpochSecond() + ", \"smtp-id\": \"" + smtpId + "\"" + more
                + "}";
    }

    @Test
    void bounceWithoutOurArguments_isMatchedByOurMessageId() {
        long id = sent("one", 2);
        List<FakeSendGrid.Mail> mails = mine();
        String messageId = mails.get(0).headers().get("Message-ID");
        String forged = mails.get(1).headers().get("Message-ID").replaceFirst("\\.[0-9a-f]{12}@", ".0123456789ab@");

        tell(
                foreign("bounce", "x@other.example", messageId, ", \"status\": \"5.1.1\", \"reason\": \"gone\""),
                foreign("spamreport", mails.get(1).to(), forged, ""));

        assertThat(campaign(id).getMap("counts").toString()).contains("bounced=1", "sent=1", "complained=0");
        assertThat(mails.stream().map(this::suppression)).containsExactly("BOUNCED", "-");
        assertThat(subscription(mails.get(1))).isEqualTo("ACTIVE");
    }

    @Test
    void ofAnotherProgramsMail_aDeadMailboxCounts_andNothingElse() {
        sent("one", 4);
        List<FakeSendGrid.Mail> mails = mine();
        String theirs = "<Qk3v9xTTRa2@geopod-ismtpd-7>";
        String stranger = "stranger@" + newsroom.newsletter() + ".example";
        long suppressions = rows.number("select count(*) from suppression");

        tell(
                foreign("bounce", mails.get(0).to().toUpperCase(Locale.ROOT), theirs, ", \"status\": \"5.1.1\""),
                foreign("bounce", mails.get(1).to(), theirs, ", \"status\": \"5.2.2\""),
                foreign("spamreport", mails.get(2).to(), theirs, ""),
                foreign("unsubscribe", mails.get(3).to(), theirs, ""),
                foreign("bounce", stranger, theirs, ", \"status\": \"5.1.1\""));

        assertThat(mails.stream().map(this::suppression)).containsExactly("BOUNCED", "-", "-", "-");
        assertThat(mails.stream().map(this::subscription)).containsOnly("ACTIVE");
        assertThat(rows.number("select count(*) from suppression")).isEqualTo(suppressions + 1);
        assertThat(rows.number("select count(*) from feedback_event where event_id like '%@%' or reason like '%@%'"))
                .isZero();
    }

    @Test
    void batch_thatIsNotSigned_tampered_old_orTooLarge_isRefused() {
        long id = sent("one", 1);
        String events = "[" + event(mine().get(0), "delivered") + "]";
        String now = String.valueOf(Instant.now().getEpochSecond());

        given().contentType("application/json")
                .body(events)
                .post("/webhooks/sendgrid")
                .then()
                .statusCode(401)
                .body("type", equalTo("signature-invalid"));
        given().header(
                        "X-Twilio-Email-Event-Webhook-Signature",
                        signer.sign(now, "[]".getBytes(StandardCharsets.UTF_8)))
                .header("X-Twilio-Email-Event-Webhook-Timestamp", now)
                .body(events)
                .post("/webhooks/sendgrid")
                .then()
                .statusCode(401);
        post(String.valueOf(Instant.now().minus(Duration.ofHours(26)).getEpochSecond()), events)
                .statusCode(401);
        assertThat(given().get("/q/metrics").asString()).contains("broadsheet_feedback_refused_total");
        post("[" + " ".repeat(SendGridWebhook.MOST_BYTES) + "]").statusCode(413);
        post("{\"not\": \"an array\"}").statusCode(400);

        assertThat(campaign(id).getInt("counts.sent")).isEqualTo(1);
        post("[]").statusCode(204);
    }
}
