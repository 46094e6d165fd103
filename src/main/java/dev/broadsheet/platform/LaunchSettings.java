package dev.broadsheet.platform;

import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.SmallRyeConfig;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What has to be known before the application starts, read from where Quarkus itself will read it: environment, system
 * properties, {@code .env}, {@code config/application.properties}. Blank is absent.
 */
record LaunchSettings(
        Optional<String> jdbcUrl,
        Optional<String> username,
        Optional<String> password,
        Path dataDir,
        Optional<String> baseUrl,
        Optional<String> secret,
        Optional<String> adminToken,
        Optional<String> transport) {

    static LaunchSettings read() {
        SmallRyeConfig config = ConfigUtils.configBuilder().build();
        return new LaunchSettings(
                value(config, "quarkus.datasource.jdbc.url"),
                value(config, "quarkus.datasource.username"),
                value(config, "quarkus.datasource.password"),
                Path.of(value(config, "broadsheet.data-dir").orElse("data")),
                value(config, "broadsheet.base-url"),
                value(config, "broadsheet.secret"),
                value(config, "broadsheet.admin-token"),
                value(config, "broadsheet.mail.transport"));
    }

    boolean embedded() {
        return jdbcUrl.isEmpty();
    }

    private static Optional<String> value(SmallRyeConfig config, String name) {
        return config.getOptionalValue(name, String.class).filter(text -> !text.isBlank());
    }
}
