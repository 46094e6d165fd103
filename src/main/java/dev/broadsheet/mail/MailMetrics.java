package dev.broadsheet.mail;

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
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Single mails that wait, and the limits that hold, in {@code /q/metrics}. */
@ApplicationScoped
class MailMetrics {

    /**
     * Single mails that wait, and the limits.
     *
     * @param age in seconds, how long that has been due which has been due longest; zero where none is
     */
    record Waiting(long queued, double age, HouseLimits limits) {}

    private static final String WAITING = """
            select count(*) as queued,
              coalesce(greatest(extract(epoch from now() - min(due_at)), 0), 0) as age
            from single_mail where due_at is not null
            """;

    private final AgroalDataSource database;
    private final SendLimits limits;
    private final Transports transports;
    private final MeterRegistry metrics;
    private final Reading<Waiting> waiting =
            new Reading<>(this::waiting, Reading.USUAL, Infrastructure.getDefaultWorkerPool());

    MailMetrics(AgroalDataSource database, SendLimits limits, Transports transports, MeterRegistry metrics) {
        this.database = database;
        this.limits = limits;
        this.transports = transports;
        this.metrics = metrics;
    }

    void show(@Observes StartupEvent start) {
        gauge("broadsheet.single.mails.queued", "Single mails that wait", Waiting::queued);
        gauge("broadsheet.single.mails.queue.age.seconds", "Of the single mail that is due longest", Waiting::age);
        gauge(
                "broadsheet.sending.limit.per.second",
                "Messages a second over all campaigns and nodes",
                seen -> seen.limits.messagesPerSecond());
        gauge(
                "broadsheet.sending.limit.per.hour",
                "Messages within an hour; NaN for no such limit",
                seen -> orNone(seen.limits.perHour()));
        gauge(
                "broadsheet.sending.limit.per.day",
                "Messages within a day, a warm-up aside; NaN for no such limit",
                seen -> orNone(seen.limits.perDay()));
        Gauge.builder("broadsheet.mail.transport", () -> 1)
                .description("The transport in use, in its label")
                .tag("transport", transports.name())
                .register(metrics);
    }

    private void gauge(String name, String what, ToDoubleFunction<Waiting> number) {
        Gauge.builder(name, waiting, w -> w.of(number))
                .description(what)
                .strongReference(true)
                .register(metrics);
    }

    private static double orNone(@Nullable Long limit) {
        return limit == null ? Double.NaN : limit;
    }

    /** Looks now. */
    Waiting waiting() throws SQLException {
        HouseLimits inForce = limits.inForce(limits.settings());
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(WAITING);
                ResultSet row = select.executeQuery()) {
            row.next();
            return new Waiting(row.getLong("queued"), row.getDouble("age"), inForce);
        }
    }
}
