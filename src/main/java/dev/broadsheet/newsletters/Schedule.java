package dev.broadsheet.newsletters;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.broadsheet.platform.Problem;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The times that a five-field Unix cron line names in a time zone, by the clock on the wall there. A time that does not
 * exist that day, since clocks go forward, is the moment at which they do; one that exists twice is the first of the two.
 */
public final class Schedule {

    private static final CronParser CRON = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    /** Works on the wall's clock alone, as if it were that of UTC: the library knows nothing of time changes here. */
    private final ExecutionTime wall;

    private final ZoneId zone;

    private Schedule(ExecutionTime wall, ZoneId zone) {
        this.wall = wall;
        this.zone = zone;
    }

    /** @throws Problem 400 where that is no cron line */
    public static Schedule of(String cron, String timeZone) {
        try {
            return new Schedule(ExecutionTime.forCron(CRON.parse(cron).validate()), ZoneId.of(timeZone));
        } catch (IllegalArgumentException e) {
            throw Problem.invalid(
                    "schedule is a cron line of five fields, such as 0 18 * * 3 for Wednesdays at 18:00.");
        }
    }

    /** The first of its times after a moment; empty where none comes any more, as with February 30. */
    public Optional<Instant> next(Instant after) {
        Optional<LocalDateTime> local = nextLocal(LocalDateTime.ofInstant(after, zone));
        while (local.isPresent()) {
            Instant at = moment(local.get(), zone);
            if (at.isAfter(after)) {
                return Optional.of(at);
            }
            local = nextLocal(local.get()); // the second time around of an hour that exists twice
        }
        return Optional.empty();
    }

    List<Instant> next(Instant after, int howMany) {
        List<Instant> times = new ArrayList<>();
        for (Optional<Instant> next = next(after);
                next.isPresent() && times.size() < howMany;
                next = next(next.get())) {
            times.add(next.get());
        }
        return times;
    }

    boolean names(LocalDate day) {
        return nextLocal(day.atStartOfDay().minusSeconds(1))
                .filter(next -> next.toLocalDate().equals(day))
                .isPresent();
    }

    private Optional<LocalDateTime> nextLocal(LocalDateTime after) {
        return wall.nextExecution(after.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
    }

    /** What a time by the clock on the wall is: where it does not exist, the next moment that does; the first of two. */
    public static Instant moment(LocalDateTime local, ZoneId zone) {
        ZoneOffsetTransition change = zone.getRules().getTransition(local);
        return change != null && change.isGap()
                ? change.getInstant()
                : local.atZone(zone).toInstant();
    }
}
