package dev.broadsheet.mail;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Reads the key that signs mail at start, so that a mistake shows there, and says what is to be published in DNS. */
@Singleton
class Dkim {

    private static final Logger LOG = Logger.getLogger(Dkim.class);

    private final @Nullable DkimKey key;
    private final boolean used;

    /** @throws IllegalStateException as {@link DkimKey#of} */
    Dkim(MailConfig config) {
        this.key = DkimKey.of(config.dkim());
        this.used = config.transport().filter(MailConfig.Way.SMTP::equals).isPresent();
    }

    /** Before Quartz starts, and with it whatever sends. */
    void tell(@Observes @Priority(-100) StartupEvent start) {
        if (key == null) {
            return;
        }
        if (!used) {
            LOG.warn("A DKIM key is set, but only mail over SMTP is signed here");
            return;
        }
        LOG.infof("Mail is signed (DKIM). DNS must have a TXT record %s with: %s", key.recordName(), key.record());
        if (key.isRsa() && key.bits() < DkimKey.GOOD_RSA) {
            LOG.warnf("The DKIM key has %d bits: some receivers take none below %d", key.bits(), DkimKey.GOOD_RSA);
        }
    }

    /** Null where mail is not signed. */
    @Nullable
    DkimKey key() {
        return key;
    }
}
