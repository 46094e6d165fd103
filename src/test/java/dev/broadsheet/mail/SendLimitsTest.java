package dev.broadsheet.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.Api;
import dev.broadsheet.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class SendLimitsTest {

    @Inject
    SendLimits limits;

    private final String limit = Api.fresh("limit");

    @Test
    void reservations_queueUpOneBehindTheOther() {
        assertThat(limits.reserve(limit, 10, 0.01)).isEqualTo(Duration.ZERO);
        // 10 sends at one in a hundred seconds: the next may go in a thousand, less what has passed since
        assertThat(limits.reserve(limit, 5, 0.01)).isBetween(Duration.ofSeconds(900), Duration.ofSeconds(1000));
        assertThat(limits.reserve(limit, 1, 0.01)).isBetween(Duration.ofSeconds(1400), Duration.ofSeconds(1500));
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
}
