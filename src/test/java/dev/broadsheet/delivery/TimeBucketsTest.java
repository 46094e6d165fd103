package dev.broadsheet.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.delivery.CampaignReport.Bucket;
import dev.broadsheet.delivery.CampaignReport.Times;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeBucketsTest {

    @Test
    void times_ofOneMinute_areOneBucket() {
        TimeBuckets buckets = new TimeBuckets();
        buckets.add(10, DeliveryState.SENT, 5);
        buckets.add(10, DeliveryState.DELIVERED, 1);
        buckets.add(10, DeliveryState.DELIVERED, 2);
        buckets.add(10, DeliveryState.BOUNCED, 3);
        buckets.add(10, DeliveryState.COMPLAINED, 4);
        buckets.add(10, DeliveryState.FAILED, 6);

        assertThat(buckets.times())
                .isEqualTo(
                        new Times("PT1M", List.of(new Bucket(Instant.parse("1970-01-01T00:10:00Z"), 5, 3, 3, 4, 6))));
    }

    @ParameterizedTest
    @CsvSource({
        "300,  PT1M, 300",
        "301,  PT2M, 151",
        "601,  PT5M, 121",
        "18000, PT1H, 300",
        "18001, PT2H, 151",
        "432000, P1D, 300",
        "432001, P1D, 301",
    })
    void times_takeTheSmallestBucketsThatAreFewEnough(int minutes, String size, int buckets) {
        TimeBuckets times = new TimeBuckets();
        for (int minute = 0; minute < minutes; minute++) {
            times.add(minute, DeliveryState.SENT, 1);
        }
        assertThat(times.times().bucket()).isEqualTo(size);
        assertThat(times.times().items()).hasSize(buckets);
        assertThat(times.times().items().stream().mapToLong(Bucket::sent).sum()).isEqualTo(minutes);
    }

    @Test
    void times_farApart_leaveOutWhatIsBetween() {
        TimeBuckets times = new TimeBuckets();
        times.add(-1, DeliveryState.SENT, 1); // a provider's clock
        times.add(30_000_000, DeliveryState.SENT, 1);

        assertThat(times.times().bucket()).isEqualTo("PT1M");
        assertThat(times.times().items())
                .extracting(Bucket::from)
                .containsExactly(Instant.parse("1969-12-31T23:59:00Z"), Instant.ofEpochSecond(1_800_000_000));
    }
}
