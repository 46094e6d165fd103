package dev.broadsheet.platform;

import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Keyed hashes of addresses: what is left of a person who was erased or must not be mailed. The key is this
 * installation's own, made once, kept in the database and never rotated, since a new one would forget them all.
 */
@Singleton
public class AddressHashes {

    private final AgroalDataSource database;
    private final SecureRandom random;
    private volatile @Nullable HmacSha256 hmac;

    AddressHashes(AgroalDataSource database, SecureRandom random) {
        this.database = database;
        this.random = random;
    }

    /** @param addressKey an {@link EmailAddress#key()}. @return 32 bytes of HMAC-SHA-256 */
    public byte[] hash(String addressKey) {
        return hmac().of(addressKey.getBytes(StandardCharsets.UTF_8));
    }

    /** Of an address as it was typed; of the text itself where it can be none. */
    public byte[] of(String email) {
        return hash(EmailAddress.parse(email).map(EmailAddress::key).orElse(email));
    }

    /** Twelve hex digits that make a name this installation's own. @param name holds a space, as no address key does */
    public String tag(String name) {
        return HexFormat.of().formatHex(Arrays.copyOf(hash(name), 6));
    }

    /** Whether it is {@link #tag} of the name, in a time that does not tell how much of it is right. */
    public boolean isTag(String tag, String name) {
        return MessageDigest.isEqual(
                tag.getBytes(StandardCharsets.UTF_8), tag(name).getBytes(StandardCharsets.UTF_8));
    }

    private HmacSha256 hmac() {
        HmacSha256 known = hmac;
        if (known == null) {
            known = new HmacSha256(QuarkusTransaction.requiringNew().call(this::readOrMake));
            hmac = known;
        }
        return known;
    }

    private byte[] readOrMake() throws SQLException {
        byte[] fresh = new byte[32];
        random.nextBytes(fresh);
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into installation (address_key) values (?) on conflict (only_row) do nothing");
                PreparedStatement select = connection.prepareStatement("select address_key from installation")) {
            insert.setBytes(1, fresh);
            insert.executeUpdate();
            try (var row = select.executeQuery()) {
                row.next();
                return row.getBytes(1);
            }
        }
    }
}
