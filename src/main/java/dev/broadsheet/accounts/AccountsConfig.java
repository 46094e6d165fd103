package dev.broadsheet.accounts;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** Who may use the API. */
@ConfigMapping(prefix = "broadsheet")
public interface AccountsConfig {

    /** The first API token. Unset with the embedded database: made once, kept in the data folder, printed at start. */
    Optional<String> adminToken();
}
