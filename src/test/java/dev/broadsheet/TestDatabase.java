package dev.broadsheet;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real PostgreSQL for tests, one server a test JVM and a fresh database for each start of the application. It runs
 * without fsync: what a test loses is lost.
 */
public class TestDatabase implements QuarkusTestResourceLifecycleManager {

    public static final String TOKEN = "test-admin-token";
    public static final String SECRET = "a-secret-of-the-tests-that-is-long-enough";
    public static final String BASE_URL = "https://news.example.test";

    private static final AtomicInteger COUNT = new AtomicInteger();

    private static final class Server {
        static final EmbeddedPostgres INSTANCE = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "300")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A new, empty database on the test server, as a JDBC URL for user {@code postgres} without a password. */
    public static String fresh() {
        String name = "test" + COUNT.incrementAndGet();
        try (Connection connection = Server.INSTANCE.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create database " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return "jdbc:postgresql://localhost:" + Server.INSTANCE.getPort() + "/" + name;
    }

    @Override
    public Map<String, String> start() {
        return Map.of(
                // all tests share one network
                "broadsheet.signup.per-network",
                "1000000",
                "quarkus.datasource.jdbc.url",
                fresh(),
                "quarkus.datasource.username",
                "postgres",
                "quarkus.datasource.password",
                "postgres",
                "broadsheet.secret",
                SECRET,
                "broadsheet.admin-token",
                TOKEN,
                "broadsheet.mail.transport",
                "outbox",
                "broadsheet.base-url",
                BASE_URL);
    }

    @Override
    public void stop() {
        // the server ends with the test JVM
    }
}
