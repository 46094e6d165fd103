package dev.broadsheet.mail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Keys for tests, made anew, in files as openssl writes them. */
final class DkimKeys {

    static final String DOMAIN = "news.example";

    /** As configured. */
    record Setting(Optional<String> domain, Optional<String> selector, Optional<Path> privateKey)
            implements MailConfig.Dkim {
        static Setting of(Path file) {
            return new Setting(Optional.of(DOMAIN), Optional.of("s2026"), Optional.of(file));
        }
    }

    private DkimKeys() {}

    /** @param algorithm of {@link KeyPairGenerator} */
    static byte[] pkcs8(String algorithm, int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (bits > 0) {
            generator.initialize(bits);
        }
        return generator.generateKeyPair().getPrivate().getEncoded();
    }

    /** Of an RSA key of 1,024 bits or more: what is inside its PKCS#8. */
    static byte[] pkcs1(byte[] pkcs8) {
        return Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
    }

    static Path file(Path folder, String kind, byte[] encoded) throws IOException {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return Files.writeString(
                folder.resolve("dkim.pem"),
                "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n");
    }

    static DkimKey rsa(Path folder) throws IOException, GeneralSecurityException {
        return key(file(folder, "PRIVATE KEY", pkcs8("RSA", 2_048)));
    }

    static DkimKey ed25519(Path folder) throws IOException, GeneralSecurityException {
        return key(file(folder, "PRIVATE KEY", pkcs8("Ed25519", 0)));
    }

    static DkimKey key(Path file) {
        DkimKey key = DkimKey.of(Setting.of(file));
        if (key == null) {
            throw new IllegalStateException("nothing is set");
        }
        return key;
    }
}
