package dev.broadsheet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class TracesTest {

    private static final String WORD = "ada.lovelace@example.org";

    @Test
    void word_isFoundInEverySpelling() {
        for (String before : List.of("", "x", "to", "mailto:")) {
            String text = before + WORD + " and more";
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            assertThat(List.of(
                            text,
                            text.toUpperCase(),
                            Base64.getEncoder().encodeToString(bytes),
                            Base64.getUrlEncoder().encodeToString(bytes),
                            "\\x" + HexFormat.of().formatHex(bytes),
                            text.replace("@", "%40")))
                    .allMatch(row -> Traces.isIn(WORD, row));
        }
        assertThat(Traces.isIn(WORD, "bda.lovelace@example.org")).isFalse();
        assertThat(Traces.isIn(WORD, "YWRhLmxvdmVsYWNl")).isFalse();
    }
}
