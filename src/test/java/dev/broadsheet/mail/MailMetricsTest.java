package dev.broadsheet.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class MailMetricsTest {

    @Inject
    MailMetrics metrics;

    @Inject
    Rows rows;

    @Test
    void waiting_mailsAndLimits_areAsTheDatabaseHasThem() throws SQLException {
        QuarkusTransaction.begin(); // rolled back, so that nobody sends it
        try {
            long before = metrics.waiting().queued();
            rows.run("""
                    with content as (insert into single_mail_content (message) values ('{}') returning id)
                    insert into single_mail (kind, state, recipient, content_id, transport, base_url, due_at, created_at)
                    select 'TEST', 'QUEUED', 'nobody@example.org', id, 'none', 'none', now() - interval '3 days', now()
                    from content
                    """);
            rows.run("insert into send_limit (key, next_free, per_second, per_day) values ('all', now(), 17, 1700)"
                    + " on conflict (key) do update set per_second = 17, per_day = 1700");
            MailMetrics.Waiting waiting = metrics.waiting();
            assertThat(waiting.queued() - before).isEqualTo(1);
            assertThat(waiting.age()).isCloseTo(3 * 86_400, within(60.0));
            assertThat(waiting.limits().messagesPerSecond()).isEqualTo(17);
            assertThat(waiting.limits().perDay()).isEqualTo(1700);
        } finally {
            QuarkusTransaction.rollback();
        }
    }
}
