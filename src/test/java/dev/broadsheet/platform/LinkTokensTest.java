package dev.broadsheet.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.broadsheet.platform.LinkTokens.Purpose;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkTokensTest {

    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");
    private static final String OLD = "an-old-secret-that-is-long-enough-0123456789";
    private static final String NEW = "the-new-secret-that-is-long-enough-012345678";

    private static LinkTokens at(Instant time, String... secrets) {
        return new LinkTokens(List.of(secrets), Clock.fixed(time, ZoneOffset.UTC));
    }

    private static final LinkTokens TOKENS = at(NOW, OLD);

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 255, 256, 4_294_967_296L, Long.MAX_VALUE})
    void sign_anySubject_verifiesToItAndItsTime(long subject) {
        for (Purpose purpose : Purpose.values()) {
            LinkTokens.Verified verified = TOKENS.verify(purpose, TOKENS.sign(purpose, subject));
            assertThat(verified.subject()).isEqualTo(subject);
            assertThat(verified.issuedAt()).isEqualTo(NOW);
            assertThat(verified.expired()).isFalse();
        }
    }

    @Test
    void sign_token_isShortAndSafeInAddresses() {
        assertThat(TOKENS.sign(Purpose.UNSUBSCRIBE, Long.MAX_VALUE)).matches("[A-Za-z0-9_-]{50}");
    }

    @ParameterizedTest
    @EnumSource(Purpose.class)
    void isIn_findsTokensOfAnySecret_andTakesNothingElseForOne(Purpose purpose) {
        for (String secret : List.of(OLD, NEW, "a third secret that is long enough, or is it?")) {
            String token = at(NOW, secret).sign(purpose, Long.MAX_VALUE);
            assertThat(LinkTokens.isIn("https://old.example/unsubscribe/" + token))
                    .isTrue();
            assertThat(LinkTokens.isIn("https://a.example/?t=" + token + "&x#y"))
                    .isTrue();
            assertThat(LinkTokens.isIn("https://a.example/" + token.substring(1)))
                    .isFalse();
            assertThat(LinkTokens.isIn("https://a.example/" + token + "x")).isFalse();
        }
    }

    @Test
    void verify_anyBitFlipped_isInvalid() {
        byte[] token = Base64.getUrlDecoder().decode(TOKENS.sign(Purpose.UNSUBSCRIBE, 4711));
        for (int bit = 0; bit < token.length * 8; bit++) {
            byte[] forged = token.clone();
            forged[bit / 8] ^= (byte) (1 << (bit % 8));
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(forged);
            assertInvalid(TOKENS, Purpose.UNSUBSCRIBE, text);
        }
    }

    @Test
    void verify_anyCharacterChangedOrCut_isInvalid() {
        String token = TOKENS.sign(Purpose.CONFIRM, 4711);
        for (int i = 0; i < token.length(); i++) {
            for (char other : "A9_-=+/ %.é\n".toCharArray()) {
                if (other != token.charAt(i)) {
                    assertInvalid(TOKENS, Purpose.CONFIRM, token.substring(0, i) + other + token.substring(i + 1));
                }
            }
            assertInvalid(TOKENS, Purpose.CONFIRM, token.substring(0, i));
            assertInvalid(TOKENS, Purpose.CONFIRM, token.substring(i + 1));
        }
    }

    @Test
    void verify_anotherSpellingOfTheSameBytes_isInvalid() {
        String token = TOKENS.sign(Purpose.UNSUBSCRIBE, 1);
        assertInvalid(TOKENS, Purpose.UNSUBSCRIBE, token + "==");
        assertInvalid(TOKENS, Purpose.UNSUBSCRIBE, token + "AA");
        assertInvalid(TOKENS, Purpose.UNSUBSCRIBE, " " + token);
        // 50 characters hold 300 bits, the token has 296: the last character has others of the same meaning
        char last = token.charAt(49);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for (char other : alphabet.toCharArray()) {
            if (other != last) {
                assertInvalid(TOKENS, Purpose.UNSUBSCRIBE, token.substring(0, 49) + other);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Purpose.class)
    void verify_tokenOfAnotherPurpose_isInvalid(Purpose purpose) {
        for (Purpose other : Purpose.values()) {
            if (other != purpose) {
                assertInvalid(TOKENS, other, TOKENS.sign(purpose, 1));
            }
        }
    }

    @Test
    void verify_tokenBoundToSomethingElse_isInvalid() {
        String token = TOKENS.sign(Purpose.FORM_BUTTON, 1, "ada@example.org");
        assertThat(TOKENS.verify(Purpose.FORM_BUTTON, token, "ada@example.org").subject())
                .isEqualTo(1);
        assertThat(TOKENS.open(Purpose.FORM_BUTTON, token, "eve@example.org")).isEmpty();
        assertInvalid(TOKENS, Purpose.FORM_BUTTON, token);
    }

    @Test
    void verify_afterRotation_oldLinksHold_andNewOnesAreOfTheFirstSecret() {
        String old = TOKENS.sign(Purpose.UNSUBSCRIBE, 1);
        LinkTokens rotated = at(NOW, NEW, OLD);
        assertThat(rotated.verify(Purpose.UNSUBSCRIBE, old).subject()).isEqualTo(1);
        String fresh = rotated.sign(Purpose.UNSUBSCRIBE, 2);
        assertThat(at(NOW, NEW).verify(Purpose.UNSUBSCRIBE, fresh).subject()).isEqualTo(2);
        assertInvalid(TOKENS, Purpose.UNSUBSCRIBE, fresh);
        assertInvalid(at(NOW, NEW), Purpose.UNSUBSCRIBE, old);
    }

    @Test
    void verify_tooOld_isExpired_butUnsubscribeNeverIs() {
        String undo = TOKENS.sign(Purpose.UNDO_UNSUBSCRIBE, 1);
        String unsubscribe = TOKENS.sign(Purpose.UNSUBSCRIBE, 1);
        assertThat(at(NOW.plus(Duration.ofHours(24)), OLD)
                        .verify(Purpose.UNDO_UNSUBSCRIBE, undo)
                        .subject())
                .isEqualTo(1);
        LinkTokens later = at(NOW.plus(Duration.ofHours(24)).plusSeconds(1), OLD);
        assertThatThrownBy(() -> later.verify(Purpose.UNDO_UNSUBSCRIBE, undo))
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.status()).isEqualTo(410));
        assertThat(later.open(Purpose.UNDO_UNSUBSCRIBE, undo, "")).get().matches(LinkTokens.Verified::expired);
        assertThat(at(NOW.plus(Duration.ofDays(36_500)), OLD)
                        .verify(Purpose.UNSUBSCRIBE, unsubscribe)
                        .subject())
                .isEqualTo(1);
    }

    @Test
    void new_withoutSecretOrWithAShortOne_isRefused() {
        assertThatThrownBy(() -> at(NOW)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> at(NOW, "x".repeat(31))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> at(NOW, OLD, "short")).isInstanceOf(IllegalStateException.class);
    }

    private static void assertInvalid(LinkTokens tokens, Purpose purpose, String token) {
        assertThatThrownBy(() -> tokens.verify(purpose, token))
                .as(token)
                .isInstanceOfSatisfying(
                        Problem.class, p -> assertThat(p.status()).isEqualTo(404));
    }
}
