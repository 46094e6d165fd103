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
import java.util.Map;

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
        /** "You are subscribed already". */
        SUBSCRIBED,
        WELCOME,
        GOODBYE,
        TEST,
        ALERT
    }

    /**
     * One person's part of a message that several get.
     *
     * @param values tag to value, for every slot of the message
     * @param headers the person's own, such as {@code List-Unsubscribe}
     */
    public record To(String email, Map<String, String> values, Map<String, String> headers) {}

    /** What of a {@link To} is stored beside the address. */
    record Own(Map<String, String> values, Map<String, String> headers) {}

    /**
     * A claimed mail.
     *
     * @param contentId names the message, which others share
     * @param message as JSON
     * @param own as JSON
     * @param attempts with this one; names the claim together with the id
     */
    record Claimed(long id, String recipient, long contentId, String message, String own, int attempts) {}

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
            throw new IllegalArgumentException("Nobody fills the slots");
        }
        return queue(kind, message, List.of(new To(recipientEmail, Map.of(), Map.of())))
                .get(0);
    }

    /** Queues the same message for several, in the caller's transaction: one statement, the message stored once. @return ids */
    @Transactional(Transactional.TxType.MANDATORY)
    public List<Long> queue(Kind kind, Message message, List<To> recipients) {
        String sql = """
                with content as (insert into single_mail_content (message) values (?::jsonb) returning id)
                insert into single_mail (kind, state, recipient, content_id, own, transport, base_url, due_at, created_at)
                select ?, 'QUEUED', r.recipient, content.id, r.own::jsonb, ?, ?, ?, ?
                from content, unnest(?::text[], ?::text[]) as r (recipient, own)
                returning id
                """;
        List<Long> ids = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(sql)) {
            List<String> owns = new ArrayList<>();
            for (To to : recipients) {
                owns.add(json.writeValueAsString(new Own(to.values, to.headers)));
            }
            Timestamp now = Timestamp.from(clock.instant());
            insert.setString(1, json.writeValueAsString(message));
            insert.setString(2, kind.name());
            insert.setString(3, transports.name());
            insert.setString(4, baseUrl.toString());
            insert.setTimestamp(5, now);
            insert.setTimestamp(6, now);
            insert.setArray(
                    7,
                    connection.createArrayOf(
                            "text", recipients.stream().map(To::email).toArray()));
            insert.setArray(8, connection.createArrayOf("text", owns.toArray()));
            try (ResultSet row = insert.executeQuery()) {
                while (row.next()) {
                    ids.add(row.getLong(1));
                }
            }
            return ids;
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
                returning m.id, m.recipient, m.content_id,
                  (select c.message from single_mail_content c where c.id = m.content_id) as message, m.own, m.attempts
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
                            row.getLong("content_id"),
                            row.getString("message"),
                            row.getString("own"),
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

    Own own(Claimed mail) throws JsonProcessingException {
        return json.readValue(mail.own, Own.class);
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
