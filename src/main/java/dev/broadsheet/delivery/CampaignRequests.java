package dev.broadsheet.delivery;

import dev.broadsheet.platform.Problem;
import dev.broadsheet.platform.Sha256;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;

/** What was answered to which idempotency key, so that asking for a campaign twice sends once. */
@ApplicationScoped
class CampaignRequests {

    /** @param json as the caller got it the first time */
    record Answer(long campaignId, String json) {}

    private final AgroalDataSource database;
    private final Clock clock;

    CampaignRequests(AgroalDataSource database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** @throws Problem 422 where the key was used for another request */
    @Transactional(Transactional.TxType.MANDATORY)
    Optional<Answer> find(long newsletterId, String key, String request) {
        try (Connection connection = database.getConnection();
                PreparedStatement lock =
                        connection.prepareStatement("select pg_advisory_xact_lock(hashtextextended(?, ?))");
                PreparedStatement select =
                        connection.prepareStatement("select request_hash, campaign_id, answer from campaign_request"
                                + " where newsletter_id = ? and idempotency_key = ?")) {
            // the same key twice at the same moment: the second waits and finds the first one's answer
            lock.setString(1, key);
            lock.setLong(2, newsletterId);
            lock.execute();
            select.setLong(1, newsletterId);
            select.setString(2, key);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                if (!Arrays.equals(row.getBytes("request_hash"), Sha256.of(request))) {
                    throw new Problem(
                            422, "idempotency-key-reused", "This Idempotency-Key was used for another request.");
                }
                return Optional.of(new Answer(row.getLong("campaign_id"), row.getString("answer")));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Transactional(Transactional.TxType.MANDATORY)
    Answer save(long newsletterId, String key, String request, long campaignId, String answer) {
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into campaign_request (newsletter_id, idempotency_key, request_hash, campaign_id, answer,"
                                + " created_at) values (?, ?, ?, ?, ?, ?)")) {
            insert.setLong(1, newsletterId);
            insert.setString(2, key);
            insert.setBytes(3, Sha256.of(request));
            insert.setLong(4, campaignId);
            insert.setString(5, answer);
            insert.setTimestamp(6, Timestamp.from(clock.instant()));
            insert.executeUpdate();
            return new Answer(campaignId, answer);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
