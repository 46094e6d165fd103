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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program's ledger beside the book of the SMTP server that it sends to; src/bench/faults does more of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReceiverIT {

    private static final int READERS = 300;
    private static final int CONNECTIONS = 4;
    private static final String TOKEN = "token-of-the-receiver-test";

    private final SmtpReceiver receiver = new SmtpReceiver(Manners.GOOD, 2);
    private Path folder;
    private Program program;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        start();
    }

    @AfterAll
    void stop() throws Exception {
        program.stop();
        receiver.close();
    }

    @Test
    void killed_nobodyIsLostAndOneMessageOfEachConnectionIsDoubledWithTheSameId() throws Exception {
        Editor editor = editor("killed");
        List<String> list = editor.prepare(READERS);
        Book book = book(Manners.GOOD);
        receiver.hold(READERS / 3);
        long campaign = editor.send(100);
        awaitTaken(book, READERS / 3 + CONNECTIONS);

        program.kill();
        receiver.goOn();
        start();
        awaitDone(editor, campaign);

        assertThat(Verdict.of(list, book, editor.ledger(campaign)))
                .isEqualTo(new Verdict(0, CONNECTIONS, 0, 0, List.of()));
    }

    @Test
    void terminated_nobodyIsLostOrDoubledAndNothingIsLeftInDoubt() throws Exception {
        Editor editor = editor("terminated");
        List<String> list = editor.prepare(READERS);
        Book book = book(Manners.GOOD);
        receiver.hold(READERS / 3);
        long campaign = editor.send(100);
        awaitTaken(book, READERS / 3 + CONNECTIONS);

        program.process().destroy();
        receiver.goOn(); // the four messages in hand
        assertThat(program.process().waitFor()).as("by the signal alone").isEqualTo(143);
        int taken = book.messages();
        assertThat(taken).as("before the end").isLessThan(READERS);
        receiver.behave(new Manners(1, 0, 0, 0, 0, 0, 0, Duration.ZERO)); // takes nothing more for now
        start();

        List<Verdict.Row> ledger = editor.ledger(campaign);
        assertThat(ledger).filteredOn(row -> row.state().equals("SENT")).hasSize(taken);
        assertThat(ledger).noneMatch(row -> row.state().equals("IN_DOUBT"));
        receiver.behave(Manners.GOOD);
        awaitDone(editor, campaign);
        assertThat(Verdict.of(list, book, editor.ledger(campaign))).isEqualTo(new Verdict(0, 0, 0, 0, List.of()));
    }

    @Test
    void receiverThatMisbehaves_everybodyIsServedOrRefusedAndTheLedgerAgrees() throws Exception {
        Editor editor = editor("mistreated");
        List<String> list = editor.prepare(READERS);
        // one message in ten is deferred, a few are refused, cut off before their end or after it; 421 after 20
        Book book = book(new Manners(0.1, 0.02, 20, 0.03, 0.03, 0, 0, Duration.ZERO));

        long campaign = editor.send(100);
        awaitDone(editor, campaign);

        assertThat(book.faults().keySet())
                .as("what went wrong")
                .contains("4xx", "5xx", "421", "cut in DATA", "cut at the dot, taken", "cut at the dot, not taken");
        assertThat(Verdict.of(list, book, editor.ledger(campaign)))
                .isEqualTo(new Verdict(0, book.unanswered(), 0, 0, List.of()));
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

    private Editor editor(String newsletter) {
        return new Editor(() -> program.url(), TOKEN, newsletter);
    }

    private Book book(Manners manners) {
        receiver.newBook();
        receiver.behave(manners);
        return receiver.book();
    }

    private static void awaitTaken(Book book, int messages) {
        await().atMost(60, SECONDS).until(() -> book.messages() >= messages);
    }

    private static void awaitDone(Editor editor, long campaign) {
        await().atMost(120, SECONDS)
                .untilAsserted(() -> assertThat(editor.campaign(campaign).toString())
                        .as("the campaign")
                        .contains("\"state\":\"DONE\""));
    }
}
