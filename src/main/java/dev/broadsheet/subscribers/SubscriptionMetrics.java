package dev.broadsheet.subscribers;

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

/** How many are subscribed, in {@code /q/metrics}: over all newsletters, which may be many. */
@ApplicationScoped
class SubscriptionMetrics {

    private final AgroalDataSource database;
    private final MeterRegistry metrics;
    private final Reading<Long> active =
            new Reading<>(this::active, Reading.USUAL, Infrastructure.getDefaultWorkerPool());

    SubscriptionMetrics(AgroalDataSource database, MeterRegistry metrics) {
        this.database = database;
        this.metrics = metrics;
    }

    void show(@Observes StartupEvent start) {
        Gauge.builder("broadsheet.subscriptions.active", active, a -> a.of(Long::doubleValue))
                .description("Subscriptions that count, as growth does")
                .strongReference(true)
                .register(metrics);
    }

    private Long active() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select coalesce(sum(gained) - sum(lost), 0) from subscription_growth");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
