package dev.broadsheet.site;

import dev.broadsheet.platform.TrustedProxies;
import dev.broadsheet.subscribers.Client;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;

/** From where a reader acts, for the proof of consent. */
@ApplicationScoped
class ClientAddress {

    private final TrustedProxies proxies;

    ClientAddress(TrustedProxies proxies) {
        this.proxies = proxies;
    }

    Client of(HttpServerRequest request) {
        return new Client(proxies.client(request).orElse(null), request.getHeader("User-Agent"));
    }
}
