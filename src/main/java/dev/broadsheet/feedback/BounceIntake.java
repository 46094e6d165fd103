package dev.broadsheet.feedback;

import dev.broadsheet.feedback.FeedbackEvent.Bounce;
import dev.broadsheet.feedback.FeedbackEvent.Kind;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes a mail of the bounce mailbox, by whichever way it came: reads it, finds whose it is, and tells of it. */
@Singleton
class BounceIntake {

    /** What becomes of the mail itself. */
    enum Taken {
        /** It needs nobody. */
        DONE,
        /** A person may want to look at it: nothing of ours is named in it, or it is no bounce. */
        UNMATCHED
    }

    private final Matching matching;
    private final Consumer<List<FeedbackEvent>> feedback;
    private final MeterRegistry metrics;

    @Inject
    BounceIntake(Matching matching, Feedback feedback, MeterRegistry metrics) {
        this(matching, feedback::takeOnce, metrics);
    }

    BounceIntake(Matching matching, Consumer<List<FeedbackEvent>> feedback, MeterRegistry metrics) {
        this.matching = matching;
        this.feedback = feedback;
        this.metrics = metrics;
    }

    /**
     * Safe to repeat.
     *
     * @param octets the first {@link MailParts#MOST_BYTES} of the mail will do
     * @param recipient of the envelope, where it is known
     * @param at when the mail came
     * @throws RuntimeException where the database does not answer: to be repeated
     */
    Taken take(byte[] octets, Optional<String> recipient, Instant at) {
        BounceMail mail = BounceMails.read(octets, recipient);
        if (mail instanceof BounceMail.Refused refused) {
            Bounce bounce = Bounce.of(refused.refusal().meaning());
            return tell(
                    refused.clues(), at, Kind.BOUNCED, bounce, refused.refusal().reason());
        }
        if (mail instanceof BounceMail.Complaint complaint) {
            return tell(complaint.clues(), at, Kind.COMPLAINED, null, "feedback report: " + complaint.type());
        }
        if (mail instanceof BounceMail.Ignored ignored) {
            return counted(name(ignored.why()), Taken.DONE);
        }
        return counted("other", Taken.UNMATCHED);
    }

    private Taken tell(BounceMail.Clues clues, Instant at, Kind kind, @Nullable Bounce bounce, String reason) {
        Optional<Matching.Sent> found = matching.find(clues);
        if (found.isEmpty()) {
            return counted("unmatched", Taken.UNMATCHED);
        }
        Matching.Sent sent = found.get();
        String outcome = name(bounce == null ? kind : bounce);
        // one of each for a message: who sends the same again, or a second copy bounces, changes nothing
        String eventId = (sent.mailId() == null ? "bounce-" : "bounce-mail-") + sent.id() + "-" + outcome;
        feedback.accept(List.of(new FeedbackEvent(
                at,
                eventId,
                kind,
                bounce,
                sent.issueId(),
                sent.deliveryId(),
                sent.mailId(),
                null,
                null,
                reason,
                null,
                null)));
        return counted(outcome, Taken.DONE);
    }

    private Taken counted(String outcome, Taken taken) {
        metrics.counter("broadsheet.feedback.bounce.mails", "outcome", outcome).increment();
        return taken;
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
