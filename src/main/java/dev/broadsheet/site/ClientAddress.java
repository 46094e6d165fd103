package dev.broadsheet.site;

import dev.broadsheet.platform.PlatformConfig;
import dev.broadsheet.subscribers.Client;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * From where a reader acts. {@code X-Forwarded-For} is believed from trusted proxies only, and read from its end: what
 * stands before the first address that is no proxy of ours was written by the client.
 */
@ApplicationScoped
class ClientAddress {

    private static final Pattern LITERAL = Pattern.compile("[0-9.]{7,15}|[0-9a-fA-F:.]{2,45}");

    /** Addresses whose first bits are these. */
    private record Range(byte[] network, int bits) {

        boolean holds(InetAddress address) {
            byte[] bytes = address.getAddress();
            if (bytes.length != network.length) {
                return false;
            }
            for (int i = 0; i < bits; i++) {
                int bit = 0x80 >> (i % 8);
                if ((bytes[i / 8] & bit) != (network[i / 8] & bit)) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Range> trusted = new ArrayList<>();

    ClientAddress(PlatformConfig config) {
        for (String proxy : config.trustedProxies().orElse(List.of())) {
            trusted.add(range(proxy.strip()));
        }
    }

    Client of(HttpServerRequest request) {
        InetAddress peer = literal(request.remoteAddress().hostAddress()).orElse(null);
        return new Client(
                peer == null ? null : behindProxies(peer, request.headers().getAll("X-Forwarded-For")),
                request.getHeader("User-Agent"));
    }

    /** @param forwarded the header's values, as they came */
    InetAddress behindProxies(InetAddress peer, List<String> forwarded) {
        List<String> hops = List.of(String.join(",", forwarded).split(","));
        InetAddress client = peer;
        for (int i = hops.size() - 1; i >= 0 && isTrusted(client); i--) {
            Optional<InetAddress> hop = literal(hops.get(i).strip());
            if (hop.isEmpty()) {
                break;
            }
            client = hop.get();
        }
        return client;
    }

    private boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(range -> range.holds(address));
    }

    private static Range range(String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> network = literal(slash < 0 ? text : text.substring(0, slash));
        try {
            byte[] bytes = network.orElseThrow(NumberFormatException::new).getAddress();
            int bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (bits >= 0 && bits <= bytes.length * 8) {
                return new Range(bytes, bits);
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalStateException("BROADSHEET_TRUSTED_PROXIES: " + text + " is neither an address nor a range.");
    }

    /** Never looks a name up. IPv4 in IPv6 form is IPv4; a scope ({@code %eth0}) is dropped. */
    private static Optional<InetAddress> literal(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        int scope = text.indexOf('%');
        String address = scope < 0 ? text : text.substring(0, scope);
        try {
            return LITERAL.matcher(address).matches() ? Optional.of(InetAddress.getByName(address)) : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
