package dev.broadsheet.platform;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What must be settled before anything can be sent: a program that would sign links with nothing, or mail links that
 * lead nowhere, does not start. The embedded database brings a secret, a token and the local outbox; a real one brings
 * none of them.
 */
class StartChecks {

    private static final Set<String> TRANSPORTS = Set.of("outbox", "sendgrid", "smtp");
    private static final int SECRET_BYTES = 32;

    private final LaunchSettings settings;

    StartChecks(LaunchSettings settings) {
        this.settings = settings;
    }

    /** The first thing that stands in the way, as a sentence that says what to do. */
    Optional<String> refusal() {
        return transportRefusal().or(this::secretRefusal).or(this::baseUrlRefusal);
    }

    /** What does not stand in the way, but will surprise. */
    List<String> warnings() {
        if (!settings.embedded() && settings.adminToken().isEmpty()) {
            return List.of(
                    "BROADSHEET_ADMIN_TOKEN is not set: where no API token was made before, nobody can use the API.");
        }
        return List.of();
    }

    private Optional<String> transportRefusal() {
        if (settings.transport().isEmpty()) {
            return settings.embedded()
                    ? Optional.empty()
                    : Optional.of(
                            "BROADSHEET_MAIL_TRANSPORT is not set: with a database of its own, Broadsheet does not"
                                    + " guess where mail goes. Set it to sendgrid, smtp or outbox.");
        }
        String transport = settings.transport().get();
        return TRANSPORTS.contains(transport)
                ? Optional.empty()
                : Optional.of("BROADSHEET_MAIL_TRANSPORT is " + transport
                        + ", but there are only sendgrid, smtp and outbox.");
    }

    private Optional<String> secretRefusal() {
        if (settings.secret().isEmpty()) {
            return settings.embedded()
                    ? Optional.empty()
                    : Optional.of(
                            "BROADSHEET_SECRET is not set: it signs the links in mails. Set it to at least 32 random"
                                    + " bytes, for example from: openssl rand -base64 48");
        }
        for (String secret : settings.secret().get().split(",", -1)) {
            if (secret.strip().getBytes(StandardCharsets.UTF_8).length < SECRET_BYTES) {
                return Optional.of("BROADSHEET_SECRET is too short: each secret in it needs at least 32 bytes.");
            }
        }
        return Optional.empty();
    }

    private Optional<String> baseUrlRefusal() {
        String transport = settings.transport().orElse("outbox");
        if (transport.equals("outbox")) {
            return Optional.empty();
        }
        if (settings.baseUrl().isEmpty()) {
            return Optional.of("BROADSHEET_BASE_URL is not set: with the transport " + transport
                    + " every link in a mail is made from it. Set it to the https address at which readers reach this"
                    + " service.");
        }
        String text = settings.baseUrl().get();
        try {
            URI url = new URI(text);
            String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
            String host = url.getHost();
            if (host != null && (scheme.equals("https") || (scheme.equals("http") && isLoopback(host)))) {
                return Optional.empty();
            }
        } catch (URISyntaxException e) {
            // answered below like any other address that will not do
        }
        return Optional.of("BROADSHEET_BASE_URL is " + text + ", but with the transport " + transport
                + " it must be an https address, unless its host is this machine (localhost).");
    }

    /** Asks no name server: a name is loopback only by what it says. */
    private static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (name.equals("localhost") || name.endsWith(".localhost")) {
            return true;
        }
        if (!name.matches("127(\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]+]")) {
            return false;
        }
        try {
            return InetAddress.getByName(name).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
