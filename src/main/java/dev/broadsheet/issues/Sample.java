package dev.broadsheet.issues;

import dev.broadsheet.newsletters.Newsletters;
import dev.broadsheet.platform.PlatformConfig;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** A newsletter with one issue of our own writing, so that a newcomer can try everything without writing a word. */
@Singleton
class Sample {

    static final String NEWSLETTER = "sample";
    static final String ISSUE = "welcome";

    private final PlatformConfig config;
    private final Newsletters newsletters;
    private final Editing editing;
    private final Issues issues;

    Sample(PlatformConfig config, Newsletters newsletters, Editing editing, Issues issues) {
        this.config = config;
        this.newsletters = newsletters;
        this.editing = editing;
        this.issues = issues;
    }

    /** On a fresh machine alone: an embedded database where nobody has made a newsletter yet. */
    void onStart(@Observes StartupEvent start) {
        if (config.embedded() && newsletters.list(null, 1).isEmpty()) {
            create();
        }
    }

    /** All of it or nothing: once there is a newsletter, no later start looks for its issue. */
    @Transactional
    void create() {
        newsletters.save(
                NEWSLETTER,
                new Newsletters.Settings(
                        "Small Tools Weekly",
                        "Small Tools Weekly",
                        "editors@example.org",
                        null,
                        "Small Tools Weekly, 1 Example Street, Example Town",
                        "A weekly digest for people who build small things that last. It came with the program.",
                        "en",
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null));
        editing.put(NEWSLETTER, ISSUE, source(), null, new Origin(null, null), false);
        issues.publish(NEWSLETTER, ISSUE, null);
    }

    private static byte[] source() {
        try (InputStream in = Sample.class.getResourceAsStream("/sample/welcome.md")) {
            if (in == null) {
                throw new IllegalStateException("sample/welcome.md is not in the program");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
