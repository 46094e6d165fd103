package dev.broadsheet.mail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.broadsheet.platform.AddressHashes;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The local outbox: where mail goes on a machine that sends none. It is a table, written in the transaction that records
 * {@code SENT}, unique by delivery: so a crash can neither lose nor double what is in it. What recipients of one
 * campaign share is kept once.
 */
@ApplicationScoped
public class Outbox {

    /** @param subject of the message, for lists */
    public record Entry(long id, String to, String subject, String messageId, Instant receivedAt) {}

    /** A message as it would have left, before it is encoded. */
    public record Stored(Entry entry, Message message, Recipient recipient) {}

    private final AgroalDataSource database;
    private final ObjectMapper json;
    private final AddressHashes hashes;

    Outbox(AgroalDataSource database, ObjectMapper json, AddressHashes hashes) {
        this.database = database;
        this.json = json;
        this.hashes = hashes;
    }

    /**
     * Takes messages in.
     *
     * @param contentKey names the message, the same for all its recipients
     * @param keyPrefix with a recipient's id: names one delivery; what is there already stays as it is
     */
    @Transactional(Transactional.TxType.MANDATORY)
    public void store(String contentKey, Message message, String keyPrefix, List<Recipient> recipients, Instant now) {
        try (Connection connection = database.getConnection()) {
            long content = content(connection, contentKey, message);
            String sql = """
                    insert into outbox_message
                      (key, content_id, recipient, slots, message_id, address_hash, received_at)
                    select r.key, ?, r.recipient, r.slots::jsonb, r.message_id, r.address_hash, ?
                    from unnest(?, ?, ?, ?, ?) as r (key, recipient, slots, message_id, address_hash)
                    on conflict (key) do nothing
                    """;
            List<String> slots = new ArrayList<>();
            for (Recipient recipient : recipients) {
                slots.add(json.writeValueAsString(recipient));
            }
            try (PreparedStatement insert = connection.prepareStatement(sql)) {
                insert.setLong(1, content);
                insert.setObject(2, java.sql.Timestamp.from(now));
                insert.setArray(
                        3,
                        texts(
                                connection,
                                recipients.stream().map(r -> keyPrefix + r.id()).toList()));
                insert.setArray(
                        4,
                        texts(
                                connection,
                                recipients.stream().map(Recipient::email).toList()));
                insert.setArray(5, texts(connection, slots));
                insert.setArray(
                        6,
                        texts(
                                connection,
                                recipients.stream().map(Recipient::messageId).toList()));
                insert.setArray(
                        7,
                        connection.createArrayOf(
                                "bytea",
                                recipients.stream()
                                        .map(r -> hashes.of(r.email()))
                                        .toArray(byte[][]::new)));
                insert.executeUpdate();
            }
        } catch (SQLException | JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Messages, the newest first. @param to only to this address, in any case; null for all. @param before only ids below */
    @Transactional
    public List<Entry> list(@Nullable String to, long before, int limit) {
        String sql = """
                select m.id, m.recipient, c.message ->> 'subject' as subject, m.message_id, m.received_at
                from outbox_message m join outbox_content c on c.id = m.content_id
                where (cast(? as text) is null or lower(m.recipient) = lower(?)) and m.id < ?
                order by m.id desc limit ?
                """;
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, to);
            select.setString(2, to);
            select.setLong(3, before);
            select.setInt(4, limit);
            List<Entry> entries = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    entries.add(entry(row));
                }
            }
            return entries;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A person's messages, oldest first, for their own data. @param addressHash of {@link AddressHashes} */
    @Transactional(Transactional.TxType.MANDATORY)
    public List<Entry> of(byte[] addressHash) {
        String sql = """
                select m.id, m.recipient, c.message ->> 'subject' as subject, m.message_id, m.received_at
                from outbox_message m join outbox_content c on c.id = m.content_id
                where m.address_hash = ? order by m.id
                """;
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setBytes(1, addressHash);
            List<Entry> entries = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    entries.add(entry(row));
                }
            }
            return entries;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Transactional
    public Optional<Stored> find(long id) {
        String sql = """
                select m.id, m.recipient, c.message ->> 'subject' as subject, m.message_id, m.received_at, c.message, m.slots
                from outbox_message m join outbox_content c on c.id = m.content_id
                where m.id = ?
                """;
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, id);
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new Stored(
                                entry(row),
                                json.readValue(row.getString("message"), Message.class),
                                json.readValue(row.getString("slots"), Recipient.class)))
                        : Optional.empty();
            }
        } catch (SQLException | JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getLong("id"),
                row.getString("recipient"),
                row.getString("subject"),
                row.getString("message_id"),
                row.getTimestamp("received_at").toInstant());
    }

    private long content(Connection connection, String key, Message message)
            throws SQLException, JsonProcessingException {
        Long known = contentId(connection, key);
        if (known != null) {
            return known;
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into outbox_content (key, message) values (?, ?::jsonb) on conflict (key) do nothing")) {
            insert.setString(1, key);
            insert.setString(2, json.writeValueAsString(message));
            insert.executeUpdate();
        }
        Long made = contentId(connection, key);
        if (made == null) {
            throw new IllegalStateException("Outbox content " + key + " was neither there nor made");
        }
        return made;
    }

    private static @Nullable Long contentId(Connection connection, String key) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select id from outbox_content where key = ?")) {
            select.setString(1, key);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getLong(1) : null;
            }
        }
    }

    private static Array texts(Connection connection, List<String> values) throws SQLException {
        return connection.createArrayOf("text", values.toArray());
    }
}
