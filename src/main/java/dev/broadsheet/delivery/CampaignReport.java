package dev.broadsheet.delivery;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a campaign's deliveries, seen in three ways at one moment: so they agree with each other and the counts.
 *
 * @param asOf the moment
 */
record CampaignReport(long campaign, Instant asOf, Counts counts, Times byTime, Domains byDomain, Reasons byReason) {

    /** @param bucket how long each of them is (ISO 8601); those in which nothing happened are left out */
    record Times(String bucket, List<Bucket> items) {}

    /**
     * What happened from a moment on.
     *
     * @param sent handed over, whatever came of it later; the others by what the delivery has come to in the end
     */
    record Bucket(Instant from, long sent, long delivered, long bounced, long complained, long failed) {}

    /** @param items those that most recipients are at, the largest first. @param rest all others, and people who were erased */
    record Domains(List<Domain> items, Others rest) {}

    record Domain(String domain, long recipients, Counts counts) {}

    record Others(long recipients, Counts counts) {}

    /**
     * All that bounced, was complained about or failed, and what was put off by somebody who said why.
     *
     * @param items the most frequent first. @param rest what is left, by state and class
     */
    record Reasons(List<Reason> items, List<OtherReasons> rest) {}

    /**
     * @param bounce HARD, SOFT or BLOCKED; null where it is none
     * @param words the most frequent ones of those that say the same; null where nobody said any
     */
    record Reason(
            DeliveryState state,
            @Nullable String bounce,
            @Nullable String words,
            long count) {}

    record OtherReasons(DeliveryState state, @Nullable String bounce, long count) {}

    /** Of a campaign that has no deliveries. */
    static CampaignReport empty(long campaign, Instant asOf) {
        Counts none = Counts.of(state -> 0);
        return new CampaignReport(
                campaign,
                asOf,
                none,
                new TimeBuckets().times(),
                new Domains(List.of(), new Others(0, none)),
                new Reasons(List.of(), List.of()));
    }
}
