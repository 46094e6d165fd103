package dev.broadsheet.feedback;

import io.quarkus.quartz.Nonconcurrent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Looks into the bounce mailbox now and then, one node at a time; ever more seldom while it is not let in. */
@ApplicationScoped
class BounceMailboxJob {

    private static final Logger LOG = Logger.getLogger(BounceMailboxJob.class);
    private static final Duration LOCKED_OUT = Duration.ofHours(1);
    private static final Duration NOT_THERE = Duration.ofMinutes(10);

    private final ImapConfig config;
    private final BounceMailbox mailbox;
    private final Clock clock;

    /** What went wrong last time; null where nothing did. Said once, and when it is over. */
    private volatile @Nullable String trouble;

    private volatile Instant notBefore = Instant.MIN;
    private volatile Duration wait = Duration.ZERO;
    private volatile boolean stopping;

    BounceMailboxJob(ImapConfig config, BounceMailbox mailbox, Clock clock) {
        this.config = config;
        this.mailbox = mailbox;
        this.clock = clock;
    }

    void stop(@Observes ShutdownEvent shutdown) {
        stopping = true;
    }

    @Nonconcurrent
    @Scheduled(identity = "bounce-mailbox", every = "${broadsheet.feedback.imap.interval:PT1M}")
    void look() {
        if (config.host().isEmpty() || clock.instant().isBefore(notBefore)) {
            return;
        }
        try {
            mailbox.round(() -> stopping);
            if (trouble != null) {
                LOG.info("The bounce mailbox is read again");
            }
            trouble = null;
            wait = Duration.ZERO;
            notBefore = Instant.MIN;
        } catch (AuthenticationFailedException e) {
            wait(LOCKED_OUT, "refuses the username or the password"); // its own words may hold either
        } catch (MessagingException e) {
            wait(NOT_THERE, "cannot be read: " + e.getClass().getSimpleName() + cause(e));
        } catch (RuntimeException e) {
            if (isNew("stays as it is")) {
                LOG.warn("The bounce mailbox stays as it is: what came cannot be taken now", e);
            }
        }
    }

    private void wait(Duration atMost, String what) {
        Duration doubled = wait.isZero() ? config.interval() : wait.multipliedBy(2);
        wait = doubled.compareTo(atMost) < 0 ? doubled : atMost;
        notBefore = clock.instant().plus(wait);
        if (isNew(what)) {
            LOG.warnf("The bounce mailbox %s", what);
        }
    }

    private boolean isNew(String what) {
        boolean before = what.equals(trouble);
        trouble = what;
        return !before;
    }

    private static String cause(MessagingException e) {
        return e.getNextException() == null
                ? ""
                : " (" + e.getNextException().getClass().getSimpleName() + ")";
    }
}
