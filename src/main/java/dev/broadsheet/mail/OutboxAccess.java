package dev.broadsheet.mail;

import dev.broadsheet.accounts.ApiTokens;
import dev.broadsheet.platform.Problem;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;

/**
 * Who may look into the outbox: whoever sits at this machine, else who has the admin token, since it shows everybody's live
 * links. It is only there where mail goes to it.
 */
@ApplicationScoped
class OutboxAccess {

    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Transports transports;
    private final ApiTokens tokens;

    OutboxAccess(Transports transports, ApiTokens tokens) {
        this.transports = transports;
        this.tokens = tokens;
    }

    /** @throws Problem 404 where there is no outbox; 401 for strangers */
    void check(HttpServerRequest request) {
        if (!transports.isOutbox()) {
            throw Problem.notFound("page");
        }
        if (!atThisMachine(request) && !tokens.opensEverything(request.getHeader("Authorization"))) {
            throw new Problem(
                    401,
                    "unauthorized",
                    "The outbox is shown at this machine, or with an API token of scope admin for all newsletters.");
        }
    }

    /** A proxy on this machine makes strangers look local, and so does a name that resolves to it: neither counts. */
    private static boolean atThisMachine(HttpServerRequest request) {
        if (request.getHeader("X-Forwarded-For") != null || request.getHeader("Forwarded") != null) {
            return false;
        }
        String host = request.getHeader("Host");
        String name = host == null ? "" : host.replaceFirst(":\\d+$", "");
        try {
            return LOOPBACK_NAMES.contains(name)
                    && InetAddress.getByName(request.remoteAddress().hostAddress())
                            .isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
