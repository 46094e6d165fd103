package dev.broadsheet.subscribers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.broadsheet.Api;
import dev.broadsheet.Readers;
import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.suppression.Suppressions;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class SignUpJobTest {

    @Inject
    Readers readers;

    @Inject
    Rows rows;

    @Inject
    SignUps signUps;

    @Inject
    SignUpBatch batch;

    @Inject
    Suppressions suppressions;

    private void ask(String newsletter, String email, String name) {
        signUps.ask(new SignUps.Asking(
                readers.newsletterId(newsletter),
                EmailAddress.parse(email).orElseThrow(),
                name,
                Via.FORM,
                Client.UNKNOWN));
    }

    @Test
    void signUps_oneThatAlwaysFails_rollsBackAllOfItAndHoldsUpNobody() {
        String slug = Api.newsletter();
        String bad = "poison-" + Readers.address();
        String good = Readers.address();
        rows.run("""
                create or replace function refuse_poison() returns trigger language plpgsql as
                $$ begin raise exception 'the queue is broken'; end $$
                """);
        rows.run("""
                create trigger refuse_poison before insert on single_mail
                for each row when (new.recipient like 'poison-%') execute function refuse_poison()
                """);
        try {
            ask(slug, bad, null);
            ask(slug, good, null);
            readers.awaitSignUps(slug);
            assertThat(readers.state(slug, good)).isEqualTo("PENDING");
            assertThat(readers.confirmations(good)).isEqualTo(1);

            assertThat(readers.state(slug, bad)).isEqualTo("none");
            assertThat(rows.texts("select id from subscriber where email = ?", bad))
                    .isEmpty();
            assertThat(rows.text("select attempts from sign_up where email = ?", bad))
                    .isEqualTo("1");
            assertThat(rows.text("select due_at > now() + interval '50 seconds' from sign_up where email = ?", bad))
                    .isEqualTo("t");
        } finally {
            rows.run("drop trigger refuse_poison on single_mail");
        }
        rows.run("update sign_up set due_at = now() where email = ?", bad);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> readers.state(slug, bad).equals("PENDING"));
        assertThat(readers.confirmations(bad)).isEqualTo(1);
    }

    @Test
    void postpone_eachTime_waitsTwiceAsLong_atMostADay() {
        String slug = Api.newsletter();
        long newsletter = readers.newsletterId(slug);
        for (int[] expected : new int[][] {{0, 1}, {1, 2}, {5, 32}, {11, 1440}, {1000, 1440}}) {
            String email = Readers.address();
            rows.run("""
                    insert into sign_up (newsletter_id, email, via, received_at, due_at, attempts)
                    values (?, ?, 'FORM', now(), now() + interval '1 hour', ?)
                    """, newsletter, email, expected[0]);
            signUps.postpone(rows.number("select id from sign_up where email = ?", email));
            assertThat(rows.number(
                            "select round(extract(epoch from due_at - now()) / 60) from sign_up where email = ?",
                            email))
                    .isEqualTo(expected[1]);
        }
    }

    @Test
    void signUps_sameAddressOverAndOverAndAtOnce_makeOneSubscriptionAndOneMail() throws Exception {
        String slug = Api.newsletter();
        String email = Readers.address();
        long newsletter = readers.newsletterId(slug);
        for (int i = 0; i < 40; i++) {
            String spelled = i % 2 == 0 ? email : email.toUpperCase();
            // out of the job's sight, so that the threads below have them
            rows.run("""
                    insert into sign_up (newsletter_id, email, via, received_at, due_at)
                    values (?, ?, 'FORM', now(), 'infinity')
                    """, newsletter, spelled);
        }
        List<Long> ids = rows.texts("select id from sign_up where newsletter_id = ? order by id", newsletter).stream()
                .map(Long::valueOf)
                .toList();
        var threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Void>> work = new ArrayList<>();
            for (int i = 0; i < 40; i += 5) {
                List<Long> some = ids.subList(i, i + 5);
                for (int twice = 0; twice < 2; twice++) {
                    work.add(() -> {
                        batch.work(some);
                        return null;
                    });
                }
            }
            for (Future<Void> done : threads.invokeAll(work)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(rows.number("select count(*) from sign_up where newsletter_id = ?", newsletter))
                .isZero();
        assertThat(rows.number("select count(*) from subscription where newsletter_id = ?", newsletter))
                .isEqualTo(1);
        assertThat(rows.number("select count(*) from single_mail where lower(recipient) = ?", email))
                .isEqualTo(1);
        assertThat(readers.consent(readers.subscriptionId(slug, email))).containsExactly("ASKED FORM");
    }

    @Test
    void signUp_pendingAgainAfterAWhile_getsAnotherMail_andTheFirstLinkStillWorks() {
        String slug = Api.newsletter();
        String email = Readers.address();
        readers.pending(slug, email);
        long id = readers.subscriptionId(slug, email);
        String subscribedAt = rows.text("select subscribed_at from subscription where id = ?", id);
        ask(slug, email, null);
        readers.awaitSignUps(slug);
        assertThat(readers.confirmations(email)).isEqualTo(1);

        rows.run("update subscription set confirmation_sent_at = now() - interval '11 minutes' where id = ?", id);
        ask(slug, email, null);
        readers.awaitSignUps(slug);
        assertThat(readers.confirmations(email)).isEqualTo(2);
        assertThat(rows.text("select subscribed_at from subscription where id = ?", id))
                .isEqualTo(subscribedAt);
    }

    @Test
    void signUp_nameOfAStranger_givesWayUntilThePersonHasConfirmed() {
        String slug = Api.newsletter();
        String email = Readers.address();
        String name = "select name from subscriber where email = ?";
        ask(slug, email, "Stranger");
        readers.awaitSignUps(slug);
        ask(slug, email, "Ada");
        readers.awaitSignUps(slug);
        assertThat(rows.text(name, email)).isEqualTo("Ada");
        rows.run(
                "update subscription set state = 'ACTIVE', confirmed_at = now() where id = ?",
                readers.subscriptionId(slug, email));
        ask(slug, email, "Stranger");
        ask(Api.newsletter(), email, "Stranger");
        readers.awaitSignUps(slug);
        assertThat(rows.text(name, email)).isEqualTo("Ada");
    }

    @ParameterizedTest
    @EnumSource(Suppressions.Reason.class)
    void signUp_suppressedAddress_isAskedWhereItsOwnConfirmationLiftsThat(Suppressions.Reason reason) {
        for (boolean everywhere : new boolean[] {false, true}) {
            String slug = Api.newsletter();
            String email = Readers.address();
            EmailAddress address = EmailAddress.parse(email).orElseThrow();
            long newsletter = readers.newsletterId(slug);
            suppressions.suppress(address, everywhere ? null : newsletter, reason);
            suppressions.suppress(address, everywhere ? null : newsletter, reason);
            assertThat(suppressions.isSuppressed(address, newsletter)).isTrue();
            assertThat(suppressions.isSuppressed(address, newsletter + 1)).isEqualTo(everywhere);
            ask(slug, email, null);
            readers.awaitSignUps(slug);
            boolean asked = reason == Suppressions.Reason.BOUNCED || reason == Suppressions.Reason.ERASED;
            assertThat(readers.confirmations(email)).isEqualTo(asked ? 1 : 0);
            assertThat(readers.state(slug, email)).isEqualTo(asked ? "PENDING" : "none");
        }
    }

    @Test
    void suppress_again_keepsTheReasonThatSaysMore() {
        EmailAddress address = EmailAddress.parse(Readers.address()).orElseThrow();
        long newsletter = readers.newsletterId(Api.newsletter());
        String reason = "select reason from suppression where newsletter_id = ? and reason <> 'ERASED'";
        suppressions.suppress(address, newsletter, Suppressions.Reason.BOUNCED);
        suppressions.suppress(address, newsletter, Suppressions.Reason.ERASED);
        assertThat(rows.text(reason, newsletter)).isEqualTo("BOUNCED");
        suppressions.suppress(address, newsletter, Suppressions.Reason.REQUESTED);
        suppressions.suppress(address, newsletter, Suppressions.Reason.BOUNCED);
        assertThat(rows.text(reason, newsletter)).isEqualTo("REQUESTED");
        suppressions.suppress(address, newsletter, Suppressions.Reason.NOT_ME);
        suppressions.suppress(address, newsletter, Suppressions.Reason.BOUNCED);
        assertThat(rows.text(reason, newsletter)).isEqualTo("NOT_ME");
    }
}
