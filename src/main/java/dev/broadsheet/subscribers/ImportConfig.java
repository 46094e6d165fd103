package dev.broadsheet.subscribers;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long reports of imports are kept. */
@ConfigMapping(prefix = "broadsheet.imports")
interface ImportConfig {

    /** How long the reports of refused lines are kept: they hold what was refused, so addresses. */
    @WithDefault("P30D")
    Duration keepRefused();
}
