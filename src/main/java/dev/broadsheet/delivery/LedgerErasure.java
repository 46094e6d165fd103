package dev.broadsheet.delivery;

import dev.broadsheet.subscribers.Erased;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Takes erased persons out of the ledger: the rows stay and are counted, but lead to nobody. What is queued, or claimed
 * and provably unsent, is skipped. What is in doubt stays so until it is settled: sent again it would be skipped, since
 * nobody is behind it.
 */
@ApplicationScoped
class LedgerErasure {

    /** In two halves, since each has an index of its own. */
    private static final String ROWS = """
            select d.issue_id, d.id, d.campaign_id, d.lane, d.state,
              d.state = 'QUEUED' or d.state = 'SENDING' and d.request_id is null as unsent
            from subscription s
            join issue i on i.newsletter_id = s.newsletter_id
            join delivery d on d.issue_id = i.id and d.subscription_id = s.id and %s
            where s.id = any (?)
            order by d.issue_id, d.id
            for update of d
            """;

    private final AgroalDataSource database;

    LedgerErasure(AgroalDataSource database) {
        this.database = database;
    }

    @Transactional(Transactional.TxType.MANDATORY)
    void erase(@Observes Erased erased) {
        String sql = """
                with counted as materialized (%s), not_counted as materialized (%s),
                  theirs as (select * from counted union all select * from not_counted)
                update delivery d
                set subscription_id = null,
                    state = case when t.unsent then 'SKIPPED' else d.state end,
                    void = d.void or t.unsent,
                    due_at = case when t.unsent then null else d.due_at end,
                    claim_id = case when t.unsent then null else d.claim_id end,
                    reason = case when t.unsent then 'erased' end
                from theirs t
                where d.issue_id = t.issue_id and d.id = t.id
                returning t.campaign_id, t.lane, t.state, t.unsent
                """.formatted(ROWS.formatted("not d.void"), ROWS.formatted("d.void"));
        Map<Long, Map<Integer, LaneCount.Moves>> moves = new TreeMap<>();
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(sql)) {
            update.setArray(1, ids(connection, erased.subscriptionIds()));
            update.setArray(2, ids(connection, erased.subscriptionIds()));
            try (ResultSet row = update.executeQuery()) {
                while (row.next()) {
                    if (row.getBoolean("unsent")) {
                        LaneCount.Moves lane = moves.computeIfAbsent(row.getLong("campaign_id"), id -> new TreeMap<>())
                                .computeIfAbsent(row.getInt("lane"), number -> new LaneCount.Moves());
                        lane.add(DeliveryState.valueOf(row.getString("state")), -1);
                        lane.add(DeliveryState.SKIPPED, 1);
                    }
                }
            }
            for (Map.Entry<Long, Map<Integer, LaneCount.Moves>> campaign : moves.entrySet()) {
                for (Map.Entry<Integer, LaneCount.Moves> lane :
                        campaign.getValue().entrySet()) {
                    LaneCount.move(connection, campaign.getKey(), lane.getKey(), lane.getValue());
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static java.sql.Array ids(Connection connection, List<Long> ids) throws SQLException {
        return connection.createArrayOf("bigint", ids.toArray());
    }
}
