package dev.broadsheet.feedback;

import io.smallrye.config.ConfigMapping;
import jakarta.validation.constraints.Size;
import java.util.Optional;

/** The pipe by which a mail server of one's own hands bounces over. */
@ConfigMapping(prefix = "broadsheet.feedback.pipe")
interface PipeConfig {

    /** What the pipe has to show as a bearer token; at least 16 characters. Unset: there is no pipe. */
    Optional<@Size(min = 16) String> token();
}
