package dev.broadsheet.subscribers;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What an import warns of, and how long its reports are kept. */
@ConfigMapping(prefix = "broadsheet.imports")
interface ImportConfig {

    /** Whether addresses of roles ({@code info@}, {@code abuse@}) are counted in a warning. They are taken all the same. */
    @WithDefault("true")
    boolean warnOfRoles();

    /** Whether addresses of well-known services for throw-away mailboxes are. They are taken too. */
    @WithDefault("true")
    boolean warnOfDisposable();

    /** How long the reports of refused lines are kept: they hold what was refused, so addresses. */
    @WithDefault("P30D")
    Duration keepRefused();
}
