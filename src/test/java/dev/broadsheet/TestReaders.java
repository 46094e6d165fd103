package dev.broadsheet;

import dev.broadsheet.platform.AddressHashes;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Confirmed readers by the hundred, for tests of what comes after. */
@ApplicationScoped
public class TestReaders {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final AgroalDataSource database;
    private final AddressHashes hashes;

    TestReaders(AgroalDataSource database, AddressHashes hashes) {
        this.database = database;
        this.hashes = hashes;
    }

    /** Active subscriptions of new people at {@code NEWSLETTER.example}. @return their ids */
    @Transactional
    public List<Long> active(String newsletter, int howMany) {
        String sql = """
                with p as (
                  insert into subscriber (email, email_key, email_hash, created_at) values (?, ?, ?, now()) returning id)
                insert into subscription (newsletter_id, subscriber_id, state, subscribed_at, confirmed_at)
                select n.id, p.id, 'ACTIVE', now(), now() from p, newsletter n where n.slug = ?
                returning id
                """;
        List<Long> ids = new ArrayList<>();
        try (var connection = database.getConnection();
                var insert = connection.prepareStatement(sql)) {
            for (int i = 0; i < howMany; i++) {
                String email = "reader" + COUNT.incrementAndGet() + "@" + newsletter + ".example";
                insert.setString(1, email);
                insert.setString(2, email);
                insert.setBytes(3, hashes.hash(email));
                insert.setString(4, newsletter);
                try (var row = insert.executeQuery()) {
                    row.next();
                    ids.add(row.getLong(1));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return ids;
    }

    /** Has a reader want these sections alone. */
    @Transactional
    public void want(long subscription, String... sections) {
        try (var connection = database.getConnection();
                var update = connection.prepareStatement("update subscription set sections = ? where id = ?")) {
            update.setArray(1, connection.createArrayOf("text", sections));
            update.setLong(2, subscription);
            update.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Transactional
    public void unsubscribe(long subscription) {
        try (var connection = database.getConnection();
                var update = connection.prepareStatement(
                        "update subscription set state = 'UNSUBSCRIBED', unsubscribed_at = now() where id = ?")) {
            update.setLong(1, subscription);
            update.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
