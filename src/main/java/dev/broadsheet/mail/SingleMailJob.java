package dev.broadsheet.mail;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Hands queued single mails over. They go ahead of campaigns: they reserve their place without waiting for it. */
@ApplicationScoped
class SingleMailJob {

    private static final Logger LOG = Logger.getLogger(SingleMailJob.class);
    private static final int BATCH = 50;
    private static final int MOST_ATTEMPTS = 12;
    private static final Duration ANSWER_TIME = Duration.ofSeconds(150);

    private final SingleMails mails;
    private final Outbox outbox;
    private final Transports transports;
    private final SendLimits limits;
    private final SingleMailIds ids;
    private final Clock clock;

    SingleMailJob(
            SingleMails mails,
            Outbox outbox,
            Transports transports,
            SendLimits limits,
            SingleMailIds ids,
            Clock clock) {
        this.mails = mails;
        this.outbox = outbox;
        this.transports = transports;
        this.limits = limits;
        this.ids = ids;
        this.clock = clock;
    }

    /** Before Quartz starts, and with it this job. */
    void pauseForeign(@Observes @Priority(-100) StartupEvent start) {
        int paused = mails.pauseForeign();
        if (paused > 0) {
            LOG.warnf("%d queued mails were planned under another transport or base URL: paused, not sent", paused);
        }
    }

    @Scheduled(identity = "single-mails", every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void run() {
        List<SingleMails.Claimed> claimed;
        do {
            Instant leaseEnd = clock.instant().plus(SingleMails.LEASE);
            claimed = mails.claim(BATCH);
            if (!claimed.isEmpty()) {
                limits.count(claimed.size());
            }
            for (SingleMails.Claimed mail : claimed) {
                try {
                    handOver(mail, mails.message(mail), mails.own(mail), leaseEnd);
                } catch (RuntimeException | JsonProcessingException e) {
                    LOG.errorf(e, "Mail %d cannot be handed over", mail.id());
                    again(mail, Duration.ZERO, "a fault of the program: see the log");
                }
            }
        } while (claimed.size() == BATCH);
    }

    private void handOver(SingleMails.Claimed mail, Message message, SingleMails.Own own, Instant leaseEnd) {
        Recipient recipient = new Recipient(
                String.valueOf(mail.id()),
                mail.recipient(),
                null,
                ids.of(mail.id(), message.from().domain()),
                own.headers(),
                own.values(),
                Map.of("bs_mail", String.valueOf(mail.id())));
        if (transports.isOutbox()) {
            QuarkusTransaction.requiringNew().run(() -> {
                if (mails.sent(mail)) { // and was not erased meanwhile
                    outbox.store(
                            "mail-content-" + mail.contentId(), message, "mail-", List.of(recipient), clock.instant());
                }
            });
            return;
        }
        transports.current().send(message, List.of(recipient), new Transport.Handover() {
            @Override
            public BooleanSupplier begin(List<Recipient> together, @Nullable String requestId) {
                // in doubt, it goes out again (see SingleMails); but not while this one may still get its answer
                return () -> clock.instant().plus(ANSWER_TIME).isBefore(leaseEnd);
            }

            @Override
            public void outcome(Recipient to, Outcome outcome) {
                record(mail, outcome);
            }
        });
    }

    private void record(SingleMails.Claimed mail, Outcome outcome) {
        if (outcome instanceof Outcome.Sent) {
            mails.sent(mail);
        } else if (outcome instanceof Outcome.Rehearsed rehearsed) {
            mails.failed(mail, rehearsed.reason()); // who waits for it has to ask again, where mails are sent
        } else if (outcome instanceof Outcome.Bounced bounced) {
            mails.bounced(mail, bounced.reason());
        } else if (outcome instanceof Outcome.Failed failed) {
            mails.failed(mail, failed.reason());
        } else if (outcome instanceof Outcome.NotNow notNow) {
            again(mail, notNow.after(), notNow.reason());
        } else if (outcome instanceof Outcome.InDoubt doubt) {
            again(mail, Duration.ZERO, doubt.reason());
        } else if (outcome instanceof Outcome.Stopped stopped) {
            LOG.errorf("Mail cannot leave: %s", stopped.reason());
            again(mail, Duration.ofMinutes(1), stopped.reason());
        }
    }

    private void again(SingleMails.Claimed mail, Duration atLeast, String reason) {
        if (mail.attempts() >= MOST_ATTEMPTS) {
            mails.failed(mail, reason);
            return;
        }
        Duration own = Duration.ofSeconds(30L << Math.min(mail.attempts(), 7));
        mails.again(mail, own.compareTo(atLeast) > 0 ? own : atLeast, reason);
    }
}
