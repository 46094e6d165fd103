package dev.broadsheet.delivery;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What became of requests to a provider that ended without an answer. The request is what is accepted, with all of its
 * recipients or none: so one event about any of them settles all. An event may come before anybody knows that the
 * request is in doubt, or long after; whichever of the two is written second finds the first, since both write the same
 * row. It is written before rows of the ledger are locked.
 */
final class SentRequests {

    /** Where more of them come, how many more says nothing. */
    static final int MOST_COUNTED = 1_000;

    /**
     * A campaign's requests in doubt.
     *
     * @param first when it was noted of the first of them, and of the last
     * @param othersSince how many requests events have told of since then
     * @param anyEvents whether any came, if only in the day before
     */
    record InDoubt(long requests, long recipients, Instant first, Instant last, long othersSince, boolean anyEvents) {}

    private SentRequests() {}

    /** Those to SendGrid that an editor, or an event, has to settle; empty where there are none. */
    static Optional<InDoubt> inDoubt(Connection connection, long issueId, long campaignId) throws SQLException {
        String sql = """
                with doubtful as materialized (
                  select r.id, r.created_at, count(*) as recipients
                  from sent_request r
                  cross join lateral unnest(r.in_doubt) as o (id)
                  join delivery d on d.issue_id = r.issue_id and d.id = o.id
                  where r.issue_id = ? and r.accepted_at is null and d.campaign_id = ? and d.state = 'IN_DOUBT'
                    and d.in_doubt_over = 'sendgrid' and d.request_id = r.id
                  group by r.id, r.created_at),
                times as materialized (
                  select count(*) as requests, sum(recipients) as recipients, min(created_at) as first,
                    max(created_at) as last
                  from doubtful)
                select t.requests, t.recipients, t.first, t.last,
                  (select count(*) from (select from sent_request a where a.accepted_at > t.last limit ?) counted),
                  coalesce((select max(a.accepted_at) from sent_request a) > t.first - interval '1 day', false)
                from times t where t.requests > 0
                """;
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, issueId);
            select.setLong(2, campaignId);
            select.setInt(3, MOST_COUNTED);
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new InDoubt(
                                row.getLong(1),
                                row.getLong(2),
                                row.getTimestamp(3).toInstant(),
                                row.getTimestamp(4).toInstant(),
                                row.getLong(5),
                                row.getBoolean(6)))
                        : Optional.empty();
            }
        }
    }

    /** Notes who is in doubt in a request. @return whether it was accepted, as an event has said by now */
    static boolean inDoubt(Connection connection, String requestId, long issueId, List<Long> deliveries)
            throws SQLException {
        String sql = """
                insert into sent_request as r (id, issue_id, in_doubt) values (?, ?, ?)
                on conflict (id) do update set in_doubt = r.in_doubt || excluded.in_doubt
                returning accepted_at is not null
                """;
        try (PreparedStatement upsert = connection.prepareStatement(sql)) {
            upsert.setString(1, requestId);
            upsert.setLong(2, issueId);
            upsert.setArray(3, connection.createArrayOf("bigint", deliveries.toArray()));
            try (ResultSet row = upsert.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /**
     * Notes that requests were accepted.
     *
     * @param requests their issues by their ids
     * @return who was in doubt in those of which it was not known: by issue, delivery ids with their requests
     */
    static Map<Long, Map<Long, String>> accepted(Connection connection, Map<String, Long> requests)
            throws SQLException {
        String sql = """
                insert into sent_request as r (id, issue_id, accepted_at)
                select g.id, g.issue_id, now() from unnest(?::text[], ?::bigint[]) as g (id, issue_id)
                -- nearly all are known: nobody waits for those
                where not exists (select 1 from sent_request k where k.id = g.id and k.accepted_at is not null)
                order by g.id
                on conflict (id) do update set accepted_at = excluded.accepted_at
                where r.accepted_at is null and r.issue_id = excluded.issue_id
                returning issue_id, in_doubt, id
                """;
        Map<String, Long> sorted = new TreeMap<>(requests);
        Map<Long, Map<Long, String>> inDoubt = new TreeMap<>();
        try (PreparedStatement upsert = connection.prepareStatement(sql)) {
            upsert.setArray(1, connection.createArrayOf("text", sorted.keySet().toArray()));
            upsert.setArray(
                    2, connection.createArrayOf("bigint", sorted.values().toArray()));
            try (ResultSet row = upsert.executeQuery()) {
                while (row.next()) {
                    Map<Long, String> ofIssue = inDoubt.computeIfAbsent(row.getLong(1), issue -> new TreeMap<>());
                    for (Long id : (Long[]) row.getArray(2).getArray()) {
                        ofIssue.put(id, row.getString(3));
                    }
                }
            }
        }
        return inDoubt;
    }
}
