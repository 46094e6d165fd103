package dev.broadsheet.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.broadsheet.mail.WebhookSigner;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SendGridSignatureTest {

    private static final Instant NOW = Instant.parse("2026-11-18T12:00:00Z");
    private static final byte[] BODY = "[{\"a\": \"ä\"}]\r\n".getBytes(StandardCharsets.UTF_8);

    private final WebhookSigner signer = new WebhookSigner();
    private final SendGridSignature signature = of(signer.publicKey());

    private static SendGridSignature of(String key) {
        return new SendGridSignature(Optional.of(key), Duration.ofHours(25), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static String seconds(Duration since) {
        return String.valueOf(NOW.plus(since).getEpochSecond());
    }

    @ParameterizedTest
    @CsvSource({"PT0S, true", "-PT24H59M, true", "-PT25H1S, false", "PT4M, true", "PT6M, false"})
    void signedBatch_holdsWithinItsTime(Duration since, boolean holds) {
        String timestamp = seconds(since);

        assertThat(signature.holds(signer.sign(timestamp, BODY), timestamp, BODY))
                .isEqualTo(holds);
    }

    @Test
    void batch_holdsForNothingElse() {
        String now = seconds(Duration.ZERO);
        String signed = signer.sign(now, BODY);
        byte[] other = BODY.clone();
        other[3] ^= 1;

        assertThat(signature.holds(signed, now, other)).isFalse();
        assertThat(signature.holds(signed, seconds(Duration.ofSeconds(1)), BODY))
                .isFalse();
        assertThat(signature.holds(new WebhookSigner().sign(now, BODY), now, BODY))
                .isFalse();
        assertThat(signature.holds(null, now, BODY)).isFalse();
        assertThat(signature.holds(signed, null, BODY)).isFalse();
        assertThat(signature.holds(signed, now, new byte[0])).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not base64!", "AAAA", "MEUCIQ=="})
    void whatIsNoSignature_doesNotHold(String signed) {
        assertThat(signature.holds(signed, seconds(Duration.ZERO), BODY)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "99999999999999999999", "9223372036854775807"})
    void whatIsNoTime_doesNotHold(String timestamp) {
        assertThat(signature.holds(signer.sign(timestamp, BODY), timestamp, BODY))
                .isFalse();
    }

    @Test
    void key_mayBeInPem_andWhatIsNoneIsToldAtTheStart() {
        String now = seconds(Duration.ZERO);
        SendGridSignature pem =
                of("-----BEGIN PUBLIC KEY-----\n" + signer.publicKey() + "\n-----END PUBLIC KEY-----\n");

        assertThat(pem.holds(signer.sign(now, BODY), now, BODY)).isTrue();
        assertThatThrownBy(() -> of("no key")).hasMessageContaining("BROADSHEET_MAIL_SENDGRID_WEBHOOK_PUBLIC_KEY");
    }
}
