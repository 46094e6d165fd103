package dev.broadsheet.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "5.1.1 | smtp; 550 5.1.1 user unknown                                         | DEAD",
                "5.1.1 | -                                                                    | DEAD",
                "5.0.0 | smtp; 550 No such user here                                          | DEAD",
                "5.0.0 | X-Unix; 550 5.1.6 moved                                              | DEAD",
                "5.1.3 | smtp; 501 5.1.3 bad syntax (in reply to RCPT TO command)             | DEAD",
                "5.1.3 | smtp; 550 5.1.3 bad header (in reply to end of DATA command)         | NOT_NOW",
                "5.2.1 | smtp; 550 5.2.1 The email account is disabled                        | DEAD",
                "5.2.1 | smtp; 550 5.2.1 The user is receiving mail at a rate that prevents   | NOT_NOW",
                "-     | Sorry, no mailbox here by that name. (#5.1.1)                        | DEAD",
                "5.4.6 | smtp; 554 5.4.6 too many hops                                        | NOT_NOW",
                "5.0.0 | smtp; 554 transaction failed                                         | NOT_NOW",
                "5.2.2 | smtp; 552 5.2.2 over quota                                           | NOT_NOW",
                "4.1.1 | smtp; 450 4.1.1 unverified address                                   | NOT_NOW",
                "4.4.7 | smtp; 550 4.4.7 QUEUE.Expired; message expired                       | NOT_NOW",
                "5.4.7 | smtp; 451 4.7.1 Greylisted, come back later                          | NOT_NOW",
                "5.7.1 | smtp; 550 5.7.1 rejected by policy, no such user                     | OURS",
                "5.0.0 | smtp; 554 Message rejected as spam                                   | OURS",
                "5.7.26| smtp; 550 5.7.26 unauthenticated                                     | OURS",
                "5.3.4 | smtp; 552 5.3.4 message too big                                      | OURS",
                "5.6.0 | smtp; 554 5.6.0 content rejected                                     | OURS",
                "5.1.8 | smtp; 550 5.1.8 Sender address rejected: domain not found            | OURS",
                "4.7.0 | smtp; 421 4.7.0 unusual rate of unsolicited mail                     | OURS",
                "5.0.350 | smtp;550 5.0.350 Remote server returned an error -> 550 5.1.1 x    | DEAD",
                "5.4.300 | smtp;550 5.4.300 Message expired -> 421 4.4.1 Connection timed out | NOT_NOW",
                "5.2.0 | smtp; 550 mailbox limit of 550 MB reached, quota                     | NOT_NOW",
            })
    void statusAndDiagnostic_meanThis(String status, String diagnostic, Refusal.Meaning meaning) {
        assertThat(Refusal.of(status, diagnostic == null ? "" : diagnostic).meaning())
                .isEqualTo(meaning);
    }

    @Test
    void wordsWithNumbers_areNoReply() {
        assertThat(Refusal.isIn("At most 500 of 550 MB are used; see 203.0.113.5 and version 5.1.1.2"))
                .isFalse();
        assertThat(Refusal.isIn("host mx said: 550 no")).isTrue();
        assertThat(Refusal.isIn("no mailbox (#5.1.1)")).isTrue();
    }
}
