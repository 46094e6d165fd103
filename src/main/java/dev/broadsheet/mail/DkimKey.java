package dev.broadsheet.mail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The private key that signs mail for a domain, RSA or Ed25519, and what its owner publishes in DNS of its public half.
 * Its text form holds no key.
 */
final class DkimKey {

    /** RFC 8301, 3.2: shorter ones count for nothing. */
    private static final int SHORTEST_RSA = 1_024;

    /** RFC 8301, 3.2: signers should use these. */
    static final int GOOD_RSA = 2_048;

    private static final Pattern PEM =
            Pattern.compile("-----BEGIN (RSA )?PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END (?:RSA )?PRIVATE KEY-----");
    private static final Pattern NAME = Pattern.compile(
            "(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?" + "(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*");

    /** In PKCS#8, before a key in PKCS#1: that it is version 0 and RSA. */
    private static final byte[] RSA_IN_PKCS8 = HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

    /** An Ed25519 public key's own octets are the last of its encoding. */
    private static final int ED25519_OCTETS = 32;

    private final String domain;
    private final String selector;
    private final PrivateKey privateKey;
    private final PublicKey publicKey;

    private DkimKey(String domain, String selector, PrivateKey privateKey) throws GeneralSecurityException {
        this.domain = domain;
        this.selector = selector;
        this.privateKey = privateKey;
        this.publicKey = publicKey(privateKey);
    }

    /**
     * As configured.
     *
     * @return null where nothing is
     * @throws IllegalStateException with a sentence for who set it, where it is not all there or cannot be used
     */
    static @Nullable DkimKey of(MailConfig.Dkim config) {
        if (config.domain().isEmpty()
                && config.selector().isEmpty()
                && config.privateKey().isEmpty()) {
            return null;
        }
        if (config.domain().isEmpty()
                || config.selector().isEmpty()
                || config.privateKey().isEmpty()) {
            throw new IllegalStateException("BROADSHEET_MAIL_DKIM_DOMAIN, BROADSHEET_MAIL_DKIM_SELECTOR and"
                    + " BROADSHEET_MAIL_DKIM_PRIVATE_KEY belong together: set all three, or none for mail without a"
                    + " signature of our own.");
        }
        String domain = name("BROADSHEET_MAIL_DKIM_DOMAIN", config.domain().get());
        String selector =
                name("BROADSHEET_MAIL_DKIM_SELECTOR", config.selector().get());
        Path file = config.privateKey().get();
        try {
            DkimKey key = new DkimKey(domain, selector, read(Files.readString(file, StandardCharsets.ISO_8859_1)));
            if (key.isRsa() && key.bits() < SHORTEST_RSA) {
                throw new IllegalStateException("BROADSHEET_MAIL_DKIM_PRIVATE_KEY: " + file + " holds an RSA key of "
                        + key.bits() + " bits; receivers take none below " + SHORTEST_RSA + ", and " + GOOD_RSA
                        + " are right.");
            }
            return key;
        } catch (IOException e) {
            throw new IllegalStateException("BROADSHEET_MAIL_DKIM_PRIVATE_KEY: " + file + " cannot be read.", e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "BROADSHEET_MAIL_DKIM_PRIVATE_KEY: " + file
                            + " holds no private key in PEM that can be used: RSA or Ed25519, without a password.",
                    e);
        }
    }

    private static String name(String setting, String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalStateException(
                    setting + ": " + text + " is not a name in DNS (letters, digits, hyphens, dots; others as xn--…).");
        }
        return name;
    }

    private static PrivateKey read(String file) throws GeneralSecurityException {
        Matcher pem = PEM.matcher(file);
        if (!pem.find()) {
            throw new InvalidKeySpecException("no private key in PEM");
        }
        byte[] encoded = Base64.getMimeDecoder().decode(pem.group(2));
        if (pem.group(1) != null) {
            return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8(encoded)));
        }
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(encoded);
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(spec);
        } catch (InvalidKeySpecException e) {
            return KeyFactory.getInstance("Ed25519").generatePrivate(spec);
        }
    }

    /** A key in PKCS#1, which Java does not read, as PKCS#8 (RFC 5208, 5). */
    private static byte[] pkcs8(byte[] pkcs1) {
        return der(0x30, joined(RSA_IN_PKCS8, der(0x04, pkcs1)));
    }

    /** @param content shorter than 65,536 octets, as every key that is one */
    private static byte[] der(int tag, byte[] content) {
        int length = content.length;
        byte[] head = length < 0x80
                ? new byte[] {(byte) tag, (byte) length}
                : length < 0x100
                        ? new byte[] {(byte) tag, (byte) 0x81, (byte) length}
                        : new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
        return joined(head, content);
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static PublicKey publicKey(PrivateKey key) throws GeneralSecurityException {
        if (key instanceof RSAPrivateCrtKey rsa) {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
        }
        if (key instanceof EdECPrivateKey ed25519) {
            byte[] seed = ed25519.getBytes().orElseThrow(() -> new InvalidKeySpecException("no octets"));
            KeyPairGenerator pair = KeyPairGenerator.getInstance("Ed25519");
            pair.initialize(NamedParameterSpec.ED25519, new Seed(seed)); // Java has no other way from it to its half
            return pair.generateKeyPair().getPublic();
        }
        throw new InvalidKeySpecException("neither RSA with its primes nor Ed25519");
    }

    /** Gives the octets of a key that is there already instead of random ones. */
    @SuppressWarnings("serial") // never stored
    private static final class Seed extends SecureRandom {
        private final byte[] octets;

        Seed(byte[] octets) {
            this.octets = octets;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(octets, 0, bytes, 0, bytes.length);
        }
    }

    String domain() {
        return domain;
    }

    String selector() {
        return selector;
    }

    PrivateKey privateKey() {
        return privateKey;
    }

    boolean isRsa() {
        return privateKey instanceof RSAPrivateCrtKey;
    }

    /** Of an RSA key's modulus; of an Ed25519 key 256. */
    int bits() {
        return privateKey instanceof RSAPrivateCrtKey rsa ? rsa.getModulus().bitLength() : 8 * ED25519_OCTETS;
    }

    /** Where receivers look for the public key. */
    String recordName() {
        return selector + "._domainkey." + domain;
    }

    /** The TXT record that belongs there. */
    String record() {
        byte[] encoded = publicKey.getEncoded();
        return isRsa()
                ? "v=DKIM1; k=rsa; p=" + base64(encoded)
                : "v=DKIM1; k=ed25519; p="
                        + base64(Arrays.copyOfRange(encoded, encoded.length - ED25519_OCTETS, encoded.length));
    }

    private static String base64(byte[] octets) {
        return Base64.getEncoder().encodeToString(octets);
    }

    @Override
    public String toString() {
        return recordName();
    }
}
