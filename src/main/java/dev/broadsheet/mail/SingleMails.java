package dev.broadsheet.mail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.broadsheet.platform.AddressHashes;
import dev.broadsheet.platform.BaseUrl;
import dev.broadsheet.platform.EmailAddress;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
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
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
        ALERT,
        /** A short-lived link that a reader asked for. */
        LINK;

        /** Whether a reader waits for it, or has just shown that the mailbox lives: it may try a dead one. */
        private boolean isAskedFor() {
            return this == CONFIRMATION || this == WELCOME || this == LINK;
        }
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

    /** One that was queued, for a person's own data. */
    public record Sent(
            Kind kind,
            String state,
            Instant createdAt,
            @Nullable Instant sentAt) {}

    static final Duration LEASE = Duration.ofMinutes(10);

    /** What comes late, after somebody else took the mail up, changes nothing. */
    private static final String STILL_HELD = " where id = ? and state = 'SENDING' and attempts = ?";

    private final AgroalDataSource database;
    private final ObjectMapper json;
    private final Transports transports;
    private final BaseUrl baseUrl;
    private final AddressHashes hashes;
    private final Clock clock;
    private final Event<DeadMailbox> dead;

    SingleMails(
            AgroalDataSource database,
            ObjectMapper json,
            Transports transports,
            BaseUrl baseUrl,
            AddressHashes hashes,
            Clock clock,
            Event<DeadMailbox> dead) {
        this.database = database;
        this.json = json;
        this.transports = transports;
        this.baseUrl = baseUrl;
        this.hashes = hashes;
        this.clock = clock;
        this.dead = dead;
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
                insert into single_mail
                  (kind, state, recipient, address_hash, content_id, own, transport, base_url, due_at, created_at)
                select ?, 'QUEUED', r.recipient, decode(r.hash, 'hex'), content.id, r.own::jsonb, ?, ?, ?, ?
                from content, unnest(?::text[], ?::text[], ?::text[]) as r (recipient, own, hash)
                returning id
                """;
        List<Long> ids = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(sql)) {
            List<String> owns = new ArrayList<>();
            List<String> hashed = new ArrayList<>();
            for (To to : recipients) {
                owns.add(json.writeValueAsString(new Own(to.values, to.headers)));
                hashed.add(HexFormat.of().formatHex(hashes.of(to.email)));
            }
            Timestamp now = Timestamp.from(clock.instant());
            insert.setString(1, json.writeValueAsString(message.single(category(kind), kind.isAskedFor())));
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
            insert.setArray(9, connection.createArrayOf("text", hashed.toArray()));
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

    /** For the provider's statistics. */
    private static String category(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
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

    /** @return whether the claim still held, so that it stands there as sent */
    @Transactional
    boolean sent(Claimed mail) {
        return set(
                        "update single_mail set state = 'SENT', due_at = null, lease_until = null, reason = null, sent_at = ?"
                                + STILL_HELD,
                        Timestamp.from(clock.instant()),
                        mail.id,
                        mail.attempts)
                == 1;
    }

    /**
     * What became of a mail after its hand-over: whoever has an answer to it has got it, so that it is not sent again.
     * The node that is still handing it over holds it no longer: what that records afterwards changes nothing.
     *
     * @param refusal why it came back; null where it did not
     * @return the address, as suppressions know it; empty where there is no such mail
     */
    @Transactional(Transactional.TxType.MANDATORY)
    public Optional<byte[]> answered(long id, @Nullable String refusal) {
        String sql = """
                update single_mail set
                  state = case
                    when ? then 'FAILED'
                    when state in ('QUEUED', 'SENDING') and attempts > 0 then 'SENT'
                    else state end,
                  reason = case when ? then ? else reason end,
                  sent_at = case
                    when state in ('QUEUED', 'SENDING') and attempts > 0 then coalesce(sent_at, ?)
                    else sent_at end,
                  due_at = case when ? or attempts > 0 then null else due_at end,
                  lease_until = null
                where id = ? returning address_hash
                """;
        boolean refused = refusal != null;
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(sql)) {
            update.setBoolean(1, refused);
            update.setBoolean(2, refused);
            update.setString(3, refusal);
            update.setTimestamp(4, Timestamp.from(clock.instant()));
            update.setBoolean(5, refused);
            update.setLong(6, id);
            try (ResultSet row = update.executeQuery()) {
                return row.next() ? Optional.ofNullable(row.getBytes(1)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param reason the provider's words, addresses masked */
    @Transactional
    void failed(Claimed mail, String reason) {
        fail(mail, reason);
    }

    /** Failed, since there is no such mailbox. @param reason the provider's words, addresses masked */
    @Transactional
    void bounced(Claimed mail, String reason) {
        fail(mail, reason).ifPresent(hash -> dead.fire(new DeadMailbox(mail.id, hash)));
    }

    /** @return whose it was; empty where the claim did not hold any more, or nobody knows */
    private Optional<byte[]> fail(Claimed mail, String reason) {
        String sql = "update single_mail set state = 'FAILED', due_at = null, lease_until = null, reason = ?"
                + STILL_HELD + " returning address_hash";
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(sql)) {
            update.setString(1, reason);
            update.setLong(2, mail.id);
            update.setInt(3, mail.attempts);
            try (ResultSet row = update.executeQuery()) {
                return row.next() ? Optional.ofNullable(row.getBytes(1)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
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

    /** What was queued for a person, for their own data, oldest first. @param addressHash of {@link AddressHashes} */
    @Transactional(Transactional.TxType.MANDATORY)
    public List<Sent> of(byte[] addressHash) {
        String sql = "select kind, state, created_at, sent_at from single_mail where address_hash = ? order by id";
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setBytes(1, addressHash);
            List<Sent> mails = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Timestamp sentAt = row.getTimestamp("sent_at");
                    mails.add(new Sent(
                            Kind.valueOf(row.getString("kind")),
                            row.getString("state"),
                            row.getTimestamp("created_at").toInstant(),
                            sentAt == null ? null : sentAt.toInstant()));
                }
            }
            return mails;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A person's mails stay theirs under their new address, for the day they want to be erased. */
    @Transactional(Transactional.TxType.MANDATORY)
    public void rename(byte[] addressHash, byte[] newHash) {
        set("update single_mail set address_hash = ? where address_hash = ?", newHash, addressHash);
        set("update outbox_message set address_hash = ? where address_hash = ?", newHash, addressHash);
    }

    /** Erases all that was mailed to a person or still waits for it; what is being handed over may still arrive. */
    @Transactional(Transactional.TxType.MANDATORY)
    public void erase(EmailAddress address) {
        byte[] hash = hashes.hash(address.key());
        String typed = address.typed().toLowerCase(Locale.ROOT);
        String theirs = " where address_hash = ? or address_hash is null and lower(recipient) in (?, ?)";
        set("delete from single_mail" + theirs, hash, typed, address.key());
        // with the content of what is theirs alone; a campaign's is everybody's
        set(
                "with gone as (delete from outbox_message" + theirs + " returning content_id)"
                        + " delete from outbox_content c using gone where c.id = gone.content_id and c.key like 'mail-%'",
                hash,
                typed,
                address.key());
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
