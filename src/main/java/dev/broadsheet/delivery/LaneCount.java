package dev.broadsheet.delivery;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/** The counters of a lane, one for each state, which move with its rows and are compared with them at the end. */
final class LaneCount {

    private static final Logger LOG = Logger.getLogger(LaneCount.class);

    private LaneCount() {}

    /** How many rows to move from and to each state, in one lane. */
    static final class Moves {
        private final Map<DeliveryState, Long> deltas = new EnumMap<>(DeliveryState.class);

        void add(DeliveryState state, long delta) {
            deltas.merge(state, delta, Long::sum);
        }
    }

    /** Rows that move in lanes of any campaigns. */
    static final class MovesByLane {
        private final Map<Long, Map<Integer, Moves>> byCampaign = new TreeMap<>();

        void add(long campaignId, int lane, DeliveryState from, DeliveryState to) {
            add(campaignId, lane, from, to, 1);
        }

        void add(long campaignId, int lane, DeliveryState from, DeliveryState to, long rows) {
            Moves moves = byCampaign
                    .computeIfAbsent(campaignId, id -> new TreeMap<>())
                    .computeIfAbsent(lane, number -> new Moves());
            moves.add(from, -rows);
            moves.add(to, rows);
        }

        /** In the order of campaigns and lanes, as everybody, so that nobody waits in a circle. */
        void write(Connection connection) throws SQLException {
            for (Map.Entry<Long, Map<Integer, Moves>> campaign : byCampaign.entrySet()) {
                for (Map.Entry<Integer, Moves> lane : campaign.getValue().entrySet()) {
                    move(connection, campaign.getKey(), lane.getKey(), lane.getValue());
                }
            }
        }
    }

    /** Counts permanent refusals since the last message that was taken. @param results in their order */
    static void refusals(Connection connection, long campaignId, int lane, List<Claims.Result> results)
            throws SQLException {
        int inARow = 0;
        boolean afresh = false;
        for (Claims.Result result : results) {
            switch (result.state()) {
                case BOUNCED, FAILED -> inARow++;
                case SENT -> {
                    inARow = 0;
                    afresh = true;
                }
                default -> {}
            }
        }
        String set = afresh ? "?" : "refused_in_a_row + ?";
        String where = afresh ? " and refused_in_a_row <> ?" : "";
        if (!afresh && inARow == 0) {
            return;
        }
        try (PreparedStatement update = connection.prepareStatement(
                "update lane_count set refused_in_a_row = " + set + " where campaign_id = ? and lane = ?" + where)) {
            update.setInt(1, inARow);
            update.setLong(2, campaignId);
            update.setInt(3, lane);
            if (afresh) {
                update.setInt(4, inARow);
            }
            update.executeUpdate();
        }
    }

    static void move(Connection connection, long campaignId, int lane, Moves moves) throws SQLException {
        move(connection, campaignId, lane, moves, 0);
    }

    /** @param claimedTo rows up to this id were claimed; zero where that has not moved */
    static void move(Connection connection, long campaignId, int lane, Moves moves, long claimedTo)
            throws SQLException {
        moves.deltas.values().removeIf(delta -> delta == 0);
        if (moves.deltas.isEmpty()) {
            return;
        }
        StringBuilder set = new StringBuilder(claimedTo == 0 ? "" : "claimed_to = greatest(claimed_to, ?)");
        moves.deltas.keySet().forEach(state -> set.append(set.isEmpty() ? "" : ", ")
                .append(state.column())
                .append(" = ")
                .append(state.column())
                .append(" + ?"));
        try (PreparedStatement update =
                connection.prepareStatement("update lane_count set " + set + " where campaign_id = ? and lane = ?")) {
            int i = 1;
            if (claimedTo != 0) {
                update.setLong(i++, claimedTo);
            }
            for (long delta : moves.deltas.values()) {
                update.setLong(i++, delta);
            }
            update.setLong(i++, campaignId);
            update.setInt(i, lane);
            if (update.executeUpdate() != 1) {
                LOG.errorf("Campaign %d has no counters for lane %d", campaignId, lane);
            }
        }
    }
}
