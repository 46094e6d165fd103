package dev.broadsheet.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.Rows;
import dev.broadsheet.TestDatabase;
import dev.broadsheet.TestReaders;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.narayana.jta.runtime.TransactionConfiguration;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.function.ToLongFunction;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that are moved over all lanes, and the lanes' counters with them. */
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class LedgerReviewTest {

    private static final int LANES = 3;
    /** Of each lane's kinds there are one, two and three: four states, with a doubt and without. */
    private static final int READERS = 8 * (1 + 2 + 3);

    @Inject
    LedgerReview review;

    @Inject
    Ledger ledger;

    @Inject
    IdleCampaigns idle;

    @Inject
    TestReaders readers;

    @Inject
    Rows rows;

    @ConfigProperty(name = "quarkus.datasource.jdbc.additional-jdbc-properties.socketTimeout")
    int socketTimeout;

    @ParameterizedTest
    @CsvSource({
        // cancel: who perhaps has it is in doubt
        "QUEUED,   CANCELLED, CANCELLED 1 FAILED 2 IN_DOUBT 3 SENT 2",
        // retry, and retry of a cancelled one
        "FAILED,   QUEUED,    IN_DOUBT 2 QUEUED 4 SENT 2",
        "FAILED,   CANCELLED, CANCELLED 1 IN_DOUBT 3 QUEUED 2 SENT 2",
        // settle
        "IN_DOUBT, SENT,      FAILED 2 QUEUED 2 SENT 4",
        "IN_DOUBT, QUEUED,    FAILED 2 QUEUED 4 SENT 2",
        "IN_DOUBT, CANCELLED, CANCELLED 2 FAILED 2 QUEUED 2 SENT 2",
        "IN_DOUBT, SKIPPED,   FAILED 2 QUEUED 2 SENT 2 SKIPPED 2",
    })
    void rowsMovedByAnEditor_moveTheCountersOfTheirLanes(DeliveryState from, DeliveryState to, String eachLane) {
        assertMoved(12, eachLane, campaign -> review.moveAll(campaign, from, to, "decided"));
    }

    @ParameterizedTest
    @CsvSource({
        "SKIPPED, 9, 12, FAILED 2 QUEUED 2 SENT 2 SKIPPED 2",
        "QUEUED,  1, 6,  FAILED 2 IN_DOUBT 1 QUEUED 3 SENT 2",
    })
    void rowsSettledByThePolicy_moveTheCountersOfTheirLanes(
            DeliveryState to, int doubtsBelow, int moved, String eachLane) {
        LedgerReview.Doubtful which =
                new LedgerReview.Doubtful(false, doubtsBelow, Instant.now().plusSeconds(60));
        assertMoved(moved, eachLane, campaign -> review.settle(campaign, to, "settled", which));
    }

    @ParameterizedTest
    @ValueSource(strings = {"retry", "settle"})
    void useCaseOverAllRows_hasAsLongAsTheSnapshot(String name) {
        assertThat(Campaigns.class.getDeclaredMethods())
                .filteredOn(method -> method.getName().equals(name))
                .extracting(method ->
                        method.getAnnotation(TransactionConfiguration.class).timeout())
                .containsExactly(Ledger.TIMEOUT_SECONDS);
    }

    @Test
    void socket_waitsLongerThanTheLongestTransaction() {
        assertThat(socketTimeout).isGreaterThan(Ledger.TIMEOUT_SECONDS);
    }

    /** @param eachLane states and how many there are in the first lane; the others have twice and three times as many */
    private void assertMoved(long moved, String eachLane, ToLongFunction<Campaign> move) {
        Newsroom newsroom = new Newsroom();
        newsroom.publish("one");
        readers.active(newsroom.newsletter(), READERS);
        long id = newsroom.start("one", "{\"sendAt\": \"2090-01-01T10:00:00Z\"}");
        QuarkusTransaction.begin(); // rolled back, so that no lane runs
        try {
            Campaign campaign = idle.started(id);
            ledger.count(campaign, LANES);
            rows.run("""
                    update delivery d
                    set lane = (array[0, 1, 1, 2, 2, 2])[1 + n / 8],
                        state = (array['QUEUED', 'FAILED', 'IN_DOUBT', 'SENT'])[1 + n % 4],
                        doubts = n / 4 % 2
                    from (select id, row_number() over (order by id)::int - 1 as n from delivery where campaign_id = ?) r
                    where d.id = r.id and d.campaign_id = ?
                    """, id, id);
            idle.recount(id);

            assertThat(move.applyAsLong(campaign)).isEqualTo(moved);

            List<String> ledgerOfLanes = rows.texts("""
                    select string_agg(state || ' ' || n, ' ' order by state) from (
                      select lane, state, count(*) / (lane + 1) as n from delivery where campaign_id = ?
                      group by lane, state) s
                    group by lane order by lane
                    """, id);
            assertThat(ledgerOfLanes).hasSize(LANES).containsOnly(eachLane);
            assertThat(rows.texts("""
                            select string_agg(upper(key) || ' ' || value::bigint / (lane + 1), ' ' order by key)
                            from lane_count l cross join jsonb_each_text(to_jsonb(l))
                            where campaign_id = ? and value <> '0'
                              and key not in ('campaign_id', 'lane', 'claimed_to', 'refused_in_a_row')
                            group by lane order by lane
                            """, id)).isEqualTo(ledgerOfLanes);
            assertThat(review.tally(campaign).agrees((long) READERS)).isTrue();
        } finally {
            QuarkusTransaction.rollback();
        }
    }
}
