package dev.broadsheet.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.mail.SmtpReplies.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmtpRepliesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // accepted
                "END  | 250 | 2.0.0 Ok: queued as 4XyZ12AbCd                                        | Sent 4XyZ12AbCd",
                "END  | 250 | OK id=1uXyZ1-000abc-2F                                                | Sent 1uXyZ1-000abc-2F",
                "END  | 250 | Ok 0102018f0aee-7c1a-4f2e-b9d1-000000                                  | Sent 0102018f0aee-7c1a-4f2e-b9d1-000000",
                "END  | 250 | 2.0.0 OK                                                              | Sent null",
                // for now
                "RCPT | 421 | 4.3.0 Temporary System Problem. Try again later                       | NotNow PT0S",
                "MAIL | 421 | 4.7.0 Our system has detected an unusual rate of unsolicited mail      | NotNow PT15M everybody",
                "END  | 421 | 4.7.28 limit on the number of messages with the same Message-ID        | NotNow PT15M everybody",
                "RCPT | 450 | 4.2.1 The user you are trying to contact is receiving mail too quickly | NotNow PT15M",
                "MAIL | 421 | [TS01] Messages from 192.0.2.1 temporarily deferred                    | NotNow PT15M everybody",
                "RCPT | 450 | 4.7.1 Greylisted, see http://postgrey.example                         | NotNow PT5M",
                "RCPT | 451 | Greylisting in action, please come back later                         | NotNow PT5M",
                "RCPT | 451 | 4.7.24 SPF temporary error: DNS timeout                                 | NotNow PT0S",
                "MAIL | 451 | 4.3.0 Temporary lookup failure                                        | NotNow PT0S everybody",
                "MAIL | 452 | 4.3.1 Insufficient system storage                                     | NotNow PT0S everybody",
                "RCPT | 450 | 4.1.1 Address not verified: host mx said: receiving mail too quickly   | NotNow PT15M",
                "RCPT | 450 | The user you are trying to contact is receiving mail too quickly      | NotNow PT15M",
                "END  | 451 | 4.2.0 The recipient's rate limit is exceeded                          | NotNow PT15M",
                "RCPT | 450 | 4.7.1 Error: too many messages from 192.0.2.1                          | NotNow PT15M everybody",
                "END  | 454 | Throttling failure: Maximum sending rate exceeded                     | NotNow PT15M everybody",
                "END  | 450 | 4.7.28 Our system has detected a flood of mail                         | NotNow PT15M everybody",
                "RCPT | 452 | 4.2.2 The recipient's inbox is out of storage space                    | NotNow PT1H",
                "RCPT | 452 | 4.5.3 Too many recipients                                             | NotNow PT0S",
                "RCPT | 450 | 5.1.1 User unknown, says a 450                                        | NotNow PT0S",
                "RCPT | 450 | 4.1.1 User unknown in local recipient table                           | NotNow PT0S",
                "RCPT | 554 | 4.4.7 Message expired                                                 | NotNow PT0S",
                "DATA | 451 | 4.3.0 Error: queue file write error                                   | NotNow PT0S",
                "CONNECT | 421 | 4.3.2 Too many connections                                         | NotNow PT15M everybody",
                "CONNECT | 450 | 4.3.2 Service not available                                        | NotNow PT0S everybody",
                "AUTH | 454 | 4.7.0 Temporary authentication failure                                | NotNow PT0S everybody",
                "RCPT | 550 | 5.2.1 The user is receiving mail at a rate that prevents delivery      | NotNow PT15M",
                // dead
                "RCPT | 550 | 5.1.1 The email account that you tried to reach does not exist         | Bounced",
                "END  | 550 | 5.1.1 <ada@example.org>: user unknown                                 | Bounced",
                "RCPT | 550 | 5.1.2 Bad destination system                                          | Bounced",
                "RCPT | 501 | 5.1.3 Bad recipient address syntax                                    | Bounced",
                "RCPT | 553 | 5.1.3 The recipient address is not a valid RFC-5321 address            | Bounced",
                "RCPT | 550 | 5.1.10 RESOLVER.ADR.RecipientNotFound                                 | Bounced",
                "RCPT | 556 | 5.1.10 The domain takes no mail (null MX)                             | Bounced",
                "RCPT | 551 | User not local; please try elsewhere                                  | Bounced",
                "RCPT | 551 | 5.1.6 The user has moved                                              | Bounced",
                "RCPT | 555 | 5.1.3 Bad recipient address syntax                                    | Bounced",
                "RCPT | 550 | 5.4.4 Unable to route: domain not found                               | Bounced",
                "RCPT | 550 | 5.2.1 The email account that you tried to reach is inactive            | Bounced",
                "RCPT | 552 | 5.2.2 The inbox is out of storage space and inactive                  | Bounced",
                "RCPT | 550 | No such user here                                                     | Bounced",
                "RCPT | 550 | Unknown recipient                                                     | Bounced",
                "END  | 554 | delivery error: dd This user doesn't have a yahoo.com account           | Bounced",
                "RCPT | 550 | 5.5.0 Requested action not taken: mailbox not found                   | Bounced",
                // refused for good, the address may live
                "RCPT | 552 | 5.2.2 Mailbox over quota                                              | Failed",
                "END  | 552 | 5.3.4 Message exceeds the size limit                                  | Failed",
                "END  | 550 | 5.1.3 Bad address in a header                                         | Failed",
                "RCPT | 550 | 5.4.1 Recipient address rejected: Access denied                       | Failed",
                "END  | 554 | 5.4.6 Too many hops                                                   | Failed",
                "RCPT | 550 | 5.7.1 Service unavailable; client host blocked using Spamhaus          | Failed",
                "RCPT | 550 | 5.7.1 user unknown, says a policy                                     | Failed",
                "RCPT | 551 | 5.7.1 We do not relay                                                 | Failed",
                "RCPT | 551 | Refused by policy                                                     | Failed",
                "RCPT | 556 | 5.7.1 Refused                                                         | Failed",
                "END  | 554 | 5.6.0 Message content rejected                                        | Failed",
                "END  | 554 | Transaction failed                                                    | Failed",
                "RCPT | 554 | Message rejected as spam, no such user will be told                   | Failed",
                "RCPT | 550 | Requested action not taken: mailbox unavailable                       | Failed",
                "RCPT | 550 | No such user has room: mailbox full                                   | Failed",
                "MAIL | 552 | 5.3.4 Message size exceeds fixed limit                                | Failed",
                // nothing goes before an operator acts
                "AUTH | 535 | 5.7.8 Error: authentication failed                                    | Stopped smtp-auth",
                "AUTH | 504 | 5.5.4 Unrecognized authentication type                                | Stopped smtp-auth",
                "MAIL | 530 | 5.7.0 Must issue a STARTTLS command first                             | Stopped smtp-auth",
                "RCPT | 530 | Authentication required                                               | Stopped smtp-auth",
                "MAIL | 538 | 5.7.11 Encryption required for requested mechanism                    | Stopped smtp-auth",
                "AUTH | 451 | Authentication failed: Maximum credits exceeded                       | Stopped smtp-credits",
                "MAIL | 550 | Unauthenticated senders not allowed                                   | Stopped smtp-sender",
                "MAIL | 553 | 5.1.8 Sender address rejected: domain not found                       | Stopped smtp-sender",
                "MAIL | 501 | 5.5.4 Syntax error in parameters                                      | Stopped smtp-protocol",
                "RCPT | 503 | 5.5.1 Bad sequence of commands                                        | Stopped smtp-protocol",
                "RCPT | 555 | 5.5.4 Unsupported option                                              | Stopped smtp-protocol",
                "RCPT | 550 | 5.1.8 Sender address rejected: domain not found                       | Stopped smtp-sender",
                "RCPT | 450 | 4.1.8 Sender address rejected: domain not found                       | NotNow PT0S",
                "CONNECT | 554 | No SMTP service here                                               | Stopped smtp-refused",
            })
    void reply_inItsPhase_meansThis(Phase phase, int code, String text, String meaning) {
        Outcome outcome = SmtpReplies.outcome(phase, SmtpReply.of(code, List.of(text)));

        assertThat(inShort(outcome)).isEqualTo(meaning);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "421 | 4.7.26 Your email has been rate limited because it is unauthenticated",
                "450 | 4.7.25 Client host rejected: cannot find your hostname",
                "451 | 4.7.24 The SPF record of the sending domain has suspicious entries",
                "421 | 4.7.29 The message was not sent over a TLS connection",
                "421 | 4.7.40 The sending domain has no DMARC record",
                "550 | 5.7.25 The sending IP address does not have a PTR record",
                "550 | 5.7.26 Unauthenticated mail is not accepted",
                "550 | 5.7.27 SPF did not pass",
                "550 | 5.7.30 DKIM did not pass",
                "550 | 5.7.40 The sending domain has no DMARC record",
                "550 | 5.7.515 Access denied, sending domain does not meet the level",
            })
    void policyAboutUs_stopsInEveryPhase(int code, String text) {
        for (Phase phase : List.of(Phase.CONNECT, Phase.MAIL, Phase.RCPT, Phase.DATA, Phase.END)) {
            assertThat(inShort(SmtpReplies.outcome(phase, SmtpReply.of(code, List.of(text)))))
                    .isEqualTo("Stopped smtp-policy");
        }
    }

    @Test
    void reason_holdsTheCodesOnce_andNoAddress() {
        SmtpReply reply = SmtpReply.of(
                550,
                List.of("5.1.1 <ada@example.org>: Recipient address rejected:", "5.1.1 see https://help.example/1"));

        assertThat(reply.reason())
                .isEqualTo("550 5.1.1 <address>: Recipient address rejected: see https://help.example/1");
    }

    @Test
    void positiveReply_whereAnotherIsDue_isNeverSent() {
        assertThat(SmtpReplies.outcome(Phase.END, SmtpReply.of(354, List.of("go on"))))
                .isEqualTo(new Outcome.InDoubt("out of step: 354 go on"));
        assertThat(SmtpReplies.outcome(Phase.DATA, SmtpReply.of(250, List.of("ok"))))
                .isInstanceOf(Outcome.NotNow.class);
    }

    private static String inShort(Outcome outcome) {
        if (outcome instanceof Outcome.Sent sent) {
            return "Sent " + sent.providerMessageId();
        }
        if (outcome instanceof Outcome.NotNow notNow) {
            return "NotNow " + notNow.after() + (notNow.everybody() ? " everybody" : "");
        }
        if (outcome instanceof Outcome.Stopped stopped) {
            return "Stopped " + stopped.code();
        }
        return outcome.getClass().getSimpleName();
    }
}
