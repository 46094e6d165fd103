package dev.broadsheet.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.broadsheet.feedback.BounceIntake.Taken;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BounceMailsTest {

    private static final Instant AT = Instant.parse("2026-11-26T07:00:00Z");

    private final Bounces.Recorded feedback = new Bounces.Recorded();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final BounceIntake intake = Bounces.intake(feedback, metrics);

    /** The event's id tells whose it is and what. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postfix-hard             | bounce-12-345-hard       | 550 5.1.1 <address>: Recipient address rejected: User unknown in virtual mailbox table (in reply to RCPT TO command)",
                "postfix-hard-no-domain   | bounce-12-345-hard       | 550 5.4.4 Host or domain name not found. Name service error for name=reader.example type=AAAA: Host not found",
                "postfix-soft-mailbox-full| bounce-12-345-soft       | 552 5.2.2 <address>: Mailbox is full / Blocks limit exceeded (in reply to end of DATA command)",
                "postfix-soft-expired     | bounce-12-345-soft       | 450 4.4.1 connect to mx.reader.example[203.0.113.5]:25: Connection timed out",
                "postfix-blocked-spamhaus | bounce-12-345-blocked    | 554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.10 (in reply to RCPT TO command)",
                "postfix-broken-mime      | bounce-12-345-hard       | 550 5.1.1 <address>: User unknown",
                "alias-one-of-two-dead    | bounce-12-345-soft       | 550 5.1.1 User unknown",
                "single-mail              | bounce-mail-77-hard      | 550 5.1.1 <address>: User unknown",
                "exchange-online-hard     | bounce-12-345-hard       | 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient <address> not found by SMTP address lookup",
                "exchange-online-remote   | bounce-12-345-hard       | 550 5.1.1 <address>: user unknown",
                "exchange-online-edge     | bounce-12-345-soft       | 550 5.4.1 Recipient address rejected: Access denied. [AM0PR01MB1234.eurprd01.prod.exchangelabs.example 2026-11-26T07:00:07.123Z 08DE1234]",
                "exchange-on-premise      | bounce-12-345-hard       | 550 5.1.1 RESOLVER.ADR.RecipNotFound; not found",
                "gmail-hard               | bounce-12-345-hard       | 550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos or unnecessary spaces. For more information, go to https://support.mail.example/?p=NoSuchUser a1-20020aab1234 - gsmtp",
                "gmail-over-quota         | bounce-12-345-soft       | 552 5.2.2 The recipient's inbox is out of storage space. https://support.mail.example/?p=OverQuotaPerm a1-20020aab1234 - gsmtp",
                "gmail-policy             | bounce-12-345-blocked    | 550 5.7.1 [192.0.2.10 12] Gmail has detected that this message is likely unsolicited mail. To reduce the amount of spam sent to Gmail, this message has been blocked. For more information, go to https://support.mail.example/?p=UnsolicitedMessageError a1-20020aab1234 - gsmtp",
                "qmail-hard               | bounce-12-345-hard       | 550 5.1.1 Sorry, no mailbox here by that name. (#5.1.1)",
                "qmail-too-long-in-queue  | bounce-12-345-soft       | 450 4.2.1 The mailbox is busy, try later Giving up on 203.0.113.5. I'm not going to try again; this message has been in the queue too long.",
                "exim-hard                | bounce-12-345-hard       | 550 5.0.0 User unknown",
                "exim-old-hard            | bounce-12-345-hard       | 550 No such user here",
                "yahoo-abuse              | bounce-12-345-complained | feedback report: abuse",
                "arf-redacted-fraud       | bounce-12-345-complained | feedback report: fraud",
            })
    void mailAboutOneOfOurs_isTold(String name, String eventId, String reason) {
        for (byte[] octets : List.of(Bounces.sample(name), Bounces.octets(Bounces.text(name)))) {
            assertThat(intake.take(octets, Optional.empty(), AT)).isEqualTo(Taken.DONE);

            FeedbackEvent event = feedback.events.remove(0);
            assertThat(event.eventId()).isEqualTo(eventId);
            assertThat(event.reason()).isEqualTo(reason);
            assertThat(event.at()).isEqualTo(AT);
            assertThat(event.toString()).doesNotContain("ada").doesNotContain("@");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "postfix-delayed, DONE, delayed",
        "exim-old-warning, DONE, delayed",
        "postfix-delivered, DONE, delivered",
        "out-of-office, DONE, automatic",
        "out-of-office-plain, DONE, automatic",
        "list-auto-reply, DONE, automatic",
        "own-newsletter, DONE, automatic",
        "read-receipt, DONE, automatic",
        "arf-not-spam, DONE, not-spam",
        "arf-auth-failure, UNMATCHED, other",
        "a-persons-reply, UNMATCHED, other",
        "forged-seal, UNMATCHED, unmatched",
        "somebody-elses, UNMATCHED, unmatched",
    })
    void mailOfWhichNothingFollows_isOnlyCounted(String name, Taken taken, String outcome) {
        assertThat(intake.take(Bounces.sample(name), Optional.empty(), AT)).isEqualTo(taken);

        assertThat(feedback.events).isEmpty();
        assertThat(metrics.counter("broadsheet.feedback.bounce.mails", "outcome", outcome)
                        .count())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"postfix-hard", "gmail-hard", "exchange-online-hard", "qmail-hard", "exim-old-hard", "yahoo-abuse"})
    void whereNoReturnPathIsLeft_theMessageIdTells(String name) {
        String text = Bounces.text(name).replace(Bounces.RETURN_PATH, "bounces@mail.weekly.example");

        intake.take(Bounces.octets(text), Optional.empty(), AT);

        assertThat(feedback.events).singleElement().satisfies(event -> {
            assertThat(event.issueId()).isEqualTo(12);
            assertThat(event.deliveryId()).isEqualTo(345);
            assertThat(event.mailId()).isNull();
        });
    }

    @Test
    void whereNothingOfOursIsLeft_theEnvelopesRecipientTells() {
        intake.take(Bounces.sample("somebody-elses"), Optional.of(Bounces.SINGLE_RETURN_PATH), AT);

        assertThat(feedback.events).singleElement().satisfies(event -> {
            assertThat(event.mailId()).isEqualTo(77);
            assertThat(event.issueId()).isNull();
            assertThat(event.bounce()).isEqualTo(FeedbackEvent.Bounce.HARD);
        });
    }

    @Test
    void copyInBase64_isReadToo() {
        String text = Bounces.text("postfix-hard").replace(Bounces.RETURN_PATH, "bounces@mail.weekly.example");
        int from = text.indexOf("Return-Path: <bounces@mail", 100);
        int to = text.lastIndexOf("\n--");
        String copy = java.util.Base64.getMimeEncoder().encodeToString(Bounces.octets(text.substring(from, to)));
        String encoded =
                text.substring(0, from).replaceFirst("(?s)8bit\\s*$", "base64\n\n") + copy + text.substring(to);
        assertThat(encoded).doesNotContain(Bounces.MESSAGE_ID);

        intake.take(Bounces.octets(encoded), Optional.empty(), AT);

        assertThat(feedback.events).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("dev.broadsheet.feedback.Bounces#names")
    @Timeout(60)
    void mailCutOrGarbledAnywhere_neverThrows_andNeverNamesAnother(String name) {
        byte[] whole = Bounces.sample(name);
        Random random = new Random(name.hashCode());
        for (int i = 0; i < 200; i++) {
            byte[] garbled = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
            for (int j = 0; j < i % 20 && garbled.length > 0; j++) {
                garbled[random.nextInt(garbled.length)] = (byte) random.nextInt(256);
            }
            intake.take(garbled, Optional.empty(), AT);
        }
        assertThat(feedback.events.stream()
                        .map(event -> event.issueId() + "-" + event.deliveryId() + "-" + event.mailId())
                        .collect(Collectors.toSet()))
                .isSubsetOf("12-345-null", "null-null-77");
    }

    /** Each a megabyte that costs much more than that, read carelessly. */
    @Test
    @Timeout(20)
    void mailMadeToHurt_isReadInShortTime() {
        String report = "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n";
        List<String> mails = List.of(
                report + "--x\n\n".repeat(200_000),
                report + "--x\nContent-Type: message/delivery-status\n\n" + "a: b\n\n".repeat(170_000),
                report + "--x\nContent-Type: message/delivery-status\n\nDiagnostic-Code: smtp; "
                        + "5".repeat(1_000_000),
                "a:\n".repeat(350_000) + "\n",
                "To: " + "a".repeat(1_000_000) + "\n\n",
                "To: " + "a@".repeat(500_000) + "\n\n",
                "Subject: " + "=?utf-8?q?a?= ".repeat(70_000) + "\n\n",
                "From: mailer-daemon@x\n\n" + "a+1-2.".repeat(170_000),
                "From: mailer-daemon@x\n\n" + "550 ".repeat(250_000),
                "From: mailer-daemon@x\n\n" + "user ".repeat(200_000),
                "From: mailer-daemon@x\n\n" + "\n".repeat(1_000_000),
                "From: mailer-daemon@x\n\n" + "<".repeat(1_000_000),
                nested(2_000));
        for (String mail : mails) {
            assertThatCode(() -> intake.take(Bounces.octets(mail), Optional.empty(), AT))
                    .doesNotThrowAnyException();
        }
        assertThat(feedback.events).isEmpty();
    }

    private static String nested(int levels) {
        StringBuilder mail = new StringBuilder("Content-Type: multipart/mixed; boundary=b0\n\n");
        for (int i = 0; i < levels; i++) {
            mail.append("--b")
                    .append(i)
                    .append("\nContent-Type: multipart/mixed; boundary=b")
                    .append(i + 1)
                    .append("\n\n");
        }
        return mail.toString();
    }

    @Test
    void everySample_isInOneOfTheTables() throws Exception {
        long inTables = Arrays.stream(getClass().getDeclaredMethods())
                .filter(method -> method.getName().startsWith("mailAbout")
                        || method.getName().startsWith("mailOf"))
                .map(method -> method.getAnnotation(CsvSource.class))
                .mapToLong(table -> table.value().length)
                .sum();
        assertThat(Bounces.names().count()).isEqualTo(inTables);
    }
}
