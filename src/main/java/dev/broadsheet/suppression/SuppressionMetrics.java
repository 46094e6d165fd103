package dev.broadsheet.suppression;

import dev.broadsheet.platform.Reading;
import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** How many suppressions there are, in {@code /q/metrics}. */
@ApplicationScoped
class SuppressionMetrics {

    /** They are counted one by one, and change slowly. */
    private static final Duration GOOD_FOR = Duration.ofMinutes(5);

    private final AgroalDataSource database;
    private final MeterRegistry metrics;
    private final Reading<Map<Suppressions.Reason, Long>> reasons =
            new Reading<>(this::reasons, GOOD_FOR, Infrastructure.getDefaultWorkerPool());

    SuppressionMetrics(AgroalDataSource database, MeterRegistry metrics) {
        this.database = database;
        this.metrics = metrics;
    }

    void show(@Observes StartupEvent start) {
        for (Suppressions.Reason reason : Suppressions.Reason.values()) {
            Gauge.builder("broadsheet.suppressions", reasons, r -> r.of(seen -> seen.getOrDefault(reason, 0L)))
                    .description("Addresses that must not be mailed, of a newsletter or of all")
                    .tag("reason", reason.name())
                    .strongReference(true)
                    .register(metrics);
        }
    }

    /** Looks now. */
    Map<Suppressions.Reason, Long> reasons() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select reason, count(*) from suppression group by reason");
                ResultSet row = select.executeQuery()) {
            Map<Suppressions.Reason, Long> numbers = new EnumMap<>(Suppressions.Reason.class);
            while (row.next()) {
                numbers.put(Suppressions.Reason.valueOf(row.getString(1)), row.getLong(2));
            }
            return numbers;
        }
    }
}
