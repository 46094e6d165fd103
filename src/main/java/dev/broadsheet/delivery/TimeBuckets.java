package dev.broadsheet.delivery;

import dev.broadsheet.delivery.CampaignReport.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What happened, minute by minute, put into as few buckets as one looks at. */
final class TimeBuckets {

    private static final int MOST = 300;

    private static final List<Duration> SIZES = List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Duration.ofMinutes(15),
            Duration.ofMinutes(30),
            Duration.ofHours(1),
            Duration.ofHours(2),
            Duration.ofHours(4),
            Duration.ofHours(12),
            Duration.ofDays(1));

    private final Map<Long, Map<DeliveryState, Long>> minutes = new TreeMap<>();

    /** @param what {@code SENT} for what was handed over, else what it has come to. @param minute since the epoch */
    void add(long minute, DeliveryState what, long number) {
        minutes.computeIfAbsent(minute, m -> new EnumMap<>(DeliveryState.class)).merge(what, number, Long::sum);
    }

    /** In the smallest size that makes at most 300 of them, or by days; days are those of UTC. */
    CampaignReport.Times times() {
        Duration size = SIZES.stream()
                .filter(each -> minutes.keySet().stream()
                                .mapToLong(minute -> Math.floorDiv(minute, each.toMinutes()))
                                .distinct()
                                .count()
                        <= MOST)
                .findFirst()
                .orElse(Duration.ofDays(1));
        Map<Long, Map<DeliveryState, Long>> buckets = new TreeMap<>();
        minutes.forEach((minute, numbers) -> {
            Map<DeliveryState, Long> bucket = buckets.computeIfAbsent(
                    Math.floorDiv(minute, size.toMinutes()), n -> new EnumMap<>(DeliveryState.class));
            numbers.forEach((what, number) -> bucket.merge(what, number, Long::sum));
        });
        return new CampaignReport.Times(
                size.toDays() == 1 ? "P1D" : size.toString(),
                buckets.entrySet().stream()
                        .map(bucket ->
                                bucket(Instant.ofEpochSecond(bucket.getKey() * size.toSeconds()), bucket.getValue()))
                        .toList());
    }

    private static Bucket bucket(Instant from, Map<DeliveryState, Long> numbers) {
        return new Bucket(
                from,
                numbers.getOrDefault(DeliveryState.SENT, 0L),
                numbers.getOrDefault(DeliveryState.DELIVERED, 0L),
                numbers.getOrDefault(DeliveryState.BOUNCED, 0L),
                numbers.getOrDefault(DeliveryState.COMPLAINED, 0L),
                numbers.getOrDefault(DeliveryState.FAILED, 0L));
    }
}
