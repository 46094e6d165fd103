package dev.broadsheet.mail;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.broadsheet.mail.FakeSendGrid.Answer;
import dev.broadsheet.mail.Outcome.Failed;
import dev.broadsheet.mail.Outcome.InDoubt;
import dev.broadsheet.mail.Outcome.NotNow;
import dev.broadsheet.mail.Outcome.Rehearsed;
import dev.broadsheet.mail.Outcome.Sent;
import dev.broadsheet.mail.Outcome.Stopped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SendGridTransportTest {

    private static final String ADA = "ada@example.org";
    private static final String BOB = "bob@example.org";
    private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");

    private final FakeSendGrid fake = new FakeSendGrid();
    private final SendGridTransport transport = transport(fake.url(), FakeSendGrid.API_KEY);

    @AfterEach
    void stop() throws IOException {
        transport.close();
        fake.close();
        assertThat(fake.violations()).isEmpty();
    }

    @Test
    void message_toTwo_isOneRequest_andEachMailIsTheirOwn() {
        RecordedHandover handover = send(ADA, BOB);

        assertThat(fake.requests()).isEqualTo(1);
        assertThat(handover.marks).singleElement().satisfies(mark -> assertThat(mark.to())
                .containsExactly(ADA, BOB));
        FakeSendGrid.Mail mail = fake.mailsTo(BOB).get(0);
        Recipient bob = Mails.recipient(BOB);
        Message message = Mails.message();
        assertThat(handover.of(BOB)).isEqualTo(new Sent(mail.requestId()));
        assertThat(mail.subject()).isEqualTo(message.subject());
        assertThat(mail.html())
                .isEqualTo(message.html().replace(Mails.TAG, bob.values().get(Mails.TAG)));
        assertThat(mail.text())
                .isEqualTo(message.text().replace(Mails.TAG, bob.values().get(Mails.TAG)));
        assertThat(mail.headers())
                .containsAllEntriesOf(bob.headers())
                .containsAllEntriesOf(message.headers())
                .containsEntry("Message-ID", "<" + bob.messageId() + ">");
        assertThat(mail.customArgs())
                .hasSize(2)
                .containsAllEntriesOf(bob.customArgs())
                .containsEntry("bs_request", handover.marks.get(0).requestId());
    }

    @Test
    void body_switchesAllTrackingOff() throws IOException {
        JsonNode json = new ObjectMapper().readTree(Mails.sendGridRequest(Mails.recipient(ADA)));

        assertThat(json.path("tracking_settings").findValuesAsText("enable"))
                .hasSize(4)
                .containsOnly("false");
        assertThat(json.at("/reply_to/email").asText()).isEqualTo("editors@news.example");
        assertThat(json.at("/from/name").asText()).isEqualTo("The Weekly");
        assertThat(json.has("custom_args")).isFalse();
    }

    @Test
    void body_countsOpensAndClicksWhereItIsTold_butNotOfAReadersOwnLinks_norOfAMailToOnePerson() throws IOException {
        Message plain = Mails.message();
        String html = "<a class=\"x\" href=\"https://a.example\">A</a> <a\nstyle=\"y\" href=\"" + Mails.TAG
                + "\">Leave</a> <abbr>href=\"" + Mails.TAG + "\"</abbr>";
        JsonNode list = json(plain, plain.headers(), html);
        JsonNode single = json(plain, Map.of(), html);

        assertThat(list.at("/content/1/value").asText())
                .isEqualTo(html.replace("<a\nstyle", "<a clicktracking=off\nstyle"));
        assertThat(list.at("/tracking_settings/click_tracking").toString())
                .isEqualTo("{\"enable\":true,\"enable_text\":false}");
        assertThat(list.at("/tracking_settings/open_tracking/enable").asBoolean())
                .isTrue();
        assertThat(list.at("/tracking_settings/subscription_tracking/enable").asBoolean(true))
                .isFalse();
        assertThat(single.at("/content/1/value").asText()).isEqualTo(html);
        assertThat(single.path("tracking_settings").findValuesAsText("enable"))
                .hasSize(4)
                .containsOnly("false");
    }

    private static JsonNode json(Message plain, Map<String, String> headers, String html) throws IOException {
        Message message =
                new Message(plain.from(), null, plain.subject(), html, plain.text(), headers, plain.tags(), List.of());
        SendGridBody body = new SendGridBody(SendGridMessage.of(message, false, true), "r-1", new MessageBuffer(16));
        body.add(Mails.recipient(ADA));
        body.end();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        body.writeTo(out);
        return new ObjectMapper().readTree(out.toByteArray());
    }

    @Test
    void body_saysItsLengthBeforeItIsWritten() throws IOException {
        SendGridBody body =
                new SendGridBody(SendGridMessage.of(Mails.message(), false, false), "r-1", new MessageBuffer(16));
        body.add(Mails.recipient(ADA));
        body.add(Mails.recipient("bob@straße.example"));
        body.end();
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        body.writeTo(out);

        assertThat(body.getContentLength()).isEqualTo(out.size());
    }

    @Test
    void categories_areThoseOfTheMessage_asManyAndAsLongAsSendGridTakes() {
        List<String> categories = new ArrayList<>(List.of("weekly", "x".repeat(300), "weekly"));
        IntStream.range(0, 20).forEach(i -> categories.add("category " + i));
        Message plain = Mails.message();
        Message message = new Message(
                plain.from(),
                null,
                plain.subject(),
                plain.html(),
                plain.text(),
                plain.headers(),
                plain.tags(),
                categories);

        transport.send(message, List.of(Mails.recipient(ADA)), new RecordedHandover());
        send(BOB);

        assertThat(fake.mailsTo(ADA).get(0).categories())
                .hasSize(10)
                .startsWith("weekly", "x".repeat(255), "category 0");
        assertThat(fake.mailsTo(BOB).get(0).categories()).isEmpty();
    }

    @Test
    void mark_isThereBeforeTheRequest() {
        List<Boolean> marked = new CopyOnWriteArrayList<>();
        RecordedHandover handover = new RecordedHandover();
        fake.onRequest(() -> marked.add(handover.isMarked(ADA)));

        send(handover, ADA);

        assertThat(marked).containsExactly(true);
    }

    @Test
    void markRefused_postsNothing_andOwesNoOutcome() {
        RecordedHandover handover = send(new RecordedHandover(email -> false), ADA, BOB);

        assertThat(fake.requests()).isZero();
        assertThat(handover.all()).isEmpty();
    }

    @Test
    void moreThanAThousand_areSeveralRequests() {
        RecordedHandover handover = send(addresses(2_001));

        assertThat(fake.requests()).isEqualTo(3);
        assertThat(handover.all().values()).hasSize(2_001).allMatch(Sent.class::isInstance);
        assertThat(fake.mails().stream().map(FakeSendGrid.Mail::to).distinct()).hasSize(2_001);
    }

    @Test
    void largeValues_areFewerInARequest_soThatItStaysSmall() {
        RecordedHandover handover = new RecordedHandover();
        List<Recipient> recipients = IntStream.range(0, 1_000)
                .mapToObj(i -> new Recipient(
                        "d" + i,
                        "reader" + i + "@example.org",
                        null,
                        i + "@news.example",
                        Map.of(),
                        Map.of(Mails.TAG, "x".repeat(9_900)),
                        Map.of()))
                .toList();

        transport.send(Mails.message(), recipients, handover);

        assertThat(handover.all().values()).hasSize(1_000).allMatch(Sent.class::isInstance);
        assertThat(fake.requests()).isEqualTo(3);
        assertThat(fake.largest()).isLessThan(4_100_000);
    }

    @Test
    void messageLargerThanSendGridTakes_stopsWithoutARequest() {
        Message message = new Message(
                new Mailbox("W", "weekly@news.example"),
                null,
                "S",
                "<p>" + "x".repeat(SendGridMessage.MOST_BYTES),
                "x",
                Map.of(),
                List.of());
        RecordedHandover handover = new RecordedHandover();

        transport.send(message, List.of(Mails.recipient(ADA)), handover);

        assertThat(((Stopped) handover.of(ADA)).code()).isEqualTo("message-unfit");
        assertThat(fake.requests()).isZero();
    }

    @Test
    void lanes_postSideBySide_butNineAtATime() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch nine = new CountDownLatch(9);
        fake.onRequest(() -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            nine.countDown();
            try {
                nine.await(20, SECONDS);
                Thread.sleep(300); // for one more that must not come
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            now.decrementAndGet();
        });
        RecordedHandover handover = new RecordedHandover();
        ExecutorService lanes = Executors.newFixedThreadPool(12);

        for (String address : addresses(12)) {
            lanes.execute(() -> send(handover, address));
        }
        lanes.shutdown();

        assertThat(lanes.awaitTermination(40, SECONDS)).isTrue();
        assertThat(handover.all().values()).hasSize(12).allMatch(Sent.class::isInstance);
        assertThat(most).hasValue(9);
    }

    @Test
    void addressTwice_isInTwoRequests() {
        List<String> outcomes = new ArrayList<>();
        transport.send(
                Mails.message(),
                List.of(Mails.recipient(ADA), Mails.recipient("ADA@example.org")),
                new Transport.Handover() {
                    @Override
                    public BooleanSupplier begin(List<Recipient> together, @Nullable String requestId) {
                        return () -> true;
                    }

                    @Override
                    public void outcome(Recipient recipient, Outcome outcome) {
                        outcomes.add(recipient.email() + outcome.getClass().getSimpleName());
                    }
                });

        assertThat(fake.requests()).isEqualTo(2);
        assertThat(outcomes).containsExactly("ada@example.orgSent", "ADA@example.orgSent");
    }

    @ParameterizedTest
    @CsvSource({"true, 3", "false, 24"})
    void badRecipients_areFailedAlone_andTheOthersGetTheirMailOnce(boolean named, int mostRequests) {
        fake.refusing(email -> email.equals("reader17@example.org") || email.equals("reader18@example.org"), named);

        RecordedHandover handover = send(addresses(100));

        assertThat(handover.all().values()).hasSize(100);
        assertThat(handover.of("reader17@example.org"))
                .isEqualTo(new Failed("SendGrid answered 400: Does not contain a valid address: <address>"));
        assertThat(handover.of("reader18@example.org")).isInstanceOf(Failed.class);
        assertThat(handover.all().values()).filteredOn(Sent.class::isInstance).hasSize(98);
        assertThat(fake.mails()).hasSize(98).extracting(FakeSendGrid.Mail::to).doesNotHaveDuplicates();
        assertThat(fake.requests()).isLessThanOrEqualTo(mostRequests);
    }

    @Test
    void oneRecipient_refusedWithoutAName_isFailed() {
        fake.refusing(email -> true, false);

        assertThat(send(ADA).of(ADA)).isInstanceOf(Failed.class);
    }

    @Test
    void everybodyRefused_isNotTheirFault_andSoonStops() {
        fake.refusing(email -> true, false);

        RecordedHandover handover = send(addresses(1_000));

        assertThat(handover.all().values())
                .hasSize(1_000)
                .allMatch(outcome ->
                        outcome instanceof Stopped stopped && stopped.code().equals("sendgrid-refused"));
        assertThat(fake.requests()).isLessThan(20);
    }

    @Test
    void everybodyRefusedByName_soonStopsToo() {
        fake.refusing(email -> true, true);

        RecordedHandover handover = send(addresses(100));

        assertThat(handover.all().values()).filteredOn(Failed.class::isInstance).hasSize(10);
        assertThat(handover.all().values())
                .filteredOn(Stopped.class::isInstance)
                .hasSize(90);
        assertThat(fake.requests()).isEqualTo(11);
        assertThat(fake.mails()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"12, true", "3, false", "12, false"})
    void badRecipientsAtTheHead_areFailed_andTheOthersGetTheirMailOnce(int bad, boolean named) {
        String[] readers = addresses(40);
        List<String> head = List.of(readers).subList(0, bad);
        fake.refusing(head::contains, named);

        RecordedHandover handover = send(readers);

        assertThat(handover.all()).hasSize(40);
        assertThat(head).allSatisfy(email -> assertThat(handover.of(email)).isInstanceOf(Failed.class));
        assertThat(handover.all().values()).filteredOn(Sent.class::isInstance).hasSize(40 - bad);
        assertThat(fake.mails())
                .hasSize(40 - bad)
                .extracting(FakeSendGrid.Mail::to)
                .doesNotHaveDuplicates();
    }

    @Test
    void probeThatCannotBeWritten_isFailed_andTheNextOneTells() {
        List<Recipient> recipients = new ArrayList<>(
                List.of(addresses(40)).stream().map(Mails::recipient).toList());
        List<String> head = List.of(addresses(3));
        fake.refusing(head::contains, false);
        RecordedHandover handover = new RecordedHandover();
        recipients.add(Mails.recipient("zoë@example.org"));

        transport.send(Mails.message(), recipients, handover);

        assertThat(handover.all()).hasSize(41);
        assertThat(handover.all().values()).filteredOn(Failed.class::isInstance).hasSize(4);
        assertThat(fake.mails()).hasSize(37);
    }

    @Test
    void probeThatIsNotTakenForNow_leavesThoseRefusedAloneToBeTriedAgain() {
        Answer refused = Answer.error(400, "Does not contain a valid address", null);
        // 4 readers, 2, 1, 1; then the other 2, of whom one is left to probe with
        fake.next(refused, refused, refused, refused, refused, refused, Answer.rateLimited(NOON.getEpochSecond()));

        RecordedHandover handover = send(addresses(4));

        assertThat(handover.all().values()).hasSize(4).allMatch(NotNow.class::isInstance);
        assertThat(fake.requests()).isEqualTo(7);
    }

    @Test
    void markOfTheProbeRefused_asksForNobodyElse() {
        String[] readers = addresses(40);
        fake.refusing(email -> true, true);
        List<String> asked = new ArrayList<>();

        RecordedHandover handover = send(
                new RecordedHandover(email -> {
                    asked.add(email);
                    return fake.requests() < 10;
                }),
                readers);

        assertThat(handover.all().values()).hasSize(10).allMatch(Failed.class::isInstance);
        assertThat(fake.requests()).isEqualTo(10);
        assertThat(asked).endsWith(readers[38], readers[39], readers[39]);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "400, from.email, The from address is not valid, sendgrid-message",
                "401, null, authorization required, sendgrid-unauthorized",
                "401, null, Maximum credits exceeded, sendgrid-credits",
                "403, from, The from address does not match a verified Sender Identity, sendgrid-forbidden",
                "404, null, not found, sendgrid-unexpected",
                "451, null, data residency, sendgrid-unexpected",
                "200, null, sandbox, sendgrid-sandbox",
                "301, null, moved, sendgrid-unexpected"
            })
    void answerThatOnlyAnOperatorCanMend_stopsAllAtOnce(
            int status, @Nullable String field, String message, String code) {
        fake.next(Answer.error(status, message, field));

        RecordedHandover handover = send(addresses(1_500));

        assertThat(handover.all().values())
                .hasSize(1_500)
                .allMatch(outcome ->
                        outcome instanceof Stopped stopped && stopped.code().equals(code));
        assertThat(fake.requests()).isEqualTo(1);
    }

    @Test
    void wrongKey_stops() throws IOException {
        SendGridTransport stranger = transport(fake.url(), "SG.wrong");
        RecordedHandover handover = new RecordedHandover();
        stranger.send(Mails.message(), List.of(Mails.recipient(ADA)), handover);
        stranger.close();

        assertThat(((Stopped) handover.of(ADA)).code()).isEqualTo("sendgrid-unauthorized");
    }

    @ParameterizedTest
    @CsvSource({"-5, 1", "0, 1", "7, 7", "60, 60", "3600, 60"})
    void rateLimited_isNotNow_untilTheReset(long resetIn, long waits) {
        fake.next(Answer.rateLimited(NOON.getEpochSecond() + resetIn));

        RecordedHandover handover = send(addresses(1_500));

        assertThat(handover.all().values())
                .hasSize(1_500)
                .containsOnly(new NotNow("SendGrid answered 429: too many requests", Duration.ofSeconds(waits), true));
        assertThat(fake.requests()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 408})
    void serverError_leavesTheRequestInDoubt_andTheNextUnsent(int status) {
        fake.next(Answer.of(status, "<html>oops</html>"));

        RecordedHandover handover = send(addresses(1_001));

        assertThat(handover.all().values())
                .filteredOn(InDoubt.class::isInstance)
                .hasSize(1_000);
        assertThat(handover.all().values()).filteredOn(NotNow.class::isInstance).hasSize(1);
        assertThat(fake.requests()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noAnswer_leavesTheRequestInDoubt_andIsNotTriedAgain(boolean silence) throws IOException {
        fake.next(silence ? Answer.silence(true) : Answer.reset(true));
        SendGridTransport impatient = transport(fake.url(), FakeSendGrid.API_KEY, Duration.ofSeconds(2));
        RecordedHandover handover = new RecordedHandover();

        impatient.send(Mails.message(), List.of(Mails.recipient(ADA), Mails.recipient(BOB)), handover);
        impatient.close();

        assertThat(handover.of(ADA)).isInstanceOf(InDoubt.class);
        assertThat(handover.of(BOB)).isInstanceOf(InDoubt.class);
        assertThat(fake.requests()).isEqualTo(1);
    }

    @Test
    void nobodyListening_isNotNow() throws IOException {
        int port;
        try (ServerSocket gone = new ServerSocket(0)) {
            port = gone.getLocalPort();
        }
        SendGridTransport nowhere = transport(URI.create("http://localhost:" + port), FakeSendGrid.API_KEY);
        RecordedHandover handover = new RecordedHandover();
        nowhere.send(Mails.message(), List.of(Mails.recipient(ADA)), handover);
        nowhere.close();

        assertThat(handover.of(ADA)).isInstanceOf(NotNow.class);
    }

    @Test
    void tooLarge_isSplit() {
        fake.next(Answer.error(413, "payload too large", null));

        RecordedHandover handover = send(addresses(10));

        assertThat(handover.all().values()).hasSize(10).allMatch(Sent.class::isInstance);
        assertThat(fake.requests()).isEqualTo(3);
    }

    @Test
    void tooLargeForOneAlone_isTheMessage_andStopsWithNobodyFailed() {
        fake.next(Collections.nCopies(3_000, Answer.error(413, "payload too large", null))
                .toArray(Answer[]::new));

        RecordedHandover handover = send(addresses(1_000));

        assertThat(handover.all().values())
                .hasSize(1_000)
                .allMatch(outcome ->
                        outcome instanceof Stopped stopped && stopped.code().equals("sendgrid-message"));
        assertThat(fake.requests()).isEqualTo(10);
    }

    @Test
    void tooLargeForOneAlone_whereAnotherWasAccepted_isFailed() {
        Answer tooLarge = Answer.error(413, "payload too large", null);
        fake.next(tooLarge, Answer.accept(), tooLarge);

        RecordedHandover handover = send(ADA, BOB);

        assertThat(handover.of(ADA)).isInstanceOf(Sent.class);
        assertThat(handover.of(BOB)).isEqualTo(new Failed("SendGrid answered 413: payload too large"));
    }

    @Test
    void recipientsThatSendGridDoesNotTake_areFailedWithoutARequest() {
        Recipient longValues = new Recipient(
                "1", ADA, null, "1@news.example", Map.of(), Map.of(Mails.TAG, "x".repeat(10_001)), Map.of());
        Recipient noValue = new Recipient("2", BOB, null, "2@news.example", Map.of(), Map.of(), Map.of());
        RecordedHandover handover = new RecordedHandover();

        transport.send(Mails.message(), List.of(longValues, noValue, Mails.recipient("zoë@example.org")), handover);

        assertThat(handover.all().values()).hasSize(3).allMatch(Failed.class::isInstance);
        assertThat(fake.requests()).isZero();
    }

    @Test
    void awkwardNamesAndTexts_areTaken() {
        Recipient ada = Mails.recipient("ada@straße.example");
        Recipient named = new Recipient(
                "1",
                ada.email(),
                "Lovelace, Ada; \uD83E",
                "1@news.example",
                ada.headers(),
                Map.of(Mails.TAG, "half \uD83E \"q\" \\ \t 🦀"),
                Map.of("half", "\uDD80"));
        Message message = new Message(
                new Mailbox("W", "weekly@news.example"),
                null,
                "half a pair \uD83E",
                "<p>\uDD80 " + Mails.TAG,
                "😀" + Mails.TAG,
                Map.of(),
                List.of(Mails.TAG));

        transport.send(message, List.of(named), new RecordedHandover());

        FakeSendGrid.Mail mail = fake.mails().get(0);
        assertThat(mail.to()).isEqualTo("ada@xn--strae-oqa.example");
        assertThat(mail.name()).isEqualTo("Lovelace  Ada  \uFFFD");
        assertThat(mail.subject()).isEqualTo("half a pair \uFFFD");
        assertThat(mail.text()).isEqualTo("😀half \uFFFD \"q\" \\ \t 🦀");
        assertThat(mail.customArgs()).containsEntry("half", "\uFFFD");
    }

    @Test
    void noKeyConfigured_isSaidWhenUsed_notBefore() throws IOException {
        SendGridTransport unconfigured = transport(fake.url(), null);
        RecordedHandover handover = new RecordedHandover();
        unconfigured.send(Mails.message(), List.of(Mails.recipient(ADA)), handover);
        unconfigured.close();

        assertThat(((Stopped) handover.of(ADA)).code()).isEqualTo("sendgrid-unconfigured");
    }

    @ParameterizedTest
    @ValueSource(strings = {"api.sendgrid.com", "ftp://api.sendgrid.com", "https://proxy.example/sendgrid"})
    void urlThatTheClientCannotUse_isRefused(String url) {
        assertThatThrownBy(() -> transport(URI.create(url), "key")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sandbox_sendsNothing_andSaysSo() throws IOException {
        fake.refusing(email -> email.equals("reader3@example.org"), false);
        SendGridTransport rehearsing = transport(fake.url(), FakeSendGrid.API_KEY, Duration.ofSeconds(20), true);
        RecordedHandover handover = new RecordedHandover();

        rehearsing.send(
                Mails.message(),
                List.of(addresses(8)).stream().map(Mails::recipient).toList(),
                handover);
        rehearsing.close();

        assertThat(fake.mails()).isEmpty();
        assertThat(handover.of("reader3@example.org")).isInstanceOf(Failed.class);
        assertThat(handover.all().values())
                .filteredOn(new Rehearsed("rehearsal: SendGrid's sandbox sent nothing")::equals)
                .hasSize(7);
    }

    @Test
    void sandboxThatSendsAfterAll_isSent() throws IOException {
        fake.next(Answer.accept());
        SendGridTransport rehearsing = transport(fake.url(), FakeSendGrid.API_KEY, Duration.ofSeconds(20), true);
        RecordedHandover handover = new RecordedHandover();

        rehearsing.send(Mails.message(), List.of(Mails.recipient(ADA)), handover);
        rehearsing.close();

        assertThat(handover.of(ADA)).isInstanceOf(Sent.class);
    }

    private static String[] addresses(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "reader" + i + "@example.org")
                .toArray(String[]::new);
    }

    private RecordedHandover send(String... to) {
        return send(new RecordedHandover(), to);
    }

    private RecordedHandover send(RecordedHandover handover, String... to) {
        transport.send(
                Mails.message(), List.of(to).stream().map(Mails::recipient).toList(), handover);
        return handover;
    }

    private static SendGridTransport transport(URI url, @Nullable String key) {
        return transport(url, key, Duration.ofSeconds(20));
    }

    private static SendGridTransport transport(URI url, @Nullable String key, Duration patience) {
        return transport(url, key, patience, false);
    }

    private static SendGridTransport transport(URI url, @Nullable String key, Duration patience, boolean sandbox) {
        MailConfig.SendGrid config = new MailConfig.SendGrid() {
            @Override
            public Optional<String> apiKey() {
                return Optional.ofNullable(key);
            }

            @Override
            public URI url() {
                return url;
            }

            @Override
            public boolean sandbox() {
                return sandbox;
            }

            @Override
            public boolean opensAndClicks() {
                return false;
            }

            @Override
            public Optional<String> webhookPublicKey() {
                return Optional.empty();
            }
        };
        return new SendGridTransport(
                config, Clock.fixed(NOON, ZoneOffset.UTC), new SendGridTransport.Timeouts(patience, patience));
    }
}
