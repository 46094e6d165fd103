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
import java.time.Duration;
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

    @Test
    void mailAnsweredBeforeItsNodeRecordsIt_isSent_whateverThatNodeRecords() {
        // of a transport that this node doesn't take up, so that it stays as it is
        long id = queueAs("transport = 'smtp', state = 'SENDING', attempts = 1, due_at = null,"
                + " lease_until = now() + interval '10 minutes'");
        SingleMails.Claimed held = new SingleMails.Claimed(id, RECIPIENT, 1, "{}", "{}", 1);

        QuarkusTransaction.requiringNew().run(() -> mails.answered(id, null));

        assertThat(state(id)).isEqualTo("SENT");
        assertThat(read("lease_until is null and due_at is null and sent_at is not null", id))
                .isEqualTo("t");
        assertThat(mails.sent(held)).isFalse();
        mails.failed(held, "late");
        mails.again(held, Duration.ZERO, "late");
        assertThat(state(id)).isEqualTo("SENT");
        assertThat(read("due_at is null and reason is null", id)).isEqualTo("t");
    }

    @Test
    void mailRefusedBeforeItsNodeRecordsIt_hasFailed_whateverThatNodeRecords() {
        long id = queueAs("transport = 'smtp', state = 'SENDING', attempts = 1, due_at = null,"
                + " lease_until = now() + interval '10 minutes'");

        QuarkusTransaction.requiringNew().run(() -> mails.answered(id, "550 5.1.1 gone"));

        assertThat(mails.sent(new SingleMails.Claimed(id, RECIPIENT, 1, "{}", "{}", 1)))
                .isFalse();
        assertThat(state(id)).isEqualTo("FAILED");
        assertThat(read("lease_until is null and reason = '550 5.1.1 gone'", id))
                .isEqualTo("t");
    }

    @Test
    void mailToADeadMailbox_hasFailed_andSuppressesItsAddress_unlessItWasAnsweredMeanwhile() {
        long id = queueAs("transport = 'smtp', state = 'SENDING', attempts = 1, due_at = null");

        mails.bounced(new SingleMails.Claimed(id, RECIPIENT, 1, "{}", "{}", 2), "550 5.1.1 of an earlier hand-over");
        assertThat(state(id)).isEqualTo("SENDING");
        assertThat(suppressed(id)).isEqualTo("0");

        mails.bounced(new SingleMails.Claimed(id, RECIPIENT, 1, "{}", "{}", 1), "550 5.1.1 gone");
        assertThat(state(id)).isEqualTo("FAILED");
        assertThat(suppressed(id)).isEqualTo("1");
        assertThat(read(
                        "(select a.who || ' ' || (a.details->>'reason') from audit_entry a"
                                + " where a.action = 'suppression.add' and a.details->>'mail' = single_mail.id::text)",
                        id))
                .isEqualTo("delivery BOUNCED");
    }

    private String suppressed(long id) {
        return read(
                "(select count(*) from suppression s where s.address_hash = single_mail.address_hash"
                        + " and s.reason = 'BOUNCED' and s.newsletter_id is null)",
                id);
    }

    /** Those that stay queued for good would keep others from waiting until all are sent. */
    @AfterEach
    void takeAway() throws SQLException {
        try (var connection = database.getConnection();
                var delete = connection.createStatement()) {
            delete.execute("delete from suppression where address_hash in"
                    + " (select address_hash from single_mail where recipient = '" + RECIPIENT + "')");
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
