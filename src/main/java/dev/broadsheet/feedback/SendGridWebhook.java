package dev.broadsheet.feedback;

import dev.broadsheet.delivery.Lane;
import dev.broadsheet.mail.MailConfig;
import dev.broadsheet.platform.Problem;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestHeader;
import org.jspecify.annotations.Nullable;

/** SendGrid's event webhook. Answered only once the events are stored; whatever else is answered is sent again. */
@Path("/webhooks/sendgrid")
class SendGridWebhook {

    private static final Logger LOG = Logger.getLogger(SendGridWebhook.class);

    static final int MOST_BYTES = 4_000_000;

    /** So many at a time. While this node sends, it is one: that comes first. */
    private static final int AT_A_TIME = 2;

    /** So many are read, or have been and wait: what comes beyond waits unread. */
    private static final int IN_MEMORY = 8;

    private static final int PATIENCE_SECONDS = 20;

    private static final Duration TELL_EVERY = Duration.ofMinutes(10);

    private final Feedback feedback;
    private final SendGridSignature signature;
    private final Matching matching;
    private final FeedbackConfig config;
    private final MailConfig mail;
    private final Lane lane;
    private final MeterRegistry meters;
    private final AtomicLong lastTold = new AtomicLong(System.nanoTime() - TELL_EVERY.toNanos());
    private final Semaphore memory = new Semaphore(IN_MEMORY, true);
    private final Semaphore places = new Semaphore(AT_A_TIME, true);

    SendGridWebhook(
            Feedback feedback,
            SendGridSignature signature,
            Matching matching,
            FeedbackConfig config,
            MailConfig mail,
            Lane lane,
            MeterRegistry meters) {
        this.feedback = feedback;
        this.signature = signature;
        this.matching = matching;
        this.config = config;
        this.mail = mail;
        this.lane = lane;
        this.meters = meters;
    }

    @POST
    @Blocking
    public void take(
            @RestHeader("X-Twilio-Email-Event-Webhook-Signature") @Nullable String signed,
            @RestHeader("X-Twilio-Email-Event-Webhook-Timestamp") @Nullable String timestamp,
            InputStream body)
            throws IOException, InterruptedException {
        if (!signature.hasKey() && !config.acceptUnsigned()) {
            throw new Problem(
                    403,
                    "webhook-unconfigured",
                    "Set BROADSHEET_MAIL_SENDGRID_WEBHOOK_PUBLIC_KEY to the verification key that SendGrid shows.");
        }
        if (signature.hasKey() && !signature.mayHold(signed, timestamp)) {
            throw unsigned();
        }
        acquire(memory, 1);
        try {
            byte[] octets = read(body);
            int taken = lane.isSending() ? AT_A_TIME : 1;
            acquire(places, taken);
            try {
                take(signed, timestamp, octets);
            } finally {
                places.release(taken);
            }
        } finally {
            memory.release();
        }
    }

    private static void acquire(Semaphore of, int many) throws InterruptedException {
        if (!of.tryAcquire(many, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new Problem(503, "busy", "Too many events at once. Send them again.");
        }
    }

    /** Whoever takes too long gives way to others. */
    private static byte[] read(InputStream body) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        byte[] some = new byte[1 << 16];
        for (int n = body.read(some); n >= 0; n = body.read(some)) {
            octets.write(some, 0, n);
            if (octets.size() > MOST_BYTES) {
                throw new Problem(413, "too-large", "A batch of events has at most 4 MB.");
            }
            if (System.nanoTime() > end) {
                throw new Problem(503, "busy", "The events came too slowly. Send them again.");
            }
        }
        return octets.toByteArray();
    }

    /** A key that is the wrong one shows in the log, and strangers do not fill it. */
    private Problem unsigned() {
        meters.counter("broadsheet.feedback.refused").increment();
        long now = System.nanoTime();
        long last = lastTold.get();
        if (now - last >= TELL_EVERY.toNanos() && lastTold.compareAndSet(last, now)) {
            LOG.warn("Events are refused: not signed by the key in BROADSHEET_MAIL_SENDGRID_WEBHOOK_PUBLIC_KEY, or too"
                    + " long ago");
        }
        return new Problem(401, "signature-invalid", "Not signed by the key that is set here, or too long ago.");
    }

    private void take(@Nullable String signed, @Nullable String timestamp, byte[] body) {
        if (signature.hasKey() && !signature.holds(signed, timestamp, body)) {
            throw unsigned();
        }
        SendGridEvents batch = SendGridEvents.of(body, matching, mail.sendgrid().opensAndClicks());
        feedback.take(batch.events());
        feedback.passedOver(batch.passedOver());
        if (batch.isBroken()) {
            LOG.warnf(
                    "A batch of events is not the JSON that was expected; %d were read",
                    batch.events().size());
            if (batch.events().isEmpty()) {
                throw Problem.invalid("The body is not an array of events in JSON.");
            }
        }
    }
}
