package dev.broadsheet.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '"',
            value = {
                "**Talks** and *more* ~ Talks and more",
                "_Talks_ on steady_state ~ Talks on steady_state",
                "2 * 3 = 6 ~ 2 * 3 = 6",
                "C\\+\\+ \\& \\*Rust\\* ~ C++ & *Rust*",
                "`*const T` & ``Vec<u8>`` ~ *const T & Vec<u8>",
                "one ` backtick ~ one backtick",
                "Rust &amp; C &lt;3 &#35;1 AT&T & Q&A ~ Rust & C <3 #1 AT&T & Q&A",
                "\u00a0 wide\u0007\t  space  ~ wide space"
            })
    void marks_areTakenOut_andWhatOnlyLooksLikeThemStays(String markdown, String plain) {
        assertThat(PlainText.of(markdown)).isEqualTo(plain);
    }
}
