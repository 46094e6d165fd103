package dev.broadsheet.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class SendQuotasTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-12-04T10:00:00Z"), ZoneOffset.UTC);

    /** With a rate that is in nobody's way. */
    private record Limits(Optional<Long> perHour, Optional<Long> perDay, Optional<LocalDate> warmUp)
            implements LimitConfig {
        @Override
        public Optional<Double> messagesPerSecond() {
            return Optional.of(1e9);
        }
    }

    @Inject
    AgroalDataSource database;

    @Inject
    Transports transports;

    @Inject
    Rows rows;

    @BeforeEach
    @AfterEach
    void nothingSent() {
        rows.run("delete from sent_minute");
        rows.run("delete from send_limit where key = 'all'");
    }

    private SendLimits limits(Long perHour, Long perDay) {
        return limits(perHour, perDay, null);
    }

    /** @param warmUp first day of a sender */
    private SendLimits limits(Long perHour, Long perDay, LocalDate warmUp) {
        return new SendLimits(
                database,
                new SendQuotas(database, CLOCK),
                new Limits(Optional.ofNullable(perHour), Optional.ofNullable(perDay), Optional.ofNullable(warmUp)),
                transports);
    }

    /** @return how many it was granted */
    private static int take(SendLimits limits, int sends) {
        return QuarkusTransaction.requiringNew()
                .call(() -> limits.reserve(sends))
                .sends();
    }

    private static void count(SendLimits limits, int sends) {
        QuarkusTransaction.requiringNew().run(() -> limits.count(sends));
    }

    private Duration least(Long perHour, Long perDay, LocalDate warmUp, long sends) {
        return new SendQuotas(database, CLOCK).least(new HouseLimits(1e9, perHour, perDay, warmUp), sends);
    }

    @Test
    void reserve_grantsWhatIsLeftOfTheHour_thenNothing() {
        SendLimits limits = limits(10L, null);
        assertThat(take(limits, 6)).isEqualTo(6);
        assertThat(take(limits, 6)).isEqualTo(4);
        assertThat(QuarkusTransaction.requiringNew().call(() -> limits.reserve(1)))
                .isEqualTo(new SendLimits.Permit(0, Duration.ofSeconds(5)));
        QuarkusTransaction.requiringNew().run(() -> limits.giveBack(3));
        assertThat(take(limits, 5)).isEqualTo(3);
        count(limits, 2); // what goes out in any case is owed
        QuarkusTransaction.requiringNew().run(() -> limits.giveBack(1));
        assertThat(take(limits, 5)).isZero();
        assertThat(rows.number("select sum(messages)::bigint from sent_minute")).isEqualTo(11);
    }

    @Test
    void reserve_countsWhatWentOutWithinTheHourAndTheDayBefore() {
        rows.run("insert into sent_minute values (date_trunc('minute', now()) - interval '50 minutes', 4),"
                + " (date_trunc('minute', now()) - interval '5 hours', 7),"
                + " (date_trunc('minute', now()) - interval '25 hours', 100)");
        assertThat(take(limits(10L, null), 10)).isEqualTo(6);
        assertThat(take(limits(null, 20L), 10)).isEqualTo(3);
        assertThat(take(limits(100L, 20L), 10)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-12-10, 50", // not yet begun
        "2026-12-04, 50",
        "2026-12-03, 100",
        "2026-12-01, 1000",
        "2026-11-26, 70000",
        "2026-11-25, 80000", // below the limit of a day from here on
        "2026-10-01, 80000"
    })
    void warmUp_grantsMoreEachDay_upToTheLimitOfADay(LocalDate begin, int granted) {
        assertThat(take(limits(null, 80_000L, begin), 1_000_000)).isEqualTo(granted);
    }

    @Test
    void limitThatIsSetWhileRunning_knowsWhatWentOutBefore_andForgetsNothingWhenItChanges() {
        SendLimits limits = limits(null, null);
        assertThat(take(limits, 30)).isEqualTo(30);
        set(limits, new LimitSettings(null, 100L, 40L, null));
        assertThat(take(limits, 30)).isEqualTo(10);
        set(limits, new LimitSettings(null, 60L, null, null));
        assertThat(take(limits, 30)).isEqualTo(20);
        set(limits, new LimitSettings(null, null, null, LocalDate.of(2026, 12, 3)));
        assertThat(take(limits, 50)).isEqualTo(40);
        set(limits, LimitSettings.NONE);
        assertThat(take(limits, 50)).isEqualTo(50);
    }

    private static void set(SendLimits limits, LimitSettings to) {
        QuarkusTransaction.requiringNew().run(() -> limits.change(before -> to));
    }

    @Test
    void whatIsOlderThanTwoDays_isForgotten() {
        rows.run("insert into sent_minute values (now() - interval '49 hours', 4), (now() - interval '47 hours', 5)");
        take(limits(null, null), 1);
        assertThat(rows.texts("select messages from sent_minute order by minute"))
                .containsExactly("5", "1");
    }

    @Test
    void least_countsTheDaysOfAWarmUp() {
        LocalDate today = LocalDate.of(2026, 12, 4);
        assertThat(least(null, null, today, 50)).isZero();
        assertThat(least(null, null, today, 51)).isEqualTo(Duration.ofDays(1));
        assertThat(least(null, null, today, 651)).isEqualTo(Duration.ofDays(3));
        assertThat(least(null, 100L, today, 350)).isEqualTo(Duration.ofDays(3));
        assertThat(least(null, null, today.minusDays(30), 10_000_000)).isZero();
    }

    @Test
    void least_isTheTimeThatTheTighterLimitTakes() {
        assertThat(least(100L, null, null, 100)).isZero();
        assertThat(least(100L, null, null, 250)).isEqualTo(Duration.ofMinutes(150));
        assertThat(least(100L, 200L, null, 400)).isEqualTo(Duration.ofHours(48));
    }
}
