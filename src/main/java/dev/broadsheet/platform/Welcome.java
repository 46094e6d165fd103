package dev.broadsheet.platform;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.vertx.http.HttpServer;
import io.quarkus.vertx.http.HttpServerStart;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Tells whoever started the service where it is and, on a fresh machine, what to try first. */
@Singleton
class Welcome {

    /** The token that was made for this installation. An operator's own is never shown. */
    static final String TOKEN_TO_SHOW = "dev.broadsheet.admin-token-to-show";

    private final PlatformConfig config;
    private final Optional<String> transport;
    private final HttpServer server;

    Welcome(
            PlatformConfig config,
            @ConfigProperty(name = "broadsheet.mail.transport") Optional<String> transport,
            HttpServer server) {
        this.config = config;
        this.transport = transport;
        this.server = server;
    }

    void print(@ObservesAsync HttpServerStart started) {
        if (LaunchMode.current() == LaunchMode.TEST) {
            return;
        }
        String url = "http://localhost:" + server.getPort();
        System.out.println(text(
                config.baseUrl().map(Object::toString).orElse(url),
                url,
                Optional.ofNullable(System.getProperty(TOKEN_TO_SHOW)),
                config.embedded() && transport.filter("outbox"::equals).isPresent()));
    }

    /** @param sample whether there is the sample newsletter and the local outbox */
    static String text(String publicUrl, String localUrl, Optional<String> token, boolean sample) {
        StringBuilder text = new StringBuilder("\nBroadsheet is at " + publicUrl + "\n");
        token.ifPresent(value -> text.append("API token: ").append(value).append('\n'));
        if (sample) {
            text.append("""

                    Three things to try:
                    1. Subscribe at %1$s/n/sample
                    2. Read the mail at %1$s/outbox and confirm
                    3. Send the sample issue:
                       curl -X POST %1$s/api/newsletters/sample/issues/welcome/campaigns \\
                         -H "Authorization: Bearer %2$s" -H "Idempotency-Key: first-try" \\
                         -H "Content-Type: application/json" -d '{}'
                    """.formatted(localUrl, token.orElse("$BROADSHEET_ADMIN_TOKEN")));
        }
        return text.toString();
    }
}
