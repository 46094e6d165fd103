package dev.broadsheet.platform;

import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From where a request comes. {@code X-Forwarded-For} is believed from trusted proxies only, and read from its end: what
 * stands before the first address that is no proxy of ours was written by the client.
 */
@ApplicationScoped
public class TrustedProxies {

    private final List<AddressRange> trusted = new ArrayList<>();

    TrustedProxies(PlatformConfig config) {
        for (String proxy : config.trustedProxies().orElse(List.of())) {
            trusted.add(range(proxy.strip()));
        }
    }

    /** The client's own address; empty where the connection has none that is an IP address. */
    public Optional<InetAddress> client(HttpServerRequest request) {
        return AddressRange.literal(request.remoteAddress().hostAddress())
                .map(peer -> behindProxies(peer, request.headers().getAll("X-Forwarded-For")));
    }

    /** @param forwarded the header's values, as they came */
    InetAddress behindProxies(InetAddress peer, List<String> forwarded) {
        List<String> hops = List.of(String.join(",", forwarded).split(","));
        InetAddress client = peer;
        for (int i = hops.size() - 1; i >= 0 && isTrusted(client); i--) {
            Optional<InetAddress> hop = AddressRange.literal(hops.get(i).strip());
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

    private static AddressRange range(String text) {
        return AddressRange.parse(text)
                .orElseThrow(() -> new IllegalStateException(
                        "BROADSHEET_TRUSTED_PROXIES: " + text + " is neither an address nor a range."));
    }
}
