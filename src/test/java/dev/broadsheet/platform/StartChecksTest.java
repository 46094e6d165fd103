package dev.broadsheet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartChecksTest {

    private static final String URL = "jdbc:postgresql://db/broadsheet";
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @Test
    void nothingSet_embeddedDatabase_starts() {
        assertThat(refusal(null, null, null, null)).isEmpty();
    }

    @Test
    void realDatabaseWithoutTransport_isRefused() {
        assertThat(refusal(URL, SECRET, null, null))
                .hasValueSatisfying(s -> assertThat(s).contains("BROADSHEET_MAIL_TRANSPORT is not set"));
    }

    @Test
    void realDatabaseWithoutSecret_isRefused() {
        assertThat(refusal(URL, null, "outbox", null))
                .hasValueSatisfying(s -> assertThat(s).contains("BROADSHEET_SECRET is not set"));
    }

    @Test
    void realDatabaseWithSecretAndOutbox_startsWithoutBaseUrl() {
        assertThat(refusal(URL, SECRET, "outbox", null)).isEmpty();
    }

    @Test
    void secretOfRotationThatIsTooShort_isRefused() {
        assertThat(refusal(URL, SECRET + ",short", "outbox", null))
                .hasValueSatisfying(s -> assertThat(s).contains("too short").doesNotContain(SECRET));
    }

    @Test
    void unknownTransport_isRefused() {
        assertThat(refusal(null, null, "stmp", null))
                .hasValueSatisfying(s -> assertThat(s).contains("stmp"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sendgrid", "smtp"})
    void realTransportWithoutBaseUrl_isRefusedAlsoWithTheEmbeddedDatabase(String transport) {
        assertThat(refusal(null, null, transport, null))
                .hasValueSatisfying(s -> assertThat(s).contains("BROADSHEET_BASE_URL is not set"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://news.example.org",
                "http://127.0.0.1.example.org",
                "http://localhost.example.org",
                "ftp://localhost",
                "news.example.org",
                "https://",
                "https://news example.org"
            })
    void realTransportWithABaseUrlThatIsNotHttps_isRefused(String url) {
        assertThat(refusal(URL, SECRET, "smtp", url))
                .hasValueSatisfying(s -> assertThat(s).contains("must be an https address"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://news.example.org",
                "HTTPS://news.example.org/letters",
                "http://localhost:8080",
                "http://127.0.0.1:8080",
                "http://[::1]:8080"
            })
    void realTransportWithHttpsOrLoopback_starts(String url) {
        assertThat(refusal(URL, SECRET, "sendgrid", url)).isEmpty();
    }

    @Test
    void realDatabaseWithoutAdminToken_startsWithAWarning() {
        assertThat(new StartChecks(settings(URL, SECRET, "outbox", null)).warnings())
                .singleElement()
                .asString()
                .contains("BROADSHEET_ADMIN_TOKEN");
        assertThat(new StartChecks(settings(null, null, null, null)).warnings()).isEmpty();
    }

    private static Optional<String> refusal(
            @Nullable String url, @Nullable String secret, @Nullable String transport, @Nullable String baseUrl) {
        return new StartChecks(settings(url, secret, transport, baseUrl)).refusal();
    }

    private static LaunchSettings settings(
            @Nullable String url, @Nullable String secret, @Nullable String transport, @Nullable String baseUrl) {
        return new LaunchSettings(
                Optional.ofNullable(url),
                Optional.empty(),
                Optional.empty(),
                Path.of("data"),
                Optional.ofNullable(baseUrl),
                Optional.ofNullable(secret),
                Optional.empty(),
                Optional.ofNullable(transport));
    }
}
