package dev.broadsheet.delivery;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.broadsheet.platform.Problem;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first few who get an issue, before the others do: asked for with {@code size} or {@code emails}, never both.
 *
 * @param size so many, at least 1
 * @param emails these; readers of the newsletter whom it may mail now
 * @param then what lets the others have it; absent: {@code APPROVAL}
 * @param cleanFor with {@code CLEAN_FOR}: an ISO 8601 duration of a minute to a week in which nothing may bounce, fail, be
 *     in doubt or be complained about; absent: half an hour
 */
record Canary(
        @Nullable Integer size,
        @Nullable List<String> emails,
        @Nullable Then then,
        @Nullable String cleanFor) {

    enum Then {
        /** An editor's {@code resume}. */
        APPROVAL,
        /** Some time without anything bad, or {@code resume}. */
        CLEAN_FOR
    }

    enum State {
        /** They get it now; nobody else does. */
        RUNNING,
        /** They have it; the others wait. */
        WAITING,
        /** The others get it, or have got it. */
        OVER
    }

    /** As editors see it. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record View(int size, Then then, @Nullable String cleanFor, State state) {}

    /** Why a campaign is paused that waits after its canary. */
    static final String REASON = "CANARY";

    static final Duration USUALLY_CLEAN_FOR = Duration.ofMinutes(30);
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(7);

    Then thenOrApproval() {
        return then == null ? Then.APPROVAL : then;
    }

    /** @throws Problem 400 where it is no canary */
    Duration clean() {
        if (cleanFor == null) {
            return USUALLY_CLEAN_FOR;
        }
        try {
            Duration duration = Duration.parse(cleanFor);
            if (duration.compareTo(SHORTEST) >= 0 && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        } catch (DateTimeException e) {
            // below
        }
        throw Problem.invalid("canary.cleanFor is a duration of a minute to seven days, such as PT30M.");
    }

    /** @throws Problem 400 where it is no canary */
    void check() {
        if ((size == null) == (emails == null)) {
            throw Problem.invalid("canary has either size or emails.");
        }
        if (size != null && size < 1) {
            throw Problem.invalid("canary.size is at least 1.");
        }
        if (emails != null && (emails.isEmpty() || emails.size() > 1_000)) {
            throw Problem.invalid("canary.emails holds 1 to 1,000 addresses.");
        }
        if (cleanFor != null && thenOrApproval() != Then.CLEAN_FOR) {
            throw Problem.invalid("canary.cleanFor goes with then CLEAN_FOR.");
        }
        clean();
    }
}
