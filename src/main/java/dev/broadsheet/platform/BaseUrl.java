package dev.broadsheet.platform;

import jakarta.inject.Singleton;
import java.net.URI;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How readers reach this installation: every link in mails and pages is made from it. */
@Singleton
public class BaseUrl {

    private final String value;

    BaseUrl(PlatformConfig config, @ConfigProperty(name = "quarkus.http.port", defaultValue = "8080") int port) {
        String url = config.baseUrl().map(URI::toString).orElse("http://localhost:" + port);
        this.value = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /** @param path begins with a slash */
    public String link(String path) {
        return value + path;
    }

    /** The host name alone, for {@code List-Id} and the like. */
    public String host() {
        String host = URI.create(value).getHost();
        return host == null ? "localhost" : host;
    }

    @Override
    public String toString() {
        return value;
    }
}
