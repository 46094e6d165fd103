package dev.broadsheet.delivery;

import static dev.broadsheet.delivery.Newsroom.campaign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.broadsheet.TestDatabase;
import dev.broadsheet.TestReaders;
import dev.broadsheet.mail.Outcome;
import dev.broadsheet.mail.Recipient;
import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What of a claim's outcomes becomes of its rows. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class HandoverLogTest {

    @Inject
    IdleCampaigns idle;

    @Inject
    Claims claims;

    @Inject
    Marks marks;

    @Inject
    DeliveryConfig config;

    @Inject
    TestReaders readers;

    @Inject
    AgroalDataSource database;

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final AtomicBoolean stopping = new AtomicBoolean();
    private Newsroom newsroom;
    private long campaign;
    private List<Recipient> all;
    private Claim claim;
    private HandoverLog log;

    @BeforeEach
    void fourOfACampaignAreClaimed() {
        newsroom = new Newsroom();
        newsroom.publish("one");
        readers.active(newsroom.newsletter(), 4);
        campaign = newsroom.start("one", "{\"sendAt\": \"2100-01-01T10:00:00Z\"}");
        claim = QuarkusTransaction.requiringNew().call(() -> {
            Campaign started = idle.started(campaign);
            started.flush(); // a claim looks at its state
            return claims.claim(started, 0, 4, Duration.ofMinutes(30));
        });
        all = claim.rows().stream()
                .map(row -> new Recipient(
                        HandoverLog.id(claim, row.deliveryId()),
                        row.email(),
                        null,
                        "id@example.org",
                        Map.of(),
                        Map.of(),
                        Map.of()))
                .toList();
        log = new HandoverLog(marks, claims, config, Clock.systemUTC(), claim, stopping::get);
    }

    @AfterEach
    void nothingIsLeftToSend() {
        Newsroom.post(campaign, "cancel");
    }

    @Test
    void halvesOfARefusedRequest_areInHandOneByOne() {
        assertThat(log.mark(all, "whole")).isTrue(); // refused for one of them, so nobody was sent to
        assertThat(log.mark(all.subList(0, 2), "half")).isTrue();

        assertThat(text("select get_bit(in_hand, 0) + get_bit(in_hand, 1) || ' ' || get_bit(in_hand, 2)"
                        + " + get_bit(in_hand, 3) from delivery_claim where campaign_id = " + campaign))
                .isEqualTo("2 0");
        all.subList(0, 2).forEach(recipient -> log.outcome(recipient, new Outcome.Sent(null)));
        end();
        assertThat(campaign(campaign).getInt("counts.sent")).isEqualTo(2);
        assertThat(campaign(campaign).getInt("counts.inDoubt")).isZero();
        assertThat(campaign(campaign).getInt("counts.queued")).isEqualTo(2);
    }

    @Test
    void requestForOne_isARequest_andOneThatWasRefused_isNotInHandAnyMore() {
        assertThat(log.mark(all.subList(0, 1), "refused")).isTrue(); // and not said so yet: see SendGridTransport
        assertThat(log.mark(all.subList(1, 2), "doubtful-" + campaign)).isTrue();
        assertThat(text("select get_bit(in_hand, 0) || ' ' || get_bit(in_hand, 1) || ' ' || request_id"
                        + " from delivery_claim where campaign_id = " + campaign))
                .isEqualTo("0 1 doubtful-" + campaign);

        log.outcome(all.get(1), new Outcome.InDoubt("no answer"));
        log.outcome(all.get(0), new Outcome.Failed("400 no"));
        end();

        assertThat(text("select array_length(in_doubt, 1) || ' ' || (accepted_at is null) from sent_request where id ="
                        + " 'doubtful-" + campaign + "'"))
                .isEqualTo("1 true");
        assertThat(campaign(campaign).getInt("counts.inDoubt")).isEqualTo(1);
        assertThat(campaign(campaign).getInt("counts.failed")).isEqualTo(1);
    }

    @Test
    void pauseAfterTheMark_isFeltWhereTheMessageTookLong() {
        BooleanSupplier atOnce = log.begin(all.subList(0, 1), null);
        BooleanSupplier slow = log.begin(all.subList(1, 2), null);
        long begun = System.nanoTime();
        assertThat(atOnce.getAsBoolean()).isTrue();

        Newsroom.post(campaign, "pause");
        await().until(() -> System.nanoTime() - begun > Duration.ofMillis(1_100).toNanos());

        assertThat(slow.getAsBoolean()).isFalse();
        log.outcome(all.get(0), new Outcome.Sent("Q1"));
        log.end();
        assertThat(campaign(campaign).getInt("counts.sent")).isEqualTo(1);
    }

    @Test
    void manyRefusalsInARow_letNobodyElseBeTried() {
        log = new HandoverLog(marks, claims, twoRefusalsInARow(), Clock.systemUTC(), claim, stopping::get);
        log.outcome(all.get(0), new Outcome.Failed("550 5.7.1 no"));
        assertThat(log.mark(all.subList(1, 2), null)).isTrue();
        log.outcome(all.get(1), new Outcome.Bounced("550 5.1.1 no such user"));

        assertThat(log.mark(all.subList(2, 3), null)).isFalse();
        assertThat(log.goesOn()).isFalse();
        end();
        assertThat(campaign(campaign).getInt("counts.queued")).isEqualTo(2);
    }

    @Test
    void messagesAlone_areInHandTogether() {
        assertThat(log.mark(all.subList(0, 1), null)).isTrue();
        assertThat(log.mark(all.subList(1, 2), null)).isTrue();

        assertThat(text("select get_bit(in_hand, 0) + get_bit(in_hand, 1) || coalesce(request_id, ' alone')"
                        + " from delivery_claim where campaign_id = " + campaign))
                .isEqualTo("2 alone");
        all.subList(0, 2).forEach(recipient -> log.outcome(recipient, new Outcome.Sent(null)));
        end();
    }

    @Test
    void whatConcernsEverybody_isNobodysTry_andNobodyHasSeenIt() {
        log.outcome(all.get(0), new Outcome.NotNow("no relay", Duration.ofSeconds(5), true));
        log.outcome(all.get(1), new Outcome.NotNow("450 4.2.1 later", Duration.ofSeconds(5)));
        log.outcome(all.get(2), new Outcome.Stopped("smtp-auth", "535 no"));
        end();

        assertThat(text("select string_agg(state || attempts, ' ' order by id) from delivery where campaign_id = "
                        + campaign))
                .isEqualTo("QUEUED0 QUEUED1 QUEUED0 QUEUED0");
        assertThat(log.closedFor()).isEqualTo(Duration.ofSeconds(5));
        assertThat(log.seen()).isEqualTo(1);
    }

    @Test
    void whatConcernsOneReader_closesNothing() {
        log.outcome(all.get(0), new Outcome.Sent("Q1"));
        log.outcome(all.get(1), new Outcome.NotNow("450 4.2.1 this reader gets too much", MINUTE));
        log.outcome(all.get(2), new Outcome.InDoubt("no answer"));
        log.outcome(all.get(3), new Outcome.Bounced("550 5.1.1 user unknown"));

        assertThat(log.closedFor()).isZero();
        assertThat(log.goesOn()).isTrue();
        end();
    }

    @Test
    void whatConcernsEverybody_closesForAsLongAsTheLongestOfThemAsks() {
        log.outcome(all.get(0), new Outcome.NotNow("450 4.2.1 this reader gets too much", MINUTE.multipliedBy(15)));
        log.outcome(all.get(1), new Outcome.NotNow("421 4.3.2 shutting down", MINUTE.multipliedBy(2), true));
        log.outcome(all.get(2), new Outcome.NotNow("421 4.3.2 shutting down", MINUTE, true));

        assertThat(log.closedFor()).isEqualTo(MINUTE.multipliedBy(2));
        assertThat(log.goesOn()).isFalse();
        end();
    }

    @Test
    void nodeThatIsStopping_beginsNothingMore_andEndsWhatIsInHand() {
        assertThat(log.mark(all.subList(0, 1), "one")).isTrue();
        stopping.set(true);

        assertThat(log.mark(all.subList(1, 2), "two")).isFalse();
        log.outcome(all.get(0), new Outcome.Sent("Q1"));
        end();

        assertThat(campaign(campaign).getInt("counts.sent")).isEqualTo(1);
        assertThat(campaign(campaign).getInt("counts.queued")).isEqualTo(3);
    }

    @Test
    void deadAddress_isSuppressedForAllNewsletters_inTheSameMoment() {
        log.outcome(all.get(0), new Outcome.Bounced("550 5.1.1 no such user"));
        log.outcome(all.get(1), new Outcome.Failed("550 5.7.1 no"));
        end();

        assertThat(campaign(campaign).getInt("counts.bounced")).isEqualTo(1);
        assertThat(text("select string_agg(s.reason || coalesce(s.newsletter_id::text, ' all'), ',') from suppression s"
                        + " join subscriber p on p.email_hash = s.address_hash where p.email in ('"
                        + all.get(0).email() + "', '" + all.get(1).email() + "')"))
                .isEqualTo("BOUNCED all");
        assertThat(text("select string_agg(who || ' ' || (details ->> 'reason'), ',') from audit_entry"
                        + " where action = 'suppression.add' and subject = 'suppression/' || (select s.id from suppression s"
                        + " join subscriber p on p.email_hash = s.address_hash where p.email = '"
                        + all.get(0).email() + "')"))
                .isEqualTo("delivery BOUNCED");
        newsroom.publish("two");
        long next = newsroom.start("two", "{}");
        assertThat(Newsroom.awaitState(next, "DONE").getInt("recipients")).isEqualTo(3);
    }

    private DeliveryConfig twoRefusalsInARow() {
        return (DeliveryConfig) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DeliveryConfig.class},
                (proxy, method, arguments) ->
                        method.getName().equals("refusalsInARow") ? 2 : method.invoke(config, arguments));
    }

    /** Paused, so that no lane takes what is queued again. */
    private void end() {
        Newsroom.post(campaign, "pause");
        log.end();
    }

    private String text(String select) {
        return QuarkusTransaction.requiringNew().call(() -> {
            try (var connection = database.getConnection();
                    var statement = connection.createStatement();
                    var row = statement.executeQuery(select)) {
                row.next();
                return row.getString(1);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
