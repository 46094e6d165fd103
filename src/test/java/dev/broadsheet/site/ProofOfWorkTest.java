package dev.broadsheet.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.platform.Sha256;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProofOfWorkTest {

    /** As prove.js does it. */
    static String work(String token) {
        return String.valueOf(IntStream.iterate(0, n -> n + 1)
                .filter(n -> {
                    byte[] hash = Sha256.of(token + ":" + n);
                    return hash[0] == 0 && hash[1] == 0;
                })
                .findFirst()
                .orElseThrow());
    }

    @Test
    void proves_whatWasWorkedForThisToken_andNothingElse() {
        String work = work("token");
        assertThat(ProofOfWork.proves("token", work)).isTrue();
        assertThat(ProofOfWork.proves("token2", work)).isFalse();
        assertThat(ProofOfWork.proves("token", work + "0")).isFalse();
        assertThat(ProofOfWork.proves("token", "")).isFalse();
        assertThat(ProofOfWork.proves("token", null)).isFalse();
        assertThat(ProofOfWork.proves("token", "0".repeat(1_000_000))).isFalse();
    }
}
