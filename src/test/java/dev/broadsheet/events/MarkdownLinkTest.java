package dev.broadsheet.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarkdownLinkTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "x [a](https://e.org) y; a; https://e.org; 2; 20",
                "[a](https://e.org/b_(c)) y; a; https://e.org/b_(c); 0; 24",
                "[a [b] c](https://e.org); a [b] c; https://e.org; 0; 24",
                "[a]((https://e.org) y; a; https://e.org; 0; 19",
                "[a] (https://e.org) y; a; https://e.org; 0; 19",
                "[a] (b) [c](https://e.org); a] (b) [c; https://e.org; 0; 26",
                "[a](https://e.org y; a; https://e.org; 0; 17",
                "[a](https://e.org/(b); a; https://e.org/(b; 0; 21",
                "[a](); a; ''; 0; 5"
            })
    void link_isFoundAlsoWhereDamaged(String line, String text, String address, int start, int end) {
        assertThat(MarkdownLink.next(line, 0)).isEqualTo(new MarkdownLink(text, address, start, end));
    }

    @ParameterizedTest
    @CsvSource({"no link", "[a]", "[a][b]", "[calendar]: https://e.org", "(https://e.org)"})
    void lineWithoutLink_hasNone(String line) {
        assertThat(MarkdownLink.next(line, 0)).isNull();
    }
}
