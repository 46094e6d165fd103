package dev.broadsheet.accounts;

import dev.broadsheet.platform.AddressHashes;
import dev.broadsheet.platform.AddressRange;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How often wrong tokens came from a client's network within a minute, over all nodes. Only who shows a wrong token is
 * held up, so that one forgotten script locks no office out. There are 65,536 counters and never more: where two networks
 * share one, which a stranger cannot bring about, the second is told to wait a little sooner.
 */
@ApplicationScoped
class FailedAttempts {

    /** Wrong tokens a minute from one network. Secrets cannot be guessed anyway: this keeps the noise down. */
    static final int MOST = 30;

    private final AgroalDataSource database;
    private final AddressHashes hashes;

    FailedAttempts(AgroalDataSource database, AddressHashes hashes) {
        this.database = database;
        this.hashes = hashes;
    }

    /** Counts one. @return how long its network is to wait; empty where it was not one too many. It costs no write then */
    Optional<Duration> count(@Nullable InetAddress client) {
        int bucket = bucket(client);
        try (Connection connection = database.getConnection()) {
            Optional<Duration> wait = wait(connection, bucket);
            if (wait.isEmpty()) {
                add(connection, bucket);
            }
            return wait;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private int bucket(@Nullable InetAddress client) {
        String network = client == null ? "none" : AddressRange.networkOf(client);
        return Integer.parseInt(hashes.tag("network " + network).substring(0, 4), 16);
    }

    private static Optional<Duration> wait(Connection connection, int bucket) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                select ceil(extract(epoch from since + interval '1 minute' - now()))
                from failed_attempt
                where bucket = ? and failures >= ? and since > now() - interval '1 minute'
                """)) {
            select.setInt(1, bucket);
            select.setInt(2, MOST);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(Duration.ofSeconds(Math.max(1, row.getLong(1)))) : Optional.empty();
            }
        }
    }

    private static void add(Connection connection, int bucket) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement("""
                insert into failed_attempt as f (bucket, since, failures) values (?, now(), 1)
                on conflict (bucket) do update set
                  failures = case when f.since > now() - interval '1 minute' then f.failures + 1 else 1 end,
                  since = case when f.since > now() - interval '1 minute' then f.since else now() end
                """)) {
            upsert.setInt(1, bucket);
            upsert.executeUpdate();
        }
    }
}
