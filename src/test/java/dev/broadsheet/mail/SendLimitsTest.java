package dev.broadsheet.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.Api;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.LocalDate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class SendLimitsTest {

    @Inject
    SendLimits limits;

    @Inject
    AgroalDataSource database;

    @Inject
    SendQuotas quotas;

    @Inject
    LimitConfig config;

    @Inject
    Transports transports;

    @Inject
    Rows rows;

    private final String limit = Api.fresh("limit");

    @BeforeEach
    @AfterEach
    void nothingSet() {
        rows.run("delete from send_limit where key = 'all'");
    }

    /** Another node on the same database. */
    private SendLimits node() {
        return new SendLimits(database, quotas, config, transports);
    }

    private void set(Double messagesPerSecond) {
        QuarkusTransaction.requiringNew()
                .run(() -> limits.change(before ->
                        new LimitSettings(messagesPerSecond, before.perHour(), before.perDay(), before.warmUp())));
    }

    private static SendLimits.Permit reserve(SendLimits node, int sends) {
        return QuarkusTransaction.requiringNew().call(() -> node.reserve(sends));
    }

    @Test
    void reservations_queueUpOneBehindTheOther() {
        assertThat(limits.reserve(limit, 10, 0.01)).isEqualTo(Duration.ZERO);
        // 10 sends at one in a hundred seconds: the next may go in a thousand, less what has passed since
        assertThat(limits.reserve(limit, 5, 0.01)).isBetween(Duration.ofSeconds(900), Duration.ofSeconds(1000));
        assertThat(limits.reserve(limit, 1, 0.01)).isBetween(Duration.ofSeconds(1400), Duration.ofSeconds(1500));
    }

    @Test
    void afterAPause_noMoreThanOneBurstGoesOutAtOnce() {
        limits.reserve(limit, 1, 0.01);
        limits.giveBack(limit, 1000, 0.01); // as if it had not been used for long

        assertThat(limits.reserve(limit, 10, 100)).isZero();
        assertThat(limits.reserve(limit, 10, 100)).isPositive();
    }

    @Test
    void whatIsGivenBack_isFreeAgain() {
        limits.reserve(limit, 10, 0.01);
        limits.giveBack(limit, 9, 0.01);
        assertThat(limits.reserve(limit, 1, 0.01)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(100));
    }

    @Test
    void givingBackMoreThanWasThere_savesUpNoMoreThanABurst() {
        limits.reserve(limit, 1, 0.01);
        limits.giveBack(limit, 1000, 0.01);
        assertThat(limits.reserve(limit, 1, 0.01)).isEqualTo(Duration.ZERO);
        assertThat(limits.reserve(limit, 1, 0.01)).isGreaterThan(Duration.ofSeconds(90));
    }

    @Test
    void rateThatIsSet_isThatOfEveryNodesNextReservation() {
        SendLimits other = node();
        assertThat(reserve(other, 1).after()).isZero();
        assertThat(other.batch(null)).isEqualTo(100);

        set(0.01);

        assertThat(reserve(other, 100).sends()).isEqualTo(1); // asked for by the old rate
        assertThat(other.batch(null)).isEqualTo(1);
        assertThat(reserve(other, 1).after()).isGreaterThan(Duration.ofSeconds(90));
        assertThat(reserve(limits, 1).after()).isGreaterThan(Duration.ofSeconds(190));
    }

    @Test
    void nodeThatStartsLater_hasWhatWasSet() {
        set(0.01);
        SendLimits later = node();
        assertThat(later.settings()).isEqualTo(new LimitSettings(0.01, null, null, null));
        assertThat(reserve(later, 100).sends()).isEqualTo(1);
        assertThat(reserve(later, 1).after()).isGreaterThan(Duration.ofSeconds(90));
    }

    @Test
    void fasterRate_movesUpWhatWasReservedAhead_andASlowerOneLeavesIt() {
        SendLimits other = node();
        set(0.01);
        reserve(limits, 1);
        reserve(other, 1);

        set(1.0);
        assertThat(reserve(other, 1).after()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(2));

        set(0.01);
        assertThat(reserve(other, 1).after()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(3));
        set(null); // 1,000, by the transport
        assertThat(reserve(other, 1).after()).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void ownRateThatIsChanged_countsForWhoeverStillHasTheOldOneInMind() {
        limits.reserve(limit, 1, 0.01);

        QuarkusTransaction.requiringNew().run(() -> limits.change(limit, 0.01, 100));

        for (int i = 0; i < 50; i++) {
            assertThat(limits.reserve(limit, 1, 0.01)).isLessThan(Duration.ofSeconds(1));
        }
    }

    @Test
    void least_goesByWhatIsSet() {
        assertThat(limits.least(100, null)).isLessThanOrEqualTo(Duration.ofSeconds(1));
        QuarkusTransaction.requiringNew()
                .run(() -> limits.change(before -> new LimitSettings(0.5, 10L, null, LocalDate.of(2000, 1, 1))));
        assertThat(limits.least(5, null)).isEqualTo(Duration.ofSeconds(10));
        assertThat(limits.least(100, null)).isEqualTo(Duration.ofHours(10));
    }
}
