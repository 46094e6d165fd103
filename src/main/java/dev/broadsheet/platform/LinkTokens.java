package dev.broadsheet.platform;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The signed tokens in links and forms: they prove that we made the link, for one purpose and one subject, and when.
 * A token is 37 bytes in base64url without padding (50 characters): version (1), key id (4), purpose (1), subject (8),
 * issued at in Unix seconds (5), and the first 18 bytes of HMAC-SHA-256 over these and over what else the
 * caller binds it to. Keys come from {@code BROADSHEET_SECRET}: the first signs, all verify.
 */
@Singleton
public class LinkTokens {

    /** What a token may be used for, and for how long. A token of one purpose is malformed for every other. */
    public enum Purpose {
        /** How long it is good for is a setting of sign-ups, who look at when it was made. */
        CONFIRM(1, null),
        /** Never expires: people unsubscribe from old mail. */
        UNSUBSCRIBE(2, null),
        UNDO_UNSUBSCRIBE(3, Duration.ofHours(24)),
        /** The hidden {@code ts} of the sign-up form; its subject is the newsletter. */
        FORM_SHOWN(4, Duration.ofDays(1)),
        /** The button that a sign-up without a good {@code ts} gets, bound to what was typed. */
        FORM_BUTTON(5, Duration.ofHours(1)),
        /** Says why one has left. */
        LEAVE_REASON(6, Duration.ofHours(24)),
        /** Short-lived links, used once; their subject is the link itself, which the database knows. */
        EXPORT(7, Duration.ofHours(1)),
        CHANGE_ADDRESS(8, Duration.ofHours(1)),
        ERASE(9, Duration.ofHours(1)),
        /** Goes to the address that is to take the other's place. */
        NEW_ADDRESS(10, Duration.ofHours(1));

        private final byte code;
        private final @Nullable Duration goodFor;

        Purpose(int code, @Nullable Duration goodFor) {
            this.code = (byte) code;
            this.goodFor = goodFor;
        }
    }

    /**
     * A token of ours: what it is about and when it was made.
     *
     * @param expired never true in what {@code verify} answers
     */
    public record Verified(long subject, Instant issuedAt, boolean expired) {}

    /** The subject of links in previews and test sends: they act on nobody. */
    public static final long NOBODY = 0;

    /** Of the present version, which is in the first two characters. */
    private static final Pattern FORM = Pattern.compile("(?<![\\w-])A[Q-Za-f][\\w-]{48}(?![\\w-])");

    private static final byte VERSION = 1;
    private static final int SIGNED_BYTES = 1 + 4 + 1 + 8 + 5;
    private static final int MAC_BYTES = 18;

    private record Key(byte[] id, HmacSha256 hmac) {}

    private final List<Key> keys;
    private final Clock clock;

    @Inject
    LinkTokens(PlatformConfig config, Clock clock) {
        this(config.secret().orElse(List.of()), clock);
    }

    /** @param secrets at least one, each at least 32 bytes of UTF-8; the first signs */
    public LinkTokens(List<String> secrets, Clock clock) {
        if (secrets.isEmpty()) {
            throw new IllegalStateException("BROADSHEET_SECRET is not set: it signs the links in mails."
                    + " Set it to at least 32 random bytes, for example from: openssl rand -base64 48");
        }
        this.keys = secrets.stream().map(LinkTokens::key).toList();
        this.clock = clock;
    }

    private static Key key(String secret) {
        byte[] bytes = secret.strip().getBytes(StandardCharsets.UTF_8);
        if (bytes.length < 32) {
            throw new IllegalStateException("BROADSHEET_SECRET is too short: each secret needs at least 32 bytes.");
        }
        return new Key(Arrays.copyOf(Sha256.of(bytes), 4), new HmacSha256(bytes));
    }

    public String sign(Purpose purpose, long subject) {
        return sign(purpose, subject, "");
    }

    /** @param boundTo what else the token vouches for without carrying it, such as the address typed into a form */
    public String sign(Purpose purpose, long subject, String boundTo) {
        Key key = keys.get(0);
        byte[] signed = ByteBuffer.allocate(SIGNED_BYTES)
                .put(VERSION)
                .put(key.id)
                .put(purpose.code)
                .putLong(subject)
                .put(fiveBytes(clock.instant().getEpochSecond()))
                .array();
        byte[] token = Arrays.copyOf(signed, SIGNED_BYTES + MAC_BYTES);
        System.arraycopy(mac(key, signed, boundTo), 0, token, SIGNED_BYTES, MAC_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /**
     * @throws Problem 404 {@code link-invalid} where the token is malformed, forged or of another purpose; 410
     *     {@code link-expired} where it is too old
     */
    public Verified verify(Purpose purpose, String token) {
        return verify(purpose, token, "");
    }

    /** Like {@link #verify(Purpose, String)}, for a token that was bound to something. */
    public Verified verify(Purpose purpose, String token, String boundTo) {
        Verified verified = open(purpose, token, boundTo).orElseThrow(LinkTokens::invalid);
        if (verified.expired) {
            throw new Problem(410, "link-expired", "This link has expired.");
        }
        return verified;
    }

    /** Like {@code verify}, for callers that have an answer of their own: tells an expired token, empty is forged. */
    public Optional<Verified> open(Purpose purpose, String token, String boundTo) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        // The second condition refuses another spelling of the same bytes: a link has one form.
        if (bytes.length != SIGNED_BYTES + MAC_BYTES
                || !Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(bytes)
                        .equals(token)) {
            return Optional.empty();
        }
        byte[] signed = Arrays.copyOf(bytes, SIGNED_BYTES);
        byte[] mac = Arrays.copyOfRange(bytes, SIGNED_BYTES, bytes.length);
        byte[] keyId = Arrays.copyOfRange(signed, 1, 5);
        for (Key key : keys) {
            if (Arrays.equals(key.id, keyId)
                    && MessageDigest.isEqual(Arrays.copyOf(mac(key, signed, boundTo), MAC_BYTES), mac)
                    && signed[0] == VERSION
                    && signed[5] == purpose.code) {
                ByteBuffer buffer = ByteBuffer.wrap(signed);
                Instant issuedAt = Instant.ofEpochSecond(seconds(buffer));
                boolean expired = purpose.goodFor != null
                        && issuedAt.plus(purpose.goodFor).isBefore(clock.instant());
                return Optional.of(new Verified(buffer.getLong(6), issuedAt, expired));
            }
        }
        return Optional.empty();
    }

    /** The answer to a token that is not one of ours. */
    public static Problem invalid() {
        return new Problem(
                404, "link-invalid", "This link is not complete or not ours. Please copy it from the mail once more.");
    }

    /** Whether a text holds what has the form of a token, of whatever key: then it is somebody's own. */
    public static boolean isIn(String text) {
        return FORM.matcher(text).find();
    }

    private static byte[] mac(Key key, byte[] signed, String boundTo) {
        return key.hmac.of(signed, boundTo.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] fiveBytes(long seconds) {
        return Arrays.copyOfRange(ByteBuffer.allocate(8).putLong(seconds).array(), 3, 8);
    }

    private static long seconds(ByteBuffer signed) {
        return ((signed.get(14) & 0xffL) << 32) | (signed.getInt(15) & 0xffff_ffffL);
    }
}
