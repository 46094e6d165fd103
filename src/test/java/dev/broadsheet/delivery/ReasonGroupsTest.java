package dev.broadsheet.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.delivery.CampaignReport.OtherReasons;
import dev.broadsheet.delivery.CampaignReport.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReasonGroupsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // codes stay, wherever they stand
                "550 5.1.1 <address>: User unknown                   | 550 5.1.1 <address>: User unknown",
                "not yet: 451 4.7.1 Greylisted for 300 seconds       | not yet: 451 4.7.1 Greylisted for … seconds",
                "550 Sorry, no mailbox here by that name. (#5.1.1)   | 550 Sorry, no mailbox here by that name. (#5.1.1)",
                "500 unknown recipient                               | 500 unknown recipient",
                "550 5.2.1 Gateway said: 554 5.7.1 no                | 550 5.2.1 Gateway said: 554 5.7.1 no",
                // what tells one message, machine or sender from another goes
                "452 4.2.2 Over quota. https://support.example.com/mail/?p=Over 5b1f17b1804b1-431.45 - gsmtp"
                        + " | 452 4.2.2 Over quota. … - gsmtp",
                "550 5.7.1 [203.0.113.7 12] Our system has detected | 550 5.7.1 […] Our system has detected",
                "550 5.7.1 [2001:db8::1 12] Our system has detected | 550 5.7.1 […] Our system has detected",
                "450 4.1.1 refused (in reply to mx03.mail.example.org) | 450 4.1.1 refused (in reply to …)",
                "421 4.3.2 4XyZ5k1TzQz9sK busy                       | 421 4.3.2 … busy",
                "421 4.3.2 DEADBEEF busy                             | 421 4.3.2 … busy",
                "550 5.1.1 jane.doe is not known                     | 550 5.1.1 … is not known",
                "421 4.7.0 4.16.55.1 at 2026-11-18T10:00:00Z, wait   | 421 4.7.0 … at …, wait",
                "550   5.1.1  a    b                                 | 550 5.1.1 a b",
                "554 5.7.1 costs $5 \\ more                          | 554 5.7.1 costs $… \\ more",
                // who blocks, and by which policy, is what one wants to know
                "554 5.7.1 Client host [203.0.113.7] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/7"
                        + " | 554 5.7.1 Client host […] blocked using zen.spamhaus.org; …",
                "421 4.7.0 [TSS04] Messages from 203.0.113.7 deferred | 421 4.7.0 [TSS04] Messages from … deferred",
                "550 5.7.1 messages from […] weren't sent (S3150)    | 550 5.7.1 messages from […] weren't sent (S3150)",
            })
    void alike_keepsCodesAndWords_withoutIdsNumbersAndHosts(String words, String alike) {
        assertThat(ReasonGroups.alike(words)).isEqualTo(alike);
        assertThat(ReasonGroups.alike(alike)).as("again").isEqualTo(alike);
    }

    @Test
    void alike_ofLongWords_isCutBetweenCharacters() {
        assertThat(ReasonGroups.alike("a" + "\uD83D\uDE00".repeat(200))).isEqualTo("a" + "\uD83D\uDE00".repeat(99));
    }

    @Test
    void alike_ofTheWorstWords_isQuick() {
        long begun = System.nanoTime();
        for (String part : new String[] {"a", "a.", "a-", "[A", "using ", "5.", "A", ":", "… "}) {
            ReasonGroups.alike(part.repeat(500 / part.length()));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void reasons_putTogetherWhatSaysTheSame_andShowTheMostFrequentWords() {
        ReasonGroups groups = new ReasonGroups();
        groups.add(DeliveryState.BOUNCED, "HARD", "550 5.1.1 No such user, id a1", 7);
        groups.add(DeliveryState.FAILED, null, null, 6);
        groups.add(DeliveryState.BOUNCED, "HARD", "550 5.1.1 No such user, id b2", 3);
        groups.add(DeliveryState.BOUNCED, "SOFT", "550 5.1.1 No such user, id a1", 2);
        groups.add(DeliveryState.BOUNCED, "HARD", "550 5.2.1 No such user, id a1", 1);

        CampaignReport.Reasons reasons = groups.reasons(1);

        assertThat(reasons.items())
                .containsExactly(
                        new Reason(DeliveryState.BOUNCED, "HARD", "550 5.1.1 No such user, id a1", 10),
                        new Reason(DeliveryState.FAILED, null, null, 6),
                        new Reason(DeliveryState.BOUNCED, "SOFT", "550 5.1.1 No such user, id a1", 2),
                        new Reason(DeliveryState.BOUNCED, "HARD", "550 5.2.1 No such user, id a1", 1));
        assertThat(reasons.rest()).isEmpty();
    }

    @Test
    void reasons_thatFewShare_areNotToldApart() {
        ReasonGroups groups = new ReasonGroups();
        groups.add(DeliveryState.BOUNCED, "HARD", "550 5.1.1 No such user at mx.one.example", 4);
        groups.add(DeliveryState.BOUNCED, "SOFT", "452 4.2.2 Full at mx.one.example", 4);
        groups.add(DeliveryState.BOUNCED, "HARD", "550 5.1.1 No such user at mx.two.example", 1);
        groups.add(DeliveryState.BOUNCED, "SOFT", "450 4.0.0 Ask Jane", 1);

        CampaignReport.Reasons reasons = groups.reasons(5);

        assertThat(reasons.items())
                .containsExactly(new Reason(DeliveryState.BOUNCED, "HARD", "550 5.1.1 No such user at …", 5));
        assertThat(reasons.rest()).containsExactly(new OtherReasons(DeliveryState.BOUNCED, "SOFT", 5));
    }

    @Test
    void reasons_ofMoreKindsThanAreKept_areInTheRest() {
        ReasonGroups groups = new ReasonGroups();
        for (int i = 0; i < 20_000; i++) {
            groups.add(
                    DeliveryState.BOUNCED,
                    "HARD",
                    "550 5.1.1 " + Integer.toString(i, 2).replace('0', 'n').replace('1', 'y'),
                    2);
        }

        CampaignReport.Reasons reasons = groups.reasons(1);

        assertThat(reasons.items()).hasSize(50);
        assertThat(reasons.rest()).containsExactly(new OtherReasons(DeliveryState.BOUNCED, "HARD", 2 * (20_000 - 50)));
    }
}
