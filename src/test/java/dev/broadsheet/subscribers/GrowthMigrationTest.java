package dev.broadsheet.subscribers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationVersion;
import org.junit.jupiter.api.Test;

/** What V20 makes of an installation that is in use: two newsletters, of which one is in Berlin. */
class GrowthMigrationTest {

    private final String url = TestDatabase.fresh();

    private void migrate(String version) {
        Flyway.configure()
                .dataSource(url, "postgres", "postgres")
                .locations("classpath:db/migration")
                .target(MigrationVersion.fromVersion(version))
                .load()
                .migrate();
    }

    private List<String> run(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, "postgres", "postgres");
                Statement statement = connection.createStatement()) {
            List<String> lines = new ArrayList<>();
            if (statement.execute(sql)) {
                ResultSet row = statement.getResultSet();
                while (row.next()) {
                    lines.add(row.getString(1));
                }
            }
            return lines;
        }
    }

    /** @param left null for none */
    private void subscription(int id, String state, String confirmed, String left) throws SQLException {
        String email = "reader" + id + "@example.org";
        run("""
                insert into subscriber (id, email, email_key, email_hash, created_at)
                  values (%1$d, '%2$s', '%2$s', sha256('%2$s'), '2026-01-01');
                insert into subscription (id, newsletter_id, subscriber_id, state, subscribed_at, confirmed_at, unsubscribed_at)
                  values (%1$d, 1, %1$d, '%3$s', '2026-01-01', %4$s, %5$s)
                """.formatted(id, email, state, quoted(confirmed), quoted(left)));
    }

    private void proof(int subscription, String action, String at) throws SQLException {
        run("insert into consent_record (subscription_id, action, via, at) values (%d, '%s', 'LINK', '%s')"
                .formatted(subscription, action, at));
    }

    /** Of somebody who was erased. */
    private void trace(String person, String action, String at) throws SQLException {
        run(
                "insert into consent_record (newsletter_id, address_hash, action, via, at) values (1, sha256('%s'), '%s', 'LINK', '%s')"
                        .formatted(person, action, at));
    }

    private void suppression(String person, String reason, String at) throws SQLException {
        run("insert into suppression (address_hash, reason, created_at) values (sha256('%s'), '%s', '%s')"
                .formatted(person, reason, at));
    }

    private static String quoted(String text) {
        return text == null ? "null" : "'" + text + "'";
    }

    @Test
    void migration_countsTheProofsByTheNewslettersDay_andComesOutAtWhatIsTrue() throws SQLException {
        migrate("19");
        run("insert into newsletter (slug, title, from_name, from_email, time_zone, created_at)"
                + " values ('berlin', 't', 'f', 'f@example.org', 'Europe/Berlin', now())");
        // the clocks went forward on 2026-03-29: until then an hour from UTC, then two
        subscription(1, "ACTIVE", "2026-03-28T22:59:00Z", null);
        proof(1, "ASKED", "2026-03-27T10:00:00Z");
        proof(1, "CONFIRMED", "2026-03-28T22:59:00Z"); // the 28th
        subscription(2, "ACTIVE", "2026-03-28T23:01:00Z", null);
        proof(2, "CONFIRMED", "2026-03-28T23:01:00Z"); // the 29th
        subscription(3, "UNSUBSCRIBED", "2026-03-29T21:59:00Z", "2026-03-29T22:01:00Z");
        proof(3, "CONFIRMED", "2026-03-29T21:59:00Z"); // the 29th
        proof(3, "UNSUBSCRIBED", "2026-03-29T22:01:00Z"); // the 30th
        // left and undone in a day; then confirmed again while they were on it
        subscription(4, "ACTIVE", "2026-04-02T10:00:00Z", null);
        proof(4, "CONFIRMED", "2026-04-01T08:00:00Z");
        proof(4, "UNSUBSCRIBED", "2026-04-01T09:00:00Z");
        proof(4, "RETURNED", "2026-04-01T10:00:00Z");
        proof(4, "CONFIRMED", "2026-04-02T10:00:00Z");
        // never were on it
        subscription(5, "UNSUBSCRIBED", null, "2026-04-03T10:00:00Z");
        proof(5, "ASKED", "2026-04-03T09:00:00Z");
        proof(5, "UNSUBSCRIBED", "2026-04-03T10:00:00Z");
        subscription(6, "UNSUBSCRIBED", "2025-01-01T00:00:00Z", "2025-06-01T00:00:00Z");
        proof(6, "IMPORTED", "2026-04-03T10:00:00Z");
        // brought along, then dead
        subscription(7, "ACTIVE", "2025-01-01T00:00:00Z", null);
        proof(7, "IMPORTED", "2026-04-04T10:00:00Z");
        suppression("reader7@example.org", "BOUNCED", "2026-04-05T10:00:00Z");
        // erased: while on it, after leaving, after bouncing, and come back since so that the day is not known
        trace("eve", "CONFIRMED", "2026-04-06T10:00:00Z");
        suppression("eve", "ERASED", "2026-04-07T10:00:00Z");
        trace("fay", "CONFIRMED", "2026-04-06T10:00:00Z");
        trace("fay", "UNSUBSCRIBED", "2026-04-08T10:00:00Z");
        suppression("fay", "ERASED", "2026-04-09T10:00:00Z");
        trace("gus", "CONFIRMED", "2026-04-06T10:00:00Z");
        suppression("gus", "COMPLAINED", "2026-04-10T10:00:00Z");
        suppression("gus", "ERASED", "2026-04-11T10:00:00Z");
        trace("hal", "CONFIRMED", "2026-04-12T10:00:00Z");
        // without a proof
        subscription(8, "ACTIVE", "2026-04-13T10:00:00Z", null);

        migrate("20");

        assertThat(
                        run(
                                "select day || ' ' || reason || ' +' || gained || ' -' || lost from subscription_growth order by 1"))
                .containsExactly(
                        "2026-03-28 CONFIRMED +1 -0",
                        "2026-03-29 CONFIRMED +2 -0",
                        "2026-03-30 UNSUBSCRIBED +0 -1",
                        "2026-04-01 CONFIRMED +1 -0",
                        "2026-04-01 UNDONE +1 -0",
                        "2026-04-01 UNSUBSCRIBED +0 -1",
                        "2026-04-04 IMPORTED +1 -0",
                        "2026-04-05 BOUNCED +0 -1",
                        "2026-04-06 CONFIRMED +3 -0",
                        "2026-04-07 ERASED +0 -1",
                        "2026-04-08 UNSUBSCRIBED +0 -1",
                        "2026-04-10 COMPLAINED +0 -1",
                        "2026-04-12 CONFIRMED +1 -0",
                        "2026-04-12 ERASED +0 -1",
                        "2026-04-13 CONFIRMED +1 -0");
        assertThat(run("select sum(gained) - sum(lost) from subscription_growth"))
                .isEqualTo(run("select count(*) from mailable_subscription"));
    }
}
