package dev.broadsheet.subscribers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.Api;
import dev.broadsheet.Readers;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.platform.AddressHashes;
import dev.broadsheet.platform.EmailAddress;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class MailCeilingTest {

    private static final int MOST = 5;

    @Inject
    MailCeiling ceiling;

    @Inject
    SignUps signUps;

    @Inject
    GuardCleanup cleanup;

    @Inject
    AddressHashes hashes;

    @Inject
    Readers readers;

    @Inject
    Rows rows;

    @ParameterizedTest
    @CsvSource({
        "ada@example.org, ada@example.org",
        "Ada+news@Example.org, ada@example.org",
        "ada+a+b@example.org, ada@example.org",
        "+ada@example.org, +ada@example.org",
        "a.d.a@example.org, a.d.a@example.org",
        "A.d.a+x@gmail.com, ada@gmail.com",
        "a.da@GoogleMail.com, ada@gmail.com",
        "ada@mail.gmail.com, ada@mail.gmail.com"
    })
    void inbox_ofManySpellings_isOne(String email, String inbox) {
        assertThat(MailCeiling.inbox(email)).isEqualTo(inbox);
    }

    @Test
    void signUps_ofOneInboxForManyNewsletters_causeSoManyMailsADayAndNoMore() {
        String inbox = Api.fresh("reader");
        for (int i = 0; i < MOST + 3; i++) {
            String newsletter = Api.newsletter();
            signUps.ask(new SignUps.Asking(
                    readers.newsletterId(newsletter),
                    EmailAddress.parse(inbox + "+" + i + "@example.org").orElseThrow(),
                    null,
                    Via.FORM,
                    Client.UNKNOWN));
            readers.awaitSignUps(newsletter);
        }
        assertThat(mailsTo(inbox)).isEqualTo(MOST);

        rows.run(
                "update sign_up_mail_count set day = day - 1 where inbox_hash = ?",
                hashes.hash(inbox + "@example.org"));
        readers.pending(Api.newsletter(), inbox + "@example.org");
        assertThat(mailsTo(inbox)).isEqualTo(MOST + 1);
    }

    @Test
    void within_manyAtOnceAndOverAndOver_letsThroughTheFirst() throws Exception {
        String one = Readers.address();
        String other = Readers.address();
        assertThat(within(List.of(one, other, one, one, one, one, one, one)))
                .containsExactly(one, other, one, one, one, one);
        assertThat(within(List.of(one, other))).containsExactly(other);
        assertThat(within(List.of())).isEmpty();

        String third = Readers.address();
        String fourth = Readers.address();
        var threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<List<String>>> work = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                List<String> mails = i % 2 == 0 ? List.of(third, fourth) : List.of(fourth, third);
                work.add(() -> within(mails));
            }
            List<String> all = new ArrayList<>();
            for (var result : threads.invokeAll(work)) {
                all.addAll(result.get());
            }
            assertThat(all).hasSize(2 * MOST).contains(third, fourth);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void cleanup_forgetsWhatNoLimitAsksFor() {
        rows.run("insert into sign_up_mail_count values (current_date - 3, decode(repeat('01', 32), 'hex'), 1)");
        rows.run("insert into sign_up_mail_count values (current_date, decode(repeat('02', 32), 'hex'), 1)");
        rows.run("insert into sign_up_window values (now() - interval '3 hours', '192.0.2.0/24', 1)");
        rows.run("insert into sign_up_window values (now(), '192.0.2.0/24', 1)");
        cleanup.run();
        assertThat(
                        rows.texts(
                                "select encode(substr(inbox_hash, 1, 1), 'hex') from sign_up_mail_count"
                                        + " where mails = 1 and inbox_hash in (decode(repeat('01', 32), 'hex'), decode(repeat('02', 32), 'hex'))"))
                .containsExactly("02");
        assertThat(rows.number("select count(*) from sign_up_window where network = '192.0.2.0/24'"))
                .isEqualTo(1);
    }

    private List<String> within(List<String> mails) {
        return QuarkusTransaction.requiringNew().call(() -> ceiling.within(mails, Function.identity()));
    }

    private long mailsTo(String inbox) {
        return rows.number("select count(*) from single_mail where recipient like ?", inbox + "%");
    }
}
