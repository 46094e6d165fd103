package dev.broadsheet.platform;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an address where the address itself must not be: HMAC-SHA-256 under a key that is made once, lives in
 * the database and is never rotated, since with another key every suppression would be forgotten.
 */
@Singleton
public class AddressHashes {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;

    private final DataSource dataSource;
    private final SecureRandom random;
    private volatile @Nullable SecretKeySpec key;

    AddressHashes(DataSource dataSource, SecureRandom random) {
        this.dataSource = dataSource;
        this.random = random;
    }

    /**
     * @param addressKey what makes two spellings one person, never the address as typed
     * @return 32 bytes
     */
    public byte[] hash(String addressKey) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key());
            return mac.doFinal(addressKey.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private SecretKeySpec key() {
        SecretKeySpec known = key;
        if (known == null) {
            // In a transaction of its own: the caller's may still be rolled back, and the key with it.
            known = QuarkusTransaction.requiringNew().call(this::readOrMake);
            key = known;
        }
        return known;
    }

    private SecretKeySpec readOrMake() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement make = connection.prepareStatement(
                        "insert into installation (address_key) values (?) on conflict do nothing");
                PreparedStatement read = connection.prepareStatement("select address_key from installation")) {
            byte[] fresh = new byte[KEY_BYTES];
            random.nextBytes(fresh);
            make.setBytes(1, fresh);
            make.executeUpdate();
            try (ResultSet row = read.executeQuery()) {
                row.next();
                return new SecretKeySpec(row.getBytes(1), ALGORITHM);
            }
        }
    }
}
