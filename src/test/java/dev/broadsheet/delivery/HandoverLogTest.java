package dev.broadsheet.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.mail.Outcome;
import dev.broadsheet.mail.Recipient;
import io.agroal.api.AgroalDataSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** How long a node is quiet after what the other side said; nothing of that is in the database. */
class HandoverLogTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final AtomicInteger asked = new AtomicInteger();
    private final HandoverLog log = log();

    @Test
    void whatConcernsOneReader_closesNothing() {
        outcome(0, new Outcome.Sent("Q1"));
        outcome(1, new Outcome.NotNow("450 4.2.1 this reader gets too much", MINUTE));
        outcome(2, new Outcome.InDoubt("no answer"));
        outcome(3, new Outcome.Bounced("550 5.1.1 user unknown"));

        assertThat(log.closedFor()).isZero();
        assertThat(log.goesOn()).isTrue();
        assertThat(asked).hasValue(0);
    }

    @Test
    void whatConcernsEverybody_closesForAsLongAsTheLongestOfThemAsks() {
        outcome(0, new Outcome.NotNow("450 4.2.1 this reader gets too much", MINUTE.multipliedBy(15)));
        outcome(1, new Outcome.NotNow("421 4.3.2 shutting down", MINUTE.multipliedBy(2), true));
        outcome(2, new Outcome.NotNow("421 4.3.2 shutting down", MINUTE, true));

        assertThat(log.closedFor()).isEqualTo(MINUTE.multipliedBy(2));
        assertThat(log.goesOn()).isFalse();
    }

    @Test
    void stop_endsTheClaim() {
        outcome(0, new Outcome.Stopped("smtp-policy", "550 5.7.26 no SPF, no DKIM"));

        assertThat(log.closedFor()).isZero();
        assertThat(log.goesOn()).isFalse();
    }

    private void outcome(int row, Outcome outcome) {
        Recipient recipient =
                new Recipient("3-" + row, "reader@example.org", null, "id@example.org", Map.of(), Map.of(), Map.of());
        log.outcome(recipient, outcome);
    }

    private HandoverLog log() {
        AgroalDataSource none = MarksTest.failing(asked);
        DeliveryConfig config = new SmallRyeConfigBuilder()
                .withMapping(DeliveryConfig.class)
                .build()
                .getConfigMapping(DeliveryConfig.class);
        List<Claim.Row> rows = LongStream.range(0, 4)
                .mapToObj(id -> new Claim.Row(id, id, "reader@example.org", null, 1, List.of()))
                .toList();
        Clock clock = Clock.systemUTC();
        Claim claim = new Claim(1, 2, 3, 0, rows, 0, Instant.MAX, Long.MAX_VALUE);
        return new HandoverLog(new Marks(none), new Claims(none, clock), config, clock, claim);
    }
}
