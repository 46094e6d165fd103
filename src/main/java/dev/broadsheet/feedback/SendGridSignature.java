package dev.broadsheet.feedback;

import dev.broadsheet.mail.MailConfig;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who a batch of events comes from: ECDSA with SHA-256 over the time stamp and the body's octets, as they came. */
@Singleton
class SendGridSignature {

    /** A clock may be wrong by so much. */
    private static final Duration AHEAD = Duration.ofMinutes(5);

    private final @Nullable PublicKey key;
    private final Duration age;
    private final Clock clock;

    @Inject
    SendGridSignature(MailConfig mail, FeedbackConfig config, Clock clock) {
        this(mail.sendgrid().webhookPublicKey(), config.signatureAge(), clock);
    }

    /** @throws IllegalStateException where the key is none */
    SendGridSignature(Optional<String> publicKey, Duration age, Clock clock) {
        this.key = publicKey.map(SendGridSignature::key).orElse(null);
        this.age = age;
        this.clock = clock;
    }

    /** So that a mistake in the key shows at the start. */
    void check(@Observes @Priority(-100) StartupEvent start) {}

    private static PublicKey key(String base64) {
        try {
            byte[] der = Base64.getMimeDecoder().decode(base64.replaceAll("-----[A-Z ]+-----", ""));
            return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "BROADSHEET_MAIL_SENDGRID_WEBHOOK_PUBLIC_KEY is not a key as SendGrid shows it (base64).", e);
        }
    }

    boolean hasKey() {
        return key != null;
    }

    /** Whether it may hold, as far as headers tell: so nobody's body is read for nothing. */
    boolean mayHold(@Nullable String signature, @Nullable String timestamp) {
        return key != null && signature != null && timestamp != null && isRecent(timestamp);
    }

    /** Whether it was signed by the key, and lately. */
    boolean holds(@Nullable String signature, @Nullable String timestamp, byte[] body) {
        if (key == null || signature == null || timestamp == null || !isRecent(timestamp)) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance("SHA256withECDSA");
            verifier.initVerify(key);
            verifier.update(timestamp.getBytes(StandardCharsets.UTF_8));
            verifier.update(body);
            return verifier.verify(Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false; // not even the shape of one
        }
    }

    private boolean isRecent(String timestamp) {
        try {
            Instant at = Instant.ofEpochSecond(Long.parseLong(timestamp));
            Instant now = clock.instant();
            return at.isAfter(now.minus(age)) && at.isBefore(now.plus(AHEAD));
        } catch (NumberFormatException | DateTimeException e) {
            return false;
        }
    }
}
