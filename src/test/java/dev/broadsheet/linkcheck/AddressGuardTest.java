package dev.broadsheet.linkcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {

    private final AddressGuard guard = new AddressGuard(false);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.254",
                "0.0.0.0",
                "10.1.2.3",
                "100.64.0.1",
                "100.127.255.255",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.1",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.1.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                // IPv4 as few people write it
                "127.1",
                "127.0.1",
                "2130706433",
                "0177.0.0.1",
                "017700000001",
                "0x7f.0.0.1",
                "0x7f000001",
                "0X7F.1",
                "127.0.0.1.",
                "10.0.0.010",
                "localhost",
                "LOCALHOST.",
                "a.localhost",
                "[::]",
                "[::1]",
                "[0:0:0:0:0:0:0:1]",
                "[::ffff:127.0.0.1]",
                "[::ffff:7f00:1]",
                "[::ffff:10.0.0.1]",
                "[::127.0.0.1]",
                "[fe80::1]",
                "[fe80::1%1]",
                "[fec0::1]",
                "[fc00::1]",
                "[fd12:3456::1]",
                "[ff02::1]",
                "[100::1]",
                "[64:ff9b::10.0.0.1]",
                "[64:ff9b::7f00:1]",
                "[64:ff9b:1::1]",
                "[2001::1]",
                "[2001:db8::1]",
                "[2002:7f00:1::]",
                "[2002:a00:1::1]",
                "[3fff::1]",
                "[5f00::1]"
            })
    void resolve_whatIsNotPublic_isRefused(String host) {
        assertThatThrownBy(() -> guard.resolve(host)).isInstanceOf(AddressGuard.NotPublic.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.1",
                "169.253.255.255",
                "172.15.255.255",
                "172.32.0.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "[2606:4700:4700::1111]",
                "[2a00:1450:4001:80b::200e]",
                "[64:ff9b::1.1.1.1]",
                "[::ffff:1.1.1.1]"
            })
    void resolve_publicAddress_isConnectedToItself(String host) throws UnknownHostException {
        assertThat(guard.resolve(host)).containsExactly(InetAddress.getByName(host));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.org:22/",
                "https://example.org:8443/",
                "http://example.org:0/",
                "http://user@example.org/",
                "http://user:secret@example.org/",
                "http://@example.org/",
                "ftp://example.org/",
                "file:///etc/passwd",
                "http:///x"
            })
    void refusal_otherPortsSchemesAndPasswords_areNotAsked(String address) {
        assertThat(guard.refusal(URI.create(address))).isPresent();
    }

    @Test
    void refusal_webAddress_isAsked() {
        assertThat(guard.refusal(URI.create("https://example.org/"))).isEmpty();
        assertThat(guard.refusal(URI.create("HTTP://example.org:80/"))).isEmpty();
        assertThat(guard.refusal(URI.create("http://example.org:443/"))).isEmpty();
    }

    @Test
    void allowPrivate_opensPrivateAddressesAndPorts_butNoPasswordsOrFiles() throws UnknownHostException {
        AddressGuard open = new AddressGuard(true);

        assertThat(open.resolve("127.0.0.1")).containsExactly(InetAddress.getByName("127.0.0.1"));
        assertThat(open.refusal(URI.create("http://127.0.0.1:8080/"))).isEmpty();
        assertThat(open.refusal(URI.create("http://user@127.0.0.1/"))).isPresent();
        assertThat(open.refusal(URI.create("file:///etc/passwd"))).isPresent();
    }
}
