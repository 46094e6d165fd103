package dev.broadsheet;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.broadsheet.faults.Book;
import dev.broadsheet.faults.Editor;
import dev.broadsheet.faults.SmtpReceiver;
import dev.broadsheet.faults.SmtpReceiver.Manners;
import dev.broadsheet.faults.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program's ledger beside the book of the SMTP server that it sends to; src/bench/faults does more of it. */
class ReceiverIT {

    private static final int READERS = 300;
    private static final int CONNECTIONS = 4;
    private static final String TOKEN = "token-of-the-receiver-test";

    @TempDir
    Path folder;

    private SmtpReceiver receiver;
    private Program program;
    private final Editor editor = new Editor(() -> program.url(), TOKEN);

    @AfterEach
    void stop() throws Exception {
        program.stop();
        receiver.close();
    }

    @Test
    void killed_nobodyIsLostAndAtMostOneMessageOfAConnectionDoubledWithTheSameId() throws Exception {
        receiver = new SmtpReceiver(Manners.GOOD, 1);
        start();
        List<String> list = editor.prepare(READERS);
        long campaign = editor.send(100);
        awaitTaken(READERS / 3);

        program.kill();
        assertThat(receiver.book().messages()).as("before the end").isLessThan(READERS);
        start();
        awaitDone(campaign);

        Verdict verdict = verdict(list, campaign);
        assertThat(verdict.doubled()).isLessThanOrEqualTo(CONNECTIONS);
        assertThat(verdict).isEqualTo(new Verdict(0, verdict.doubled(), 0, 0, List.of()));
    }

    @Test
    void terminated_nobodyIsLostOrDoubledAndNothingIsLeftInDoubt() throws Exception {
        receiver = new SmtpReceiver(Manners.GOOD, 1);
        start();
        List<String> list = editor.prepare(READERS);
        long campaign = editor.send(100);
        awaitTaken(READERS / 3);

        program.stop();
        Book book = receiver.book();
        int taken = book.messages();
        assertThat(taken).as("before the end").isLessThan(READERS);
        assertThat(program.process().exitValue()).as("by the signal alone").isEqualTo(143);
        receiver.behave(new Manners(1, 0, 0, 0, 0, 0, 0, Duration.ZERO)); // takes nothing more for now
        start();

        List<Verdict.Row> ledger = editor.ledger(campaign);
        assertThat(ledger).filteredOn(row -> row.state().equals("SENT")).hasSize(taken);
        assertThat(ledger).noneMatch(row -> row.state().equals("IN_DOUBT"));
        receiver.behave(Manners.GOOD);
        awaitDone(campaign);
        assertThat(verdict(list, campaign)).isEqualTo(new Verdict(0, 0, 0, 0, List.of()));
    }

    @Test
    void receiverThatMisbehaves_everybodyIsServedOrRefusedAndTheLedgerAgrees() throws Exception {
        // one message in ten is deferred, a few are refused, cut off before their end or after it; 421 after 50
        receiver = new SmtpReceiver(new Manners(0.1, 0.02, 50, 0.02, 0.02, 0, 0, Duration.ZERO), 1);
        start();
        List<String> list = editor.prepare(READERS);

        long campaign = editor.send(100);
        awaitDone(campaign);

        Book book = receiver.book();
        assertThat(book.faults().keySet())
                .as("what went wrong")
                .contains("4xx", "5xx", "421", "cut in DATA", "cut at the dot, taken", "cut at the dot, not taken");
        Verdict verdict = verdict(list, campaign);
        assertThat(verdict.doubled()).isLessThanOrEqualTo(book.unanswered());
        assertThat(verdict).isEqualTo(new Verdict(0, verdict.doubled(), 0, 0, List.of()));
    }

    private void start() throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>();
        environment.put("BROADSHEET_DATA_DIR", folder.resolve("data").toString());
        environment.put("BROADSHEET_ADMIN_TOKEN", TOKEN);
        environment.put("BROADSHEET_BASE_URL", "http://localhost:8080");
        environment.put("BROADSHEET_MAIL_TRANSPORT", "smtp");
        environment.put("BROADSHEET_MAIL_SMTP_HOST", "127.0.0.1");
        environment.put("BROADSHEET_MAIL_SMTP_PORT", String.valueOf(receiver.port()));
        environment.put("BROADSHEET_MAIL_SMTP_TLS", "none");
        environment.put("BROADSHEET_MAIL_SMTP_CONNECTIONS", String.valueOf(CONNECTIONS));
        environment.put("BROADSHEET_DELIVERY_MESSAGES_PER_SECOND", "1000");
        environment.put("BROADSHEET_DELIVERY_FIRST_RETRY", "PT1S");
        program = new Program(folder, environment);
        program.awaitReady();
    }

    private void awaitTaken(int messages) {
        await().atMost(60, SECONDS).until(() -> receiver.book().messages() >= messages);
    }

    private void awaitDone(long campaign) {
        await().atMost(90, SECONDS).until(() -> editor.campaign(campaign)
                .map(c -> c.path("state").asText().equals("DONE"))
                .orElse(false));
    }

    private Verdict verdict(List<String> list, long campaign) throws IOException, InterruptedException {
        return Verdict.of(list, receiver.book(), editor.ledger(campaign));
    }
}
