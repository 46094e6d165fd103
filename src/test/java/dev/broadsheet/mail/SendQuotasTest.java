package dev.broadsheet.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class SendQuotasTest {

    private record Limits(Optional<Long> perHour, Optional<Long> perDay) implements LimitConfig {
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
        return new SendQuotas(database, new Limits(Optional.ofNullable(perHour), Optional.ofNullable(perDay)));
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
