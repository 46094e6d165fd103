import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationVersion;

/**
 * What it costs to count who comes and goes: the migration of a million subscriptions with 1.3 million proofs over ten
 * years, the statements of an answer with their plans, and what the triggers add to writes. In a PostgreSQL of its own.
 */
class Growth {

    private static final String FILL = """
            insert into newsletter (slug, title, from_name, from_email, time_zone, created_at)
              values ('one', 't', 'f', 'f@example.org', 'Europe/Berlin', now());
            insert into subscriber (id, email, email_key, email_hash, created_at)
              select i, 'r' || i || '@example.org', 'r' || i || '@example.org', sha256(i::text::bytea), now()
              from generate_series(1, 1000000) i;
            insert into subscription (id, newsletter_id, subscriber_id, state, subscribed_at, confirmed_at, unsubscribed_at)
              select i, 1, i, case when i % 10 < 3 then 'UNSUBSCRIBED' else 'ACTIVE' end, t, t,
                case when i % 10 < 3 then least(t + interval '200 days', now()) end
              from (select i, now() - interval '3660 days' * (i::float / 1000000) as t from generate_series(1, 1000000) i) x;
            insert into consent_record (subscription_id, action, via, at)
              select id, case when id % 4 = 0 then 'IMPORTED' else 'CONFIRMED' end, 'LINK', confirmed_at from subscription;
            insert into consent_record (subscription_id, action, via, at)
              select id, 'UNSUBSCRIBED', 'LINK', unsubscribed_at from subscription where state = 'UNSUBSCRIBED';
            insert into suppression (address_hash, reason, created_at)
              select sha256(i::text::bytea), case when i % 200 = 4 then 'COMPLAINED' else 'BOUNCED' end, now() - interval '1 day' * (i % 300)
              from generate_series(4, 1000000, 50) i;
            """;

    private final Connection connection;

    private Growth(Connection connection) {
        this.connection = connection;
    }

    public static void main(String... arguments) throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder().start();
                Connection connection = server.getPostgresDatabase().getConnection()) {
            String url = "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
            migrate(url, "19");
            Growth growth = new Growth(connection);
            System.out.printf("filled in %.1f s%n", growth.run(FILL) / 1e9);
            growth.run("vacuum");
            growth.run("analyze");
            System.out.printf("-- before V20%n");
            growth.writes(2_000_000);
            long start = System.nanoTime();
            migrate(url, "20");
            System.out.printf("V20: %.1f s%n", (System.nanoTime() - start) / 1e9);
            System.out.printf("-- with V20%n");
            growth.writes(3_000_000);
            System.out.printf(
                    "rows: %s, agrees with the mailable: %s%n",
                    growth.text("select count(*) from subscription_growth"),
                    growth.text("select (select sum(gained) - sum(lost) from subscription_growth)"
                            + " = (select count(*) from mailable_subscription)"));
            growth.run("analyze subscription_growth");
            for (String sql : List.of(
                    "select coalesce(sum(gained) - sum(lost), 0) from subscription_growth where newsletter_id = 1",
                    days("current_date - 29"),
                    days("current_date - 3659"))) {
                growth.explain(sql);
            }
        }
    }

    private static String days(String from) {
        return "select day, reason, sum(gained)::bigint, sum(lost)::bigint from subscription_growth"
                + " where newsletter_id = 1 and day between " + from + " and current_date group by day, reason";
    }

    private static void migrate(String url, String version) {
        Flyway.configure()
                .dataSource(url, "postgres", "postgres")
                .locations("filesystem:"
                        + Path.of("src/main/resources/db/migration").toAbsolutePath())
                .target(MigrationVersion.fromVersion(version))
                .load()
                .migrate();
    }

    /** An import's batch of 100,000 people, then 2,000 who leave, each in a transaction. @param from ids from there on */
    private void writes(int from) throws SQLException {
        run("insert into subscriber (id, email, email_key, email_hash, created_at)"
                + " select i, 'r' || i || '@example.org', 'r' || i || '@example.org', sha256(i::text::bytea), now()"
                + " from generate_series(" + from + ", " + (from + 99_999) + ") i");
        long batch =
                run("insert into subscription (id, newsletter_id, subscriber_id, state, subscribed_at, confirmed_at)"
                        + " select i, 1, i, 'ACTIVE', now(), now() from generate_series(" + from + ", "
                        + (from + 99_999) + ") i");
        long start = System.nanoTime();
        for (int i = 0; i < 2_000; i++) {
            run("update subscription set state = 'UNSUBSCRIBED', unsubscribed_at = now() where id = " + (from + i));
        }
        System.out.printf(
                "100,000 inserted in %.2f s, 2,000 left in %.2f s%n", batch / 1e9, (System.nanoTime() - start) / 1e9);
    }

    private void explain(String sql) throws SQLException {
        System.out.println("\n" + sql);
        for (int i = 0; i < 3; i++) {
            run(sql);
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("explain (analyze, buffers) " + sql)) {
            while (row.next()) {
                System.out.println("  " + row.getString(1));
            }
        }
    }

    private String text(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    /** @return how long it took, in nanoseconds */
    private long run(String sql) throws SQLException {
        long start = System.nanoTime();
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
        return System.nanoTime() - start;
    }
}
