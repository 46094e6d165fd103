package dev.broadsheet.mail;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.broadsheet.TestDatabase;
import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class SingleMailsTest {

    private static final Message MESSAGE =
            new Message(new Mailbox("E", "e@example.org"), null, "S", "<html></html>", "T", Map.of(), List.of());

    private static final String RECIPIENT = "reader@single-mails.example.org";

    @Inject
    SingleMails mails;

    @Inject
    SingleMailJob job;

    @Inject
    AgroalDataSource database;

    @Test
    void mailQueuedUnderAnotherTransport_isNeverSent_andPausedAtTheNextStart() {
        long foreign = queueAs("transport = 'smtp'");
        long own = queueAs("transport = transport");

        await().atMost(30, SECONDS).until(() -> state(own).equals("SENT"));
        assertThat(state(foreign)).isEqualTo("QUEUED");

        job.pauseForeign(new StartupEvent());
        assertThat(state(foreign)).isEqualTo("PAUSED");
    }

    @Test
    void mailThatCannotBeRead_holdsUpNoOther() {
        long broken = queueAs("own = '7'");
        long own = queueAs("transport = transport");

        await().atMost(30, SECONDS).until(() -> state(own).equals("SENT"));
        await().atMost(30, SECONDS).until(() -> state(broken).equals("QUEUED") && attempts(broken) == 1);
    }

    /** Those that stay queued for good would keep others from waiting until all are sent. */
    @AfterEach
    void takeAway() throws SQLException {
        try (var connection = database.getConnection();
                var delete = connection.createStatement()) {
            delete.execute("delete from single_mail where recipient = '" + RECIPIENT + "'");
        }
    }

    /** Queued and changed in one transaction, so that nobody takes it up before. */
    private long queueAs(String change) {
        return QuarkusTransaction.requiringNew().call(() -> {
            long id = mails.queue(SingleMails.Kind.ALERT, RECIPIENT, MESSAGE);
            try (var connection = database.getConnection();
                    var update = connection.createStatement()) {
                update.execute("update single_mail set " + change + " where id = " + id);
            }
            return id;
        });
    }

    private String state(long id) {
        return read("state", id);
    }

    private int attempts(long id) {
        return Integer.parseInt(read("attempts", id));
    }

    private String read(String column, long id) {
        try (var connection = database.getConnection();
                var select = connection.createStatement();
                var row = select.executeQuery("select " + column + " from single_mail where id = " + id)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
