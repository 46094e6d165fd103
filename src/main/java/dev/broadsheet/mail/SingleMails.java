package dev.broadsheet.mail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.broadsheet.platform.BaseUrl;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The queue of messages to one person. What asks for such a mail queues it in its own transaction, so that no crash
 * comes between; {@link SingleMailJob} hands it over. A mail whose hand-over is in doubt goes out again after its lease,
 * with the same {@code Message-ID}: twice a confirmation is better than none.
 */
@ApplicationScoped
public class SingleMails {

    /** What a single mail is for. */
    public enum Kind {
        CONFIRMATION,
        TEST,
        ALERT
    }

    /**
     * A claimed mail.
     *
     * @param message as JSON
     * @param attempts with this one; names the claim together with the id
     */
    record Claimed(long id, String recipient, String message, int attempts) {}

    static final Duration LEASE = Duration.ofMinutes(10);

    /** What comes late, after somebody else took the mail up, changes nothing. */
    private static final String STILL_HELD = " where id = ? and state = 'SENDING' and attempts = ?";

    private final AgroalDataSource database;
    private final ObjectMapper json;
    private final Transports transports;
    private final BaseUrl baseUrl;
    private final Clock clock;

    SingleMails(AgroalDataSource database, ObjectMapper json, Transports transports, BaseUrl baseUrl, Clock clock) {
        this.database = database;
        this.json = json;
        this.transports = transports;
        this.baseUrl = baseUrl;
        this.clock = clock;
    }

    /** Queues one, in the caller's transaction. @param message has no slots. @return its id */
    @Transactional(Transactional.TxType.MANDATORY)
    public long queue(Kind kind, String recipientEmail, Message message) {
        if (!message.tags().isEmpty()) {
            throw new IllegalArgumentException("A single mail has no slots");
        }
        String sql = """
                insert into single_mail (kind, state, recipient, message, transport, base_url, due_at, created_at)
                values (?, 'QUEUED', ?, ?::jsonb, ?, ?, ?, ?)
                returning id
                """;
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(sql)) {
            Timestamp now = Timestamp.from(clock.instant());
            insert.setString(1, kind.name());
            insert.setString(2, recipientEmail);
            insert.setString(3, json.writeValueAsString(message));
            insert.setString(4, transports.name());
            insert.setString(5, baseUrl.toString());
            insert.setTimestamp(6, now);
            insert.setTimestamp(7, now);
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException | JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes what is due, and what a dead node left: at most so many, under a lease. */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    List<Claimed> claim(int most) {
        String sql = """
                with due as materialized (
                  select id from single_mail
                  where (due_at <= ? or lease_until <= ?) and transport = ? and base_url = ?
                  order by id limit ? for update skip locked)
                update single_mail m set state = 'SENDING', due_at = null, lease_until = ?, attempts = attempts + 1
                from due where m.id = due.id
                returning m.id, m.recipient, m.message, m.attempts
                """;
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(sql)) {
            Instant now = clock.instant();
            update.setTimestamp(1, Timestamp.from(now));
            update.setTimestamp(2, Timestamp.from(now));
            update.setString(3, transports.name());
            update.setString(4, baseUrl.toString());
            update.setInt(5, most);
            update.setTimestamp(6, Timestamp.from(now.plus(LEASE)));
            List<Claimed> claimed = new ArrayList<>();
            try (ResultSet row = update.executeQuery()) {
                while (row.next()) {
                    claimed.add(new Claimed(
                            row.getLong("id"),
                            row.getString("recipient"),
                            row.getString("message"),
                            row.getInt("attempts")));
                }
            }
            return claimed;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    Message message(Claimed mail) throws JsonProcessingException {
        return json.readValue(mail.message, Message.class);
    }

    @Transactional
    void sent(Claimed mail) {
        set(
                "update single_mail set state = 'SENT', due_at = null, lease_until = null, reason = null, sent_at = ?"
                        + STILL_HELD,
                Timestamp.from(clock.instant()),
                mail.id,
                mail.attempts);
    }

    /** @param reason the provider's words, addresses masked */
    @Transactional
    void failed(Claimed mail, String reason) {
        set(
                "update single_mail set state = 'FAILED', due_at = null, lease_until = null, reason = ?" + STILL_HELD,
                reason,
                mail.id,
                mail.attempts);
    }

    @Transactional
    void again(Claimed mail, Duration after, String reason) {
        set(
                "update single_mail set state = 'QUEUED', due_at = ?, lease_until = null, reason = ?" + STILL_HELD,
                Timestamp.from(clock.instant().plus(after)),
                reason,
                mail.id,
                mail.attempts);
    }

    /** What was queued under another transport or base URL holds links that lead elsewhere: it is not sent. */
    @Transactional
    int pauseForeign() {
        return set(
                "update single_mail set state = 'PAUSED', due_at = null, lease_until = null, reason = 'transport-changed'"
                        + " where state in ('QUEUED', 'SENDING') and (transport <> ? or base_url <> ?)",
                transports.name(),
                baseUrl.toString());
    }

    private int set(String sql, Object... values) {
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                update.setObject(i + 1, values[i]);
            }
            return update.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
