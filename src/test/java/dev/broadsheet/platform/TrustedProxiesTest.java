package dev.broadsheet.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {

    private record Settings(Optional<List<String>> trustedProxies) implements PlatformConfig {
        @Override
        public Optional<URI> baseUrl() {
            return Optional.empty();
        }

        @Override
        public Optional<List<String>> secret() {
            return Optional.empty();
        }

        @Override
        public Path dataDir() {
            return Path.of("data");
        }

        @Override
        public boolean embedded() {
            return false;
        }
    }

    private static TrustedProxies trusting(String... proxies) {
        return new TrustedProxies(new Settings(Optional.of(List.of(proxies))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // peer | X-Forwarded-For | client
                "203.0.113.5 | 198.51.100.7 | 203.0.113.5",
                "10.1.2.3 | 198.51.100.7 | 198.51.100.7",
                "10.1.2.3 | 1.2.3.4, 198.51.100.7 | 198.51.100.7",
                "10.1.2.3 | 1.2.3.4, 198.51.100.7, 10.9.9.9 | 198.51.100.7",
                "10.1.2.3 | 10.0.0.1, 10.0.0.2 | 10.0.0.1",
                "10.1.2.3 | localhost | 10.1.2.3",
                "10.1.2.3 | 1.2.3.4, evil'); drop table | 10.1.2.3",
                "10.1.2.3 | '' | 10.1.2.3",
                "10.1.2.3 | 2001:db8::1 | 2001:db8::1",
                "2001:db8:9::1 | 198.51.100.7 | 198.51.100.7",
                "2001:db8:a::1 | 198.51.100.7 | 2001:db8:a::1",
                "192.0.2.1 | 198.51.100.7 | 198.51.100.7",
                "192.0.2.2 | 198.51.100.7 | 192.0.2.2",
            })
    void behindProxies_believesTrustedProxiesOnly(String peer, String forwarded, String client)
            throws UnknownHostException {
        assertThat(trusting("10.0.0.0/8", "2001:db8:9::/48", "192.0.2.1")
                        .behindProxies(InetAddress.getByName(peer), List.of(forwarded)))
                .isEqualTo(InetAddress.getByName(client));
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.77, 203.0.113.0/24",
        "2001:db8:1:2:3:4:5:6, 2001:db8:1:2:0:0:0:0/64",
        "::ffff:203.0.113.77, 203.0.113.0/24",
    })
    void networkOf_keepsWhatOneCustomerHas(String client, String network) {
        assertThat(AddressRange.networkOf(AddressRange.literal(client).orElseThrow()))
                .isEqualTo(network);
    }

    @Test
    void behindProxies_noneConfigured_isThePeer() throws UnknownHostException {
        assertThat(new TrustedProxies(new Settings(Optional.empty()))
                        .behindProxies(InetAddress.getByName("127.0.0.1"), List.of("198.51.100.7")))
                .isEqualTo(InetAddress.getByName("127.0.0.1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.example", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "", "300.1.1.1"})
    void new_whatIsNoRange_isRefusedAtStart(String range) {
        assertThatThrownBy(() -> trusting(range))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("BROADSHEET_TRUSTED_PROXIES");
    }
}
