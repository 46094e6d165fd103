package dev.broadsheet.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImapConfigTest {

    @Test
    void environment_isRead() {
        ImapConfig config = read(Map.of(
                "BROADSHEET_FEEDBACK_IMAP_HOST", "imap.example",
                "BROADSHEET_FEEDBACK_IMAP_PORT", "143",
                "BROADSHEET_FEEDBACK_IMAP_USERNAME", "bounces",
                "BROADSHEET_FEEDBACK_IMAP_PASSWORD", "s3cret",
                "BROADSHEET_FEEDBACK_IMAP_TLS", "required",
                "BROADSHEET_FEEDBACK_IMAP_INTERVAL", "PT5M",
                "BROADSHEET_FEEDBACK_IMAP_UNMATCHED_FOLDER", "Strays"));

        assertThat(config.host()).contains("imap.example");
        assertThat(config.port()).isEqualTo(143);
        assertThat(config.username()).contains("bounces");
        assertThat(config.password()).contains("s3cret");
        assertThat(config.tls()).isEqualTo(ImapConfig.Tls.REQUIRED);
        assertThat(config.interval()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.unmatchedFolder()).isEqualTo("Strays");
        assertThat(config.doneFolder()).contains("Broadsheet/Done");
        assertThat(config.toString()).doesNotContain("s3cret");
    }

    @Test
    void doneFolder_setToNothing_isNone() {
        assertThat(read(Map.of("BROADSHEET_FEEDBACK_IMAP_DONE_FOLDER", "")).doneFolder())
                .isEmpty();
    }

    private static ImapConfig read(Map<String, String> environment) {
        return new SmallRyeConfigBuilder()
                .withSources(new EnvConfigSource(environment, 300))
                .withMapping(ImapConfig.class)
                .build()
                .getConfigMapping(ImapConfig.class);
    }
}
