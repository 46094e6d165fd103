package dev.broadsheet.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.broadsheet.mail.Outcome.Bounced;
import dev.broadsheet.mail.Outcome.Failed;
import dev.broadsheet.mail.Outcome.InDoubt;
import dev.broadsheet.mail.Outcome.NotNow;
import dev.broadsheet.mail.Outcome.Sent;
import dev.broadsheet.mail.Outcome.Stopped;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SmtpTransportTest {

    private static final String ADA = "ada@example.org";
    private static final String BOB = "bob@example.org";

    static final ReturnPath NO_RETURN_PATH = new ReturnPath(Optional.empty(), id -> "");

    private static TestTls certificate;

    private final ScriptedSmtpServer server = new ScriptedSmtpServer();
    private @Nullable SmtpTransport transport;

    @BeforeAll
    static void makeACertificate(@TempDir Path folder) throws Exception {
        certificate = new TestTls(folder);
    }

    @AfterEach
    void stop() {
        if (transport != null) {
            transport.close();
        }
        server.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void twoRecipients_overOneConnection_eachGetTheirOwnMail(boolean pipelining) throws Exception {
        server.offering(pipelining ? new String[] {"PIPELINING", "SIZE 0", "CHUNKING"} : new String[0]);

        RecordedHandover handover = send(1, ADA, BOB);

        assertThat(handover.of(ADA)).isEqualTo(new Sent("Q1"));
        assertThat(handover.of(BOB)).isEqualTo(new Sent("Q2"));
        assertThat(server.connections).hasValue(1);
        assertThat(server.commands.get(0)).isEqualTo("EHLO news.example");
        assertThat(server.commands).noneMatch(command -> command.startsWith("BDAT"));
        assertThat(server.received.get(0).from()).isEqualTo("weekly@news.example");
        MimeMessage mail = Mails.parse(server.received.get(1).text());
        Recipient bob = Mails.recipient(BOB);
        assertThat(mail.getHeader("To")).containsExactly(BOB);
        assertThat(mail.getHeader("List-Unsubscribe"))
                .containsExactly(bob.headers().get("List-Unsubscribe"));
        assertThat(Mails.part(mail, 0))
                .isEqualTo(Mails.message()
                        .text()
                        .replace(Mails.TAG, bob.values().get(Mails.TAG))
                        .replace("\n", "\r\n"));
        assertThat(server.received.get(1).raw()).contains("\r\n=2E\r\n=2E.dots\r\n");
    }

    @Test
    void mark_isCommittedBeforeTheDotCanArrive() throws Exception {
        Map<String, Boolean> markedAtTheDot = new ConcurrentHashMap<>();
        CountDownLatch dot = new CountDownLatch(1);
        RecordedHandover recorded = new RecordedHandover();
        server.atTheDot(to -> {
            markedAtTheDot.put(to, recorded.isMarked(to));
            dot.countDown();
        });

        transport(1).send(Mails.message(), List.of(Mails.recipient(ADA)), new Transport.Handover() {
            @Override
            public BooleanSupplier begin(List<Recipient> together, @Nullable String requestId) {
                return () -> {
                    try {
                        // a slow commit: were the dot under way, it would arrive now
                        assertThat(dot.await(300, TimeUnit.MILLISECONDS)).isFalse();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return recorded.mark(together, requestId);
                };
            }

            @Override
            public void outcome(Recipient recipient, Outcome outcome) {
                recorded.outcome(recipient, outcome);
            }
        });

        assertThat(markedAtTheDot).isEqualTo(Map.of(ADA, true));
        assertThat(recorded.of(ADA)).isInstanceOf(Sent.class);
    }

    @Test
    void markRefused_dropsTheConnectionWithoutEndingTheMessage_andBeginsNobodyElse() {
        RecordedHandover handover = send(new RecordedHandover(to -> to.equals(ADA)), 1, ADA, BOB, "cy@example.org");

        assertThat(handover.all()).containsOnlyKeys(ADA);
        assertThat(server.recipients()).containsExactly(ADA);
        assertThat(server.connections).hasValue(1);
        assertThat(server.commands).noneMatch(command -> command.contains("cy@example.org"));
    }

    @Test
    void markThrows_dropsTheConnectionAndThrowsItOn() {
        assertThatThrownBy(() -> send(
                        new RecordedHandover(to -> {
                            throw new IllegalStateException("no database");
                        }),
                        1,
                        ADA,
                        BOB))
                .hasMessage("no database");
        assertThat(server.received).isEmpty();
    }

    @Test
    void deadAddress_isBounced_andTheNextGoesOverTheSameConnection() {
        server.answering(c -> c.verb().equals("RCPT") && c.line().contains(ADA)
                ? "550 5.1.1 <" + ADA + ">: user unknown"
                : c.verb().equals("DATA")
                                && server.commands
                                        .get(server.commands.size() - 2)
                                        .contains(ADA)
                        ? "554 5.5.1 no valid recipients"
                        : null);

        RecordedHandover handover = send(1, ADA, BOB);

        assertThat(handover.of(ADA)).isEqualTo(new Bounced("550 5.1.1 <address>: user unknown"));
        assertThat(handover.of(BOB)).isInstanceOf(Sent.class);
        assertThat(server.connections).hasValue(1);
        assertThat(server.commands).contains("RSET");
        assertThat(handover.marks).hasSize(1);
    }

    @Test
    void relayThatWantsContentAfterRefusingTheRecipient_getsNone() {
        server.answering(c -> c.verb().equals("RCPT") && c.line().contains(ADA) ? "550 5.7.1 no" : null);

        RecordedHandover handover = send(1, ADA, BOB);

        assertThat(handover.of(ADA)).isEqualTo(new Failed("550 5.7.1 no"));
        assertThat(handover.of(BOB)).isInstanceOf(Sent.class);
        assertThat(server.recipients()).containsExactly(BOB);
    }

    @Test
    void refusedAtTheDot_isWhatTheReplySays() {
        server.answering(c -> c.verb().equals("END") && c.message() == 1 ? "451 4.3.0 later" : null);

        RecordedHandover handover = send(1, ADA, BOB);

        assertThat(handover.of(ADA)).isEqualTo(new NotNow("451 4.3.0 later", Duration.ZERO));
        assertThat(handover.of(BOB)).isInstanceOf(Sent.class);
        assertThat(server.connections).hasValue(1);
    }

    @Test
    void closingAfterSomeMessages_isMetByANewConnection_andNobodyIsRefused() {
        server.answering(c -> c.verb().equals("MAIL") && c.message() == 3 ? "421 4.7.0 enough of you" : null);

        RecordedHandover handover = send(1, addresses(6));

        assertThat(handover.all().values()).hasSize(6).allMatch(Sent.class::isInstance);
        assertThat(server.connections).hasValue(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAIL", "RCPT", "DATA", "END"})
    void closingANewConnection_isForEverybody_withLongerAndLongerWaits(String verb) {
        server.answering(c -> c.verb().equals(verb) ? "421 4.3.2 shutting down" : null);

        RecordedHandover first = send(1, ADA, BOB);
        RecordedHandover second = send(1, ADA);

        assertThat(first.of(ADA)).isEqualTo(new NotNow("421 4.3.2 shutting down", Duration.ofSeconds(5), true));
        assertThat(first.of(BOB)).isEqualTo(first.of(ADA));
        assertThat(second.of(ADA)).isEqualTo(new NotNow("421 4.3.2 shutting down", Duration.ofSeconds(10), true));
        assertThat(server.connections).hasValue(2);
        assertThat(first.marks).hasSize(verb.equals("END") ? 1 : 0);
    }

    @Test
    void closingAfterSomeMessages_andThenTheNextAtOnce_isForEverybody() {
        server.answering(c ->
                c.verb().equals("MAIL") && (c.connection() > 1 || c.message() == 3) ? "421 4.3.2 shutting down" : null);

        RecordedHandover handover = send(1, addresses(6));

        assertThat(handover.all().values().stream().filter(Sent.class::isInstance))
                .hasSize(2);
        assertThat(handover.all().values().stream().filter(o -> o instanceof NotNow notNow && notNow.everybody()))
                .hasSize(4);
        assertThat(server.connections).hasValue(2);
    }

    @Test
    void droppingEveryNewConnectionWithoutAWord_isForEverybody() {
        server.answering(c -> c.verb().equals("MAIL") ? ScriptedSmtpServer.DROP : null);

        RecordedHandover handover = send(1, ADA, BOB);

        assertThat(handover.all().values())
                .hasSize(2)
                .allMatch(outcome -> outcome instanceof NotNow notNow
                        && notNow.everybody()
                        && notNow.after().equals(Duration.ofSeconds(5)));
        assertThat(server.connections).hasValue(1);
    }

    @Test
    void relayThatIsOutOfStep_isSaidNothingMoreOnThatConnection() {
        server.answering(c -> c.verb().equals("DATA") && c.connection() == 1 ? "250 2.0.0 of something else" : null);

        RecordedHandover handover = send(1, ADA, BOB);

        assertThat(handover.of(ADA)).isInstanceOf(NotNow.class);
        assertThat(handover.of(BOB)).isInstanceOf(Sent.class);
        assertThat(server.connections).hasValue(2);
    }

    @Test
    void closingAtTheEndOfALaterMessage_isForThatOneAlone() {
        server.answering(c -> c.verb().equals("END") && c.message() == 2 ? "421 4.3.2 enough of you" : null);

        RecordedHandover handover = send(1, addresses(3));

        assertThat(handover.of("reader1@example.org")).isEqualTo(new NotNow("421 4.3.2 enough of you", Duration.ZERO));
        assertThat(handover.of("reader2@example.org")).isInstanceOf(Sent.class);
    }

    @Test
    void closingANewConnection_forTheSakeOfOneReader_isForThatOneAlone() {
        server.answering(c -> c.verb().equals("RCPT") && c.line().contains(ADA)
                ? "421 4.2.1 The user you are trying to contact is receiving mail too quickly"
                : null);

        RecordedHandover handover = send(1, ADA, BOB);

        assertThat(((NotNow) handover.of(ADA)).everybody()).isFalse();
        assertThat(handover.of(BOB)).isInstanceOf(Sent.class);
    }

    @Test
    void rateOfOneMailbox_isForThatReaderAlone_andOfUsForEverybody() {
        server.answering(c -> !c.verb().equals("RCPT")
                ? null
                : c.line().contains(ADA)
                        ? "450 4.2.1 The user you are trying to contact is receiving mail too quickly"
                        : c.line().contains(BOB) ? "450 4.7.28 unusual rate of mail from you" : null);

        RecordedHandover handover = send(1, ADA, "zoe@example.org", BOB, "cy@example.org");

        assertThat(((NotNow) handover.of(ADA)).everybody()).isFalse();
        assertThat(handover.of("zoe@example.org")).isInstanceOf(Sent.class);
        assertThat(((NotNow) handover.of(BOB)).everybody()).isTrue();
        assertThat(handover.of("cy@example.org")).isEqualTo(handover.of(BOB));
        assertThat(server.commands).noneMatch(command -> command.contains("cy@example.org"));
    }

    @Test
    void busyRelay_atTheSender_isForEverybody_afterOneTry() {
        server.answering(c -> c.verb().equals("MAIL") ? "452 4.3.1 Insufficient system storage" : null);

        RecordedHandover handover = send(1, ADA, BOB);

        assertThat(handover.of(BOB))
                .isEqualTo(new NotNow("452 4.3.1 Insufficient system storage", Duration.ofSeconds(5), true));
        assertThat(server.commands).filteredOn(c -> c.startsWith("MAIL")).hasSize(1);
    }

    @Test
    void policyAboutUs_stopsEverything_afterOneTry() {
        server.answering(c -> c.verb().equals("END") ? "550 5.7.26 no SPF, no DKIM" : null);

        RecordedHandover handover = send(1, ADA, BOB);

        assertThat(handover.of(ADA)).isEqualTo(new Stopped("smtp-policy", "550 5.7.26 no SPF, no DKIM"));
        assertThat(handover.of(BOB)).isEqualTo(handover.of(ADA));
        assertThat(server.received).hasSize(1);
    }

    @Test
    void connectionLost_beforeTheMark_isNotNow() {
        server.answering(c -> c.verb().equals("RCPT") ? ScriptedSmtpServer.DROP : null);

        RecordedHandover handover = send(1, ADA);

        assertThat(handover.of(ADA)).isInstanceOf(NotNow.class);
        assertThat(handover.marks).isEmpty();
    }

    @Test
    void connectionLost_whileIdle_costsNobodyAnything() {
        server.answering(c -> c.connection() == 1 && c.message() == 2 ? ScriptedSmtpServer.DROP : null);

        assertThat(send(1, ADA).of(ADA)).isInstanceOf(Sent.class);
        assertThat(send(1, BOB).of(BOB)).isInstanceOf(Sent.class);
        assertThat(server.recipients()).containsExactly(ADA, BOB);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONTENT", "END"})
    void connectionLost_afterTheMark_isInDoubt_andOnlyThatOne(String where) {
        server.answering(c -> c.verb().equals(where) && c.connection() == 1 ? ScriptedSmtpServer.DROP : null);

        RecordedHandover handover = send(1, ADA, BOB);

        assertThat(handover.of(ADA)).isInstanceOf(InDoubt.class);
        assertThat(handover.of(BOB)).isInstanceOf(Sent.class);
    }

    @Test
    void noAnswerToTheDot_isInDoubt() {
        server.answering(c -> c.verb().equals("END") ? ScriptedSmtpServer.SILENCE : null);
        impatient(Duration.ofSeconds(2));

        RecordedHandover handover = send(1, ADA);

        assertThat(handover.of(ADA)).isInstanceOf(InDoubt.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GREETING", "EHLO", "MAIL", "DATA"})
    void noAnswerBefore_isNotNow(String verb) {
        server.answering(c -> c.verb().equals(verb) ? ScriptedSmtpServer.SILENCE : null);
        impatient(Duration.ofMillis(700));

        RecordedHandover handover = send(1, ADA);

        assertThat(handover.of(ADA)).isInstanceOf(NotNow.class);
        assertThat(handover.marks).isEmpty();
    }

    @Test
    void nobodyListening_isNotNowForAll_withLongerAndLongerWaits() throws IOException {
        int port;
        try (ServerSocket gone = new ServerSocket(0)) {
            port = gone.getLocalPort();
        }
        transport = transport(new Config(port, Optional.empty(), MailConfig.Tls.NONE, 1), null);

        RecordedHandover first = send(1, ADA, BOB);
        RecordedHandover second = send(1, ADA);

        assertThat(((NotNow) first.of(ADA)).after()).isEqualTo(Duration.ofSeconds(5));
        assertThat(first.of(BOB)).isEqualTo(first.of(ADA));
        assertThat(((NotNow) second.of(ADA)).after()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void senderRefused_stopsEverything_afterOneTry() {
        server.answering(c -> c.verb().equals("MAIL") ? "550 5.7.1 sender not allowed" : null);

        RecordedHandover handover = send(1, ADA, BOB);

        assertThat(handover.of(ADA)).isEqualTo(new Stopped("smtp-sender", "550 5.7.1 sender not allowed"));
        assertThat(handover.of(BOB)).isEqualTo(handover.of(ADA));
        assertThat(server.commands).filteredOn(c -> c.startsWith("MAIL")).hasSize(1);
    }

    @Test
    void severalConnections_haveSeveralMessagesInHand() throws Exception {
        CountDownLatch three = new CountDownLatch(3);
        server.atTheDot(to -> {
            three.countDown();
            try {
                three.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        RecordedHandover handover = send(3, addresses(30));

        assertThat(three.getCount()).isZero();
        assertThat(handover.all().values()).hasSize(30).allMatch(Sent.class::isInstance);
        assertThat(server.recipients()).containsExactlyInAnyOrder(addresses(30));
        assertThat(server.connections).hasValue(3);
    }

    @Test
    void startTls_withATrustedCertificate_encryptsWhatFollows() throws Exception {
        SSLContext tls = certificate.context();
        server.offering("STARTTLS", "PIPELINING", "AUTH PLAIN LOGIN").withTls(tls);
        transport = transport(new Config(server.port(), Optional.of("apikey"), MailConfig.Tls.REQUIRED, 1), tls);

        assertThat(send(1, ADA).of(ADA)).isInstanceOf(Sent.class);
        assertThat(server.commands.subList(0, 3)).containsExactly("EHLO news.example", "STARTTLS", "EHLO news.example");
        assertThat(server.commands.get(3)).isEqualTo("AUTH PLAIN AGFwaWtleQBzZWNyZXQ=");
    }

    @Test
    void startTls_withACertificateNobodyVouchesFor_stops() throws Exception {
        server.offering("STARTTLS").withTls(certificate.context());
        transport = transport(new Config(server.port(), Optional.of("apikey"), MailConfig.Tls.REQUIRED, 1), null);

        assertThat(((Stopped) send(1, ADA).of(ADA)).code()).isEqualTo("smtp-tls");
        assertThat(server.commands).noneMatch(command -> command.startsWith("AUTH"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void implicitTls_needsACertificateSomebodyVouchesFor(boolean trusted) throws Exception {
        SSLContext tls = certificate.context();
        server.withImplicitTls(tls);
        transport = transport(
                new Config(server.port(), Optional.empty(), MailConfig.Tls.IMPLICIT, 1), trusted ? tls : null);

        Outcome outcome = send(1, ADA).of(ADA);

        if (trusted) {
            assertThat(outcome).isInstanceOf(Sent.class);
        } else {
            assertThat(((Stopped) outcome).code()).isEqualTo("smtp-tls");
            assertThat(server.commands).isEmpty();
        }
    }

    @Test
    void startTls_withACertificateForAnotherHost_stops() throws Exception {
        SSLContext tls = certificate.context();
        server.offering("STARTTLS").withTls(tls);
        Config config = new Config(server.port(), Optional.empty(), MailConfig.Tls.REQUIRED, 1) {
            @Override
            public Optional<String> host() {
                return Optional.of("127.0.0.1");
            }
        };
        transport = transport(config, tls);

        assertThat(((Stopped) send(1, ADA).of(ADA)).code()).isEqualTo("smtp-tls");
        assertThat(server.received).isEmpty();
    }

    @Test
    void startTls_notOffered_sendsNothingInTheClear() {
        transport = transport(new Config(server.port(), Optional.of("apikey"), MailConfig.Tls.REQUIRED, 1), null);

        assertThat(((Stopped) send(1, ADA).of(ADA)).code()).isEqualTo("smtp-tls");
        assertThat(server.commands).containsExactly("EHLO news.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "LOGIN"})
    void wrongPassword_stops(String mechanism) {
        server.offering("AUTH " + mechanism).answering(c -> c.verb().equals("AUTH") ? "535 5.7.8 no, " + ADA : null);
        transport = transport(new Config(server.port(), Optional.of("apikey"), MailConfig.Tls.NONE, 1), null);

        RecordedHandover handover = send(1, ADA, BOB);

        assertThat(handover.of(BOB)).isEqualTo(new Stopped("smtp-auth", "535 5.7.8 no, <address>"));
    }

    @Test
    void addressOfOtherLetters_goesOnlyWhereTheRelayTakesIt() {
        assertThat(send(1, "zoë@example.org").of("zoë@example.org")).isInstanceOf(Failed.class);
        assertThat(server.received).isEmpty();

        server.offering("SMTPUTF8", "8BITMIME", "PIPELINING");
        transport().close();
        transport = null;
        assertThat(send(1, "zoë@example.org").of("zoë@example.org")).isInstanceOf(Sent.class);
        assertThat(server.commands).contains("MAIL FROM:<weekly@news.example> SMTPUTF8", "RCPT TO:<zoë@example.org>");
    }

    @ParameterizedTest
    @CsvSource({
        "redaktion@bücher.example, , false",
        "zoë@news.example, , true",
        "weekly@news.example, zoë@news.example, true"
    })
    void senderOfOtherLetters_stopsWhereTheRelayDoesNotTakeThem(
            String from, @Nullable String replyTo, boolean needsThem) throws Exception {
        Message plain = Mails.message();
        Message message = new Message(
                new Mailbox("The Weekly", from),
                replyTo == null ? null : new Mailbox(null, replyTo),
                plain.subject(),
                plain.html(),
                plain.text(),
                plain.headers(),
                plain.tags());
        List<Recipient> recipients = List.of(Mails.recipient(ADA), Mails.recipient(BOB));

        RecordedHandover refused = new RecordedHandover();
        transport().send(message, recipients, refused);
        if (needsThem) {
            assertThat(((Stopped) refused.of(ADA)).code()).isEqualTo("message-unfit");
            assertThat(refused.of(BOB)).isEqualTo(refused.of(ADA));
            assertThat(server.received).isEmpty();
        } else {
            assertThat(refused.of(ADA)).isInstanceOf(Sent.class);
        }

        server.offering("SMTPUTF8", "8BITMIME", "PIPELINING");
        transport().close();
        transport = null;
        RecordedHandover taken = new RecordedHandover();
        transport().send(message, recipients, taken);
        assertThat(taken.of(ADA)).isInstanceOf(Sent.class);
        assertThat(server.commands.stream().anyMatch(c -> c.startsWith("MAIL") && c.endsWith(" SMTPUTF8")))
                .isEqualTo(needsThem);
    }

    @Test
    void takesAnyLetters_asTheRelaySays_andNotWhereItIsAway() {
        assertThat(transport().takesAnyLetters()).isFalse();

        server.offering("SMTPUTF8", "8BITMIME");
        transport().close();
        transport = null;
        assertThat(transport().takesAnyLetters()).isTrue();

        server.close();
        assertThat(transport().takesAnyLetters()).isTrue(); // known, and not asked again for a while
        transport().close();
        transport = null;
        assertThat(transport().takesAnyLetters()).isFalse();
    }

    @Test
    void addressThatBreaksACommand_isFailed_andTheOthersGo() {
        RecordedHandover handover = send(1, "a> x@example.org", BOB);

        assertThat(handover.of("a> x@example.org")).isInstanceOf(Failed.class);
        assertThat(handover.of(BOB)).isInstanceOf(Sent.class);
    }

    @Test
    void returnPath_namesTheDeliveryInTheEnvelope_andNotInTheMail() throws Exception {
        Config config = new Config(server.port(), Optional.empty(), MailConfig.Tls.NONE, 1);
        ReturnPath own = new ReturnPath(Optional.of("bounces@mail.example"), id -> "sealed" + id.length());
        transport = new SmtpTransport(
                config, null, own, "news.example", Clock.systemUTC(), null, SmtpConnection.Timeouts.USUAL);

        send(1, ADA, BOB);

        assertThat(server.received.get(0).from())
                .isEqualTo(own.of(Mails.recipient(ADA).id(), "weekly@news.example"));
        assertThat(server.received.get(1).from())
                .isEqualTo(own.of(Mails.recipient(BOB).id(), "weekly@news.example"));
        assertThat(Mails.parse(server.received.get(1).text()).getFrom()[0].toString())
                .contains("weekly@news.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "99 no", "2500 no", "250", "250-"})
    void greetingThatIsNotSmtp_isNotNow(String greeting) {
        server.answering(c -> c.verb().equals("GREETING") ? greeting : null);
        impatient(Duration.ofSeconds(1));

        Outcome outcome = send(1, ADA).of(ADA);

        assertThat(outcome).isInstanceOf(greeting.equals("250") ? Sent.class : NotNow.class);
    }

    @Test
    void noHostConfigured_isSaidWhenUsed_notBefore() {
        Config config = new Config(25, Optional.empty(), MailConfig.Tls.NONE, 1) {
            @Override
            public Optional<String> host() {
                return Optional.empty();
            }
        };
        transport = transport(config, null);

        assertThat(((Stopped) send(1, ADA).of(ADA)).code()).isEqualTo("smtp-unconfigured");
    }

    private static String[] addresses(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "reader" + i + "@example.org")
                .toArray(String[]::new);
    }

    private RecordedHandover send(int connections, String... to) {
        return send(new RecordedHandover(), connections, to);
    }

    private RecordedHandover send(RecordedHandover handover, int connections, String... to) {
        transport(connections)
                .send(
                        Mails.message(),
                        List.of(to).stream().map(Mails::recipient).toList(),
                        handover);
        return handover;
    }

    private SmtpTransport transport() {
        return transport(1);
    }

    private SmtpTransport transport(int connections) {
        if (transport == null) {
            transport = transport(new Config(server.port(), Optional.empty(), MailConfig.Tls.NONE, connections), null);
        }
        return transport;
    }

    static SmtpTransport transport(MailConfig.Smtp config, @Nullable SSLContext tls) {
        return transport(config, tls, Duration.ofSeconds(20));
    }

    private static SmtpTransport transport(MailConfig.Smtp config, @Nullable SSLContext tls, Duration patience) {
        var timeouts = new SmtpConnection.Timeouts(patience, patience, patience);
        return new SmtpTransport(config, null, NO_RETURN_PATH, "news.example", Clock.systemUTC(), tls, timeouts);
    }

    private void impatient(Duration patience) {
        transport = transport(new Config(server.port(), Optional.empty(), MailConfig.Tls.NONE, 1), null, patience);
    }

    static class Config implements MailConfig.Smtp {
        private final int port;
        private final Optional<String> username;
        private final MailConfig.Tls tls;
        private final int connections;

        Config(int port, Optional<String> username, MailConfig.Tls tls, int connections) {
            this.port = port;
            this.username = username;
            this.tls = tls;
            this.connections = connections;
        }

        @Override
        public Optional<String> host() {
            return Optional.of("localhost");
        }

        @Override
        public int port() {
            return port;
        }

        @Override
        public Optional<String> username() {
            return username;
        }

        @Override
        public Optional<String> password() {
            return Optional.of("secret");
        }

        @Override
        public Optional<String> returnPath() {
            return Optional.empty();
        }

        @Override
        public MailConfig.Tls tls() {
            return tls;
        }

        @Override
        public int connections() {
            return connections;
        }
    }
}
