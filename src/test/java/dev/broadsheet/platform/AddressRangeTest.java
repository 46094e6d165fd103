package dev.broadsheet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.4, 192.0.2.4",
        "255.255.255.0, 255.255.255.0",
        "0.0.0.0, 0.0.0.0",
        "2001:db8::1, 2001:db8:0:0:0:0:0:1",
        "::, 0:0:0:0:0:0:0:0",
        "::ffff:192.0.2.4, 192.0.2.4",
        "fe80::1%eth0, fe80:0:0:0:0:0:0:1"
    })
    void address_isRead(String text, String expected) {
        assertThat(AddressRange.literal(text).map(InetAddress::getHostAddress)).contains(expected);
    }

    /** The first ones are names to Java, which would ask a server of names for them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "999.1.1.1",
                "abcdef",
                "dead.beef",
                "99999999999",
                "1.2.3.4.5",
                ".......",
                "1.2.3",
                "1234567",
                "1.2.3.4.",
                "1.2.3.",
                ".1.2.3.4",
                "256.1.1.1",
                "1:2",
                "::g",
                "",
                "localhost"
            })
    void anythingElse_isNone(String text) {
        assertThat(AddressRange.literal(text)).isEmpty();
    }
}
