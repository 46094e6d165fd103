package dev.broadsheet.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskedTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "550 5.1.1 <ada@example.org>: no such user | 550 5.1.1 <address>: no such user",
                "mailto:ada@example.org gone | mailto:<address> gone",
                "rfc822;ada.lovelace+x@example.org | rfc822;<address>",
                "o'brien@example.org, zoë@exämple.org | <address>, <address>",
                "\"ada lovelace\"@example.org unknown | <address> unknown",
                "ada@[192.0.2.1] unknown | <address> unknown",
                "bounce+ada=example.org@news.example | <address>",
                "see https://x.example/?u=ada%40example.org | see https://x.example/?u=<address>",
                "ada=40example.org and ada&#64;example.org | <address> and <address>",
                "ada＠example.org | <address>",
                "no address in here: 4.7.1 (see https://x.example/y) | no address in here: 4.7.1 (see https://x.example/y)"
            })
    void words_withAddresses_haveThemMasked(String words, String masked) {
        assertThat(MaskedText.of(words)).isEqualTo(masked);
    }

    @Test
    void controlCharacters_areCut_andLongWordsToo() {
        assertThat(MaskedText.of("a\r\nb\u0000c\u0085d")).isEqualTo("a  b c d");
        assertThat(MaskedText.of("x".repeat(10_000))).hasSize(500);
        assertThat(MaskedText.of("x@".repeat(10_000)))
                .hasSizeLessThanOrEqualTo(500)
                .doesNotContain("@");
        assertThat(MaskedText.of("é".repeat(100_000))).hasSize(500);
    }
}
