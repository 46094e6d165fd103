package dev.broadsheet.delivery;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;

/** How stubbornly, and how carefully, campaigns go out. */
@ConfigMapping(prefix = "broadsheet.delivery")
public interface DeliveryConfig {

    /** What becomes of a delivery that was perhaps handed over and perhaps not, where nothing else can tell. */
    enum InDoubt {
        /** Goes out again, with the same {@code Message-ID}: over SMTP at once, over SendGrid after {@link #resendAfter}. */
        RESEND,
        /** Waits for an editor's {@code settle}. */
        HOLD,
        /** Is given up. */
        SKIP
    }

    /** How campaigns begin. */
    enum Start {
        RUNNING,
        /** Every campaign starts paused: for a restored backup or a staging copy. */
        PAUSED
    }

    /** What becomes of a time to send that passed while nobody ran. */
    enum Misfire {
        /** Goes out late, and several times of a schedule as one. */
        SEND,
        /** Is there, paused, and waits for an editor's {@code resume}. */
        HOLD
    }

    /** The reason of a campaign that was held for being late. */
    String MISFIRED = "misfired";

    @WithDefault("send")
    Misfire misfire();

    /** How late a start may be before it counts as missed. */
    @WithDefault("PT15M")
    Duration misfireAfter();

    /** Default: smtp {@code resend}, sendgrid {@code hold}. */
    Optional<InDoubt> inDoubt();

    /**
     * How long SendGrid's events may tell that a request was accepted: then {@code resend} sends it again, and {@code hold}
     * tells the editors that nothing more will be heard.
     */
    @WithDefault("PT24H")
    Duration resendAfter();

    /** Times that one message may end in doubt before {@code resend} leaves it to an editor. */
    @WithDefault("3")
    @Min(1)
    @Max(10)
    int inDoubtTries();

    @WithDefault("running")
    Start start();

    /** How many parts of a campaign are sent side by side. */
    @WithDefault("4")
    @Min(1)
    @Max(64)
    int lanes();

    /** Most lanes that one node works on at once; the other Quartz threads stay free. */
    @WithDefault("8")
    @Min(1)
    @Max(64)
    int lanesPerNode();

    /** How long a lane sends before it gives others their turn. */
    @WithDefault("PT10S")
    Duration laneSlice();

    /** For how long a claim holds its rows. */
    @WithDefault("PT5M")
    Duration lease();

    /**
     * The last part of a lease, in which nothing new is handed over: longer than the transports wait for an answer, so
     * that nobody else has the rows while one may still come. Where it is not shorter than the lease: half of that.
     */
    @WithDefault("PT150S")
    Duration answerTime();

    /** The same where mail goes to the outbox, which is written with the record and needs no time. */
    @WithDefault("PT10S")
    Duration outboxLease();

    /** So many permanent refusals in a row, in one lane, pause a campaign. */
    @WithDefault("50")
    @Min(1)
    int refusalsInARow();

    /** A larger share of bounces, once 200 messages were handed over, pauses a campaign. */
    @WithDefault("0.05")
    double hardBounceShare();

    /**
     * A larger share of complaints, three or more of them and once 200 messages were handed over, pauses a campaign.
     * Providers want it below 0.001, and never at 0.003.
     */
    @WithDefault("0.003")
    double complaintShare();

    /** Wait before the second try; doubles with each further one, up to {@link #longestRetry}. */
    @WithDefault("PT1M")
    Duration firstRetry();

    @WithDefault("PT24H")
    Duration longestRetry();

    /** Tries after which a temporary refusal counts as final: with the waits above, after a day and a half. */
    @WithDefault("12")
    @Min(1)
    @Max(100)
    int mostAttempts();
}
