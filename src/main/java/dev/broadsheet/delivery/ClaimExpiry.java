package dev.broadsheet.delivery;

import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of claimed rows that nobody records any more: sent where the claim's last mark says so, in doubt where it
 * was in hand, and all others, which were certainly not handed over, are queued again. Runs in its caller's transaction,
 * with the same order of locks as {@link Claims}.
 */
@ApplicationScoped
class ClaimExpiry {

    private final AgroalDataSource database;

    ClaimExpiry(AgroalDataSource database) {
        this.database = database;
    }

    /** Gives up the claims whose lease has ended, by their marks: their node died, or stood still. @return how many */
    @Transactional(Transactional.TxType.MANDATORY)
    int expire() {
        try (Connection connection = database.getConnection()) {
            return free(connection, "lease_until < clock_timestamp()", null);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gives up all claims: for the start of an installation of one node, when nobody else can hold one. */
    @Transactional(Transactional.TxType.MANDATORY)
    int expireAll() {
        try (Connection connection = database.getConnection()) {
            return free(connection, "true", null);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Gives claims up in the caller's transaction.
     *
     * @param which a condition of {@code delivery_claim}
     * @param claim by its holder, who knows more than the marks say; null where only they can tell
     * @return how many
     */
    static int free(Connection connection, String which, @Nullable Long claim) throws SQLException {
        String delete = "delete from delivery_claim where id in (select id from delivery_claim where " + which
                + " order by id for update skip locked)"
                + " returning id, campaign_id, issue_id, lane, deliveries, sent, in_hand, request_id, transport";
        // a request_id in the row itself is a mark of versions before V15
        String update = """
                update delivery d
                set state = m.state, due_at = case m.state when 'QUEUED' then now() end,
                    reason = case m.state when 'IN_DOUBT' then 'no answer was recorded after it was handed over' end,
                    request_id = case m.state when 'IN_DOUBT' then coalesce(?, d.request_id) end,
                    in_doubt_over = case m.state when 'IN_DOUBT' then ? else d.in_doubt_over end,
                    doubts = d.doubts + case m.state when 'IN_DOUBT' then 1 else 0 end,
                    attempts = d.attempts - case m.state when 'QUEUED' then 1 else 0 end,
                    sent_at = case m.state when 'SENT' then now() else d.sent_at end,
                    claim_id = null, updated_at = now()
                from (
                  select r.id, case
                    when coalesce(get_bit(?::bytea, r.n::int - 1), 0) = 1 then 'SENT'
                    when coalesce(get_bit(?::bytea, r.n::int - 1), 0) = 1 or l.request_id is not null then ?
                    else 'QUEUED' end as state
                  from unnest(?::bigint[]) with ordinality as r (id, n)
                  join delivery l on l.issue_id = ? and l.id = r.id) m
                where d.issue_id = ? and d.id = m.id and d.claim_id = ? and d.state = 'SENDING'
                returning d.state
                """;
        int freed = 0;
        LaneCount.MovesByLane all = new LaneCount.MovesByLane();
        try (PreparedStatement claims = connection.prepareStatement(delete);
                PreparedStatement rows = connection.prepareStatement(update)) {
            if (claim != null) {
                claims.setLong(1, claim);
            }
            try (ResultSet gone = claims.executeQuery()) {
                while (gone.next()) {
                    freed++;
                    boolean accepted = claim == null && isAccepted(connection, gone);
                    rows.setString(1, gone.getString("request_id"));
                    rows.setString(2, gone.getString("transport"));
                    rows.setBytes(3, claim == null ? gone.getBytes("sent") : null);
                    rows.setBytes(4, claim == null ? gone.getBytes("in_hand") : null);
                    rows.setString(5, accepted ? "SENT" : "IN_DOUBT");
                    rows.setArray(6, gone.getArray("deliveries"));
                    rows.setLong(7, gone.getLong("issue_id"));
                    rows.setLong(8, gone.getLong("issue_id"));
                    rows.setLong(9, gone.getLong("id"));
                    try (ResultSet row = rows.executeQuery()) {
                        while (row.next()) {
                            all.add(
                                    gone.getLong("campaign_id"),
                                    gone.getInt("lane"),
                                    DeliveryState.SENDING,
                                    DeliveryState.valueOf(row.getString(1)));
                        }
                    }
                }
            }
        }
        all.write(connection);
        return freed;
    }

    /** Whether an event has said that what was in hand under a claim was accepted. */
    private static boolean isAccepted(Connection connection, ResultSet claim) throws SQLException {
        String requestId = claim.getString("request_id");
        byte[] inHand = claim.getBytes("in_hand");
        if (requestId == null || inHand == null) {
            return false;
        }
        BitSet places = BitSet.valueOf(inHand);
        byte[] sent = claim.getBytes("sent");
        if (sent != null) {
            places.andNot(BitSet.valueOf(sent));
        }
        Long[] deliveries = (Long[]) claim.getArray("deliveries").getArray();
        return SentRequests.inDoubt(
                connection,
                requestId,
                claim.getLong("issue_id"),
                places.stream().mapToObj(place -> deliveries[place]).toList());
    }
}
