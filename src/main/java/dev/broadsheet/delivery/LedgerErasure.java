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
import java.util.ArrayList;
import java.util.List;

/**
 * Takes erased persons out of the ledger: the rows stay and are counted, but lead to nobody. What is queued is skipped.
 * Nothing more is handed over under a claim that holds one of them: what is unsent of it is queued again, and theirs is
 * skipped by the next claim, since nobody is behind it; as is what is in doubt when it is sent again.
 */
@ApplicationScoped
class LedgerErasure {

    /** In two halves, since each has an index of its own. */
    private static final String ROWS = """
            select d.issue_id, d.id, d.campaign_id, d.lane, d.state,
              d.state = 'QUEUED' as unsent
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
                    reason = case when t.unsent then 'erased' end
                from theirs t
                where d.issue_id = t.issue_id and d.id = t.id
                returning t.campaign_id, t.lane, t.state, t.unsent, d.claim_id
                """.formatted(ROWS.formatted("not d.void"), ROWS.formatted("d.void"));
        LaneCount.MovesByLane moves = new LaneCount.MovesByLane();
        List<Long> claims = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(sql)) {
            closeClaims(connection, erased.subscriptionIds()); // before the rows, as whoever gives a claim up
            update.setArray(1, ids(connection, erased.subscriptionIds()));
            update.setArray(2, ids(connection, erased.subscriptionIds()));
            try (ResultSet row = update.executeQuery()) {
                while (row.next()) {
                    if (row.getString("state").equals("SENDING")) {
                        claims.add(row.getLong("claim_id"));
                    }
                    if (row.getBoolean("unsent")) {
                        moves.add(
                                row.getLong("campaign_id"),
                                row.getInt("lane"),
                                DeliveryState.valueOf(row.getString("state")),
                                DeliveryState.SKIPPED);
                    }
                }
            }
            close(connection, claims); // also those made meanwhile
            moves.write(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void closeClaims(Connection connection, List<Long> subscriptionIds) throws SQLException {
        List<Long> claims = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("""
                select distinct d.claim_id
                from subscription s
                join issue i on i.newsletter_id = s.newsletter_id
                join delivery d on d.issue_id = i.id and d.subscription_id = s.id and not d.void
                where s.id = any (?) and d.state = 'SENDING' and d.claim_id is not null
                """)) {
            select.setArray(1, ids(connection, subscriptionIds));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    claims.add(row.getLong(1));
                }
            }
        }
        close(connection, claims);
    }

    private static void close(Connection connection, List<Long> claims) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                update delivery_claim set closed = true where id in (
                  select id from delivery_claim where id = any (?) and not closed order by id for update)
                """)) {
            update.setArray(1, ids(connection, claims));
            update.executeUpdate();
        }
    }

    private static java.sql.Array ids(Connection connection, List<Long> ids) throws SQLException {
        return connection.createArrayOf("bigint", ids.toArray());
    }
}
