package dev.broadsheet.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostedBodyTest {

    private static PostedBody body(String text) {
        return PostedBody.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "List-Unsubscribe=One-Click",
                "List-Unsubscribe=One-Click\r\n",
                "list-unsubscribe=one-click",
                "a=b&List-Unsubscribe=One-Click",
                "List%2DUnsubscribe=One%2DClick",
                "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n",
                "--x\nContent-Disposition: form-data; name=List-Unsubscribe\n\nOne-Click\n--x--\n",
                "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\nContent-Type: text/plain\r\n\r\nOne-Click\r\n--x--",
            })
    void isOneClick_whatProvidersPost_isSeen(String text) {
        assertThat(body(text).isOneClick()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "List-Unsubscribe",
                "List-Unsubscribe=",
                "List-Unsubscribe=Two-Clicks",
                "XList-Unsubscribe=One-Click",
                "%",
                "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nList-Unsubscribe=\r\n--x--",
            })
    void isOneClick_anythingElse_isNot(String text) {
        assertThat(body(text).isOneClick()).isFalse();
    }

    @Test
    void read_endlessBody_readsTheBeginningOnly() {
        assertThat(body("x".repeat(1_000_000) + "&List-Unsubscribe=One-Click").isOneClick())
                .isFalse();
        assertThat(body("name=\"a\r\n".repeat(5_000)).isOneClick()).isFalse();
    }
}
