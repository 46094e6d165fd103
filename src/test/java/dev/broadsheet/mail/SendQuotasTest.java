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

    private record Limits(Optional<Long> perHour, Optional<Long> perDay, Optional<LocalDate> warmUp)
            implements LimitConfig {
        @Override
        public Optional<Double> messagesPerSecond() {
            return Optional.empty();
        }
    }

    @Inject
    AgroalDataSource database;

    @Inject
    Rows rows;

    @BeforeEach
    @AfterEach
    void nothingSent() {
        rows.run("delete from sent_minute");
    }

    private SendQuotas quotas(Long perHour, Long perDay) {
        return quotas(perHour, perDay, null);
    }

    /** @param warmUp first day of a sender */
    private SendQuotas quotas(Long perHour, Long perDay, LocalDate warmUp) {
        return new SendQuotas(
                database,
                new Limits(Optional.ofNullable(perHour), Optional.ofNullable(perDay), Optional.ofNullable(warmUp)),
                Clock.fixed(Instant.parse("2026-12-04T10:00:00Z"), ZoneOffset.UTC));
    }

    private static SendQuotas.Grant take(SendQuotas quotas, int sends) {
        return QuarkusTransaction.requiringNew().call(() -> quotas.take(sends));
    }

    private static void count(SendQuotas quotas, int sends) {
        QuarkusTransaction.requiringNew().run(() -> quotas.count(sends));
    }

    @Test
    void take_grantsWhatIsLeftOfTheHour_thenNothing() {
        SendQuotas quotas = quotas(10L, null);
        assertThat(take(quotas, 6)).isEqualTo(new SendQuotas.Grant(6, Duration.ZERO));
        assertThat(take(quotas, 6)).isEqualTo(new SendQuotas.Grant(4, Duration.ZERO));
        assertThat(take(quotas, 1)).isEqualTo(new SendQuotas.Grant(0, Duration.ofSeconds(5)));
        count(quotas, -3);
        assertThat(take(quotas, 5).sends()).isEqualTo(3);
        count(quotas, 2); // what goes out in any case is owed
        count(quotas, -1);
        assertThat(take(quotas, 5).sends()).isZero();
    }

    @Test
    void take_countsWhatWentOutWithinTheHourAndTheDayBefore() {
        rows.run("insert into sent_minute values (date_trunc('minute', now()) - interval '50 minutes', 4),"
                + " (date_trunc('minute', now()) - interval '5 hours', 7),"
                + " (date_trunc('minute', now()) - interval '25 hours', 100)");
        assertThat(take(quotas(10L, null), 10).sends()).isEqualTo(6);
        assertThat(take(quotas(null, 20L), 10).sends()).isEqualTo(3);
        assertThat(take(quotas(100L, 20L), 10).sends()).isZero();
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
        assertThat(take(quotas(null, 80_000L, begin), 1_000_000).sends()).isEqualTo(granted);
    }

    @Test
    void least_countsTheDaysOfAWarmUp() {
        LocalDate today = LocalDate.of(2026, 12, 4);
        assertThat(quotas(null, null, today).least(50)).isZero();
        assertThat(quotas(null, null, today).least(51)).isEqualTo(Duration.ofDays(1));
        assertThat(quotas(null, null, today).least(651)).isEqualTo(Duration.ofDays(3));
        assertThat(quotas(null, 100L, today).least(350)).isEqualTo(Duration.ofDays(3));
        assertThat(quotas(null, null, today.minusDays(30)).least(10_000_000)).isZero();
    }

    @Test
    void withoutLimits_nothingIsCounted() {
        assertThat(take(quotas(null, null), 1_000).sends()).isEqualTo(1_000);
        assertThat(rows.number("select count(*) from sent_minute")).isZero();
    }

    @Test
    void least_isTheTimeThatTheTighterLimitTakes() {
        assertThat(quotas(100L, null).least(100)).isZero();
        assertThat(quotas(100L, null).least(250)).isEqualTo(Duration.ofMinutes(150));
        assertThat(quotas(100L, 200L).least(400)).isEqualTo(Duration.ofHours(48));
    }
}
