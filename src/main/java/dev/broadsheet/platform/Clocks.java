package dev.broadsheet.platform;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;

/** Time and chance, injected so that tests can choose them. */
class Clocks {

    @Produces
    @Singleton
    Clock clock() {
        return Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000)); // as PostgreSQL keeps it
    }

    @Produces
    @Singleton
    SecureRandom random() {
        return new SecureRandom();
    }
}
