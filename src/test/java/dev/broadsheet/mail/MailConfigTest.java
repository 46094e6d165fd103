package dev.broadsheet.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MailConfigTest {

    @Test
    void environment_inLowerCase_isRead() {
        MailConfig config = read(Map.of(
                "BROADSHEET_MAIL_TRANSPORT", "smtp",
                "BROADSHEET_MAIL_SENDGRID_API_KEY", "SG.secret",
                "BROADSHEET_MAIL_SENDGRID_URL", "http://localhost:8089",
                "BROADSHEET_MAIL_SENDGRID_WEBHOOK_PUBLIC_KEY", "abc",
                "BROADSHEET_MAIL_SMTP_HOST", "relay.example",
                "BROADSHEET_MAIL_SMTP_PORT", "465",
                "BROADSHEET_MAIL_SMTP_USERNAME", "apikey",
                "BROADSHEET_MAIL_SMTP_PASSWORD", "s3cret",
                "BROADSHEET_MAIL_SMTP_TLS", "implicit",
                "BROADSHEET_MAIL_SMTP_CONNECTIONS", "8"));

        assertThat(config.transport()).contains(MailConfig.Way.SMTP);
        assertThat(config.sendgrid().apiKey()).contains("SG.secret");
        assertThat(config.sendgrid().url()).isEqualTo(URI.create("http://localhost:8089"));
        assertThat(config.sendgrid().webhookPublicKey()).contains("abc");
        assertThat(config.smtp().host()).contains("relay.example");
        assertThat(config.smtp().port()).isEqualTo(465);
        assertThat(config.smtp().username()).contains("apikey");
        assertThat(config.smtp().password()).contains("s3cret");
        assertThat(config.smtp().tls()).isEqualTo(MailConfig.Tls.IMPLICIT);
        assertThat(config.smtp().connections()).isEqualTo(8);
        assertThat(config + "" + config.smtp() + config.sendgrid())
                .doesNotContain("s3cret")
                .doesNotContain("SG.secret");
    }

    @Test
    void environment_ofDkim_isRead() {
        MailConfig.Dkim dkim = read(Map.of(
                        "BROADSHEET_MAIL_DKIM_DOMAIN", "news.example",
                        "BROADSHEET_MAIL_DKIM_SELECTOR", "s2026",
                        "BROADSHEET_MAIL_DKIM_PRIVATE_KEY", "/etc/broadsheet/dkim.pem"))
                .dkim();

        assertThat(dkim.domain()).contains("news.example");
        assertThat(dkim.selector()).contains("s2026");
        assertThat(dkim.privateKey()).contains(Path.of("/etc/broadsheet/dkim.pem"));
    }

    @Test
    void environment_ofARehearsal_isRead() {
        assertThat(read(Map.of("BROADSHEET_MAIL_SENDGRID_SANDBOX", "true"))
                        .sendgrid()
                        .sandbox())
                .isTrue();
    }

    @Test
    void nothingSet_isTheUsual() {
        MailConfig config = read(Map.of());

        assertThat(config.transport()).isEmpty();
        assertThat(config.sendgrid().url()).isEqualTo(URI.create("https://api.sendgrid.com"));
        assertThat(config.sendgrid().sandbox()).isFalse();
        assertThat(config.smtp().port()).isEqualTo(587);
        assertThat(config.smtp().tls()).isEqualTo(MailConfig.Tls.REQUIRED);
        assertThat(config.smtp().connections()).isEqualTo(4);
    }

    static MailConfig read(Map<String, String> environment) {
        return new SmallRyeConfigBuilder()
                .withMapping(MailConfig.class)
                .withSources(new EnvConfigSource(environment, 300))
                .build()
                .getConfigMapping(MailConfig.class);
    }
}
