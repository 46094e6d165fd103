package dev.broadsheet.newsletters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.broadsheet.platform.Problem;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {

    /** Clocks go forward at 2:00 to 3:00 in both zones; back from 3:00 to 2:00 in Berlin, from 2:00 to 1:00 in New York. */
    @ParameterizedTest
    @CsvSource({
        // a time that does not exist: once, when the clock has gone forward
        "30 2 * * *,    Europe/Berlin,    2026-03-28T12:00+01:00, 2026-03-29T03:00+02:00, 2026-03-30T02:30+02:00",
        "30 2 * * *,    Europe/Berlin,    2027-03-27T12:00+01:00, 2027-03-28T03:00+02:00, 2027-03-29T02:30+02:00",
        "30 2 * * *,    America/New_York, 2026-03-07T12:00-05:00, 2026-03-08T03:00-04:00, 2026-03-09T02:30-04:00",
        "30 2 * * *,    America/New_York, 2027-03-13T12:00-05:00, 2027-03-14T03:00-04:00, 2027-03-15T02:30-04:00",
        "30 2 29 3 *,   Europe/Berlin,    2026-01-01T00:00+01:00, 2026-03-29T03:00+02:00, 2027-03-29T02:30+02:00",
        "0 2 * * 0,     Europe/Berlin,    2026-03-28T12:00+01:00, 2026-03-29T03:00+02:00, 2026-04-05T02:00+02:00",
        "0 3 * * *,     Europe/Berlin,    2026-03-28T12:00+01:00, 2026-03-29T03:00+02:00, 2026-03-30T03:00+02:00",
        // several that fall into one moment are one
        "0 * * * *,     Europe/Berlin,    2026-03-29T01:00+01:00, 2026-03-29T03:00+02:00, 2026-03-29T04:00+02:00",
        "*/15 * * * *,  Europe/Berlin,    2026-03-29T01:45+01:00, 2026-03-29T03:00+02:00, 2026-03-29T03:15+02:00",
        "'15,45 2 * * *', America/New_York, 2027-03-14T01:00-05:00, 2027-03-14T03:00-04:00, 2027-03-15T02:15-04:00",
        // a time that exists twice: the first
        "30 2 * * *,    Europe/Berlin,    2026-10-24T12:00+02:00, 2026-10-25T02:30+02:00, 2026-10-26T02:30+01:00",
        "30 2 * * *,    Europe/Berlin,    2027-10-30T12:00+02:00, 2027-10-31T02:30+02:00, 2027-11-01T02:30+01:00",
        "30 1 * * *,    America/New_York, 2026-10-31T12:00-04:00, 2026-11-01T01:30-04:00, 2026-11-02T01:30-05:00",
        "30 1 * * *,    America/New_York, 2027-11-06T12:00-04:00, 2027-11-07T01:30-04:00, 2027-11-08T01:30-05:00",
        "30 2 * * *,    Europe/Berlin,    2026-10-25T02:10+01:00, 2026-10-26T02:30+01:00, 2026-10-27T02:30+01:00",
        "0 * * * *,     Europe/Berlin,    2026-10-25T01:00+02:00, 2026-10-25T02:00+02:00, 2026-10-25T03:00+01:00",
        // the day after a change the wall's clock still counts
        "0 18 * * 3,    Europe/Berlin,    2026-03-25T18:00+01:00, 2026-04-01T18:00+02:00, 2026-04-08T18:00+02:00",
        "0 18 * * 3,    America/New_York, 2026-10-28T18:00-04:00, 2026-11-04T18:00-05:00, 2026-11-11T18:00-05:00",
        // zones that go otherwise: half an hour, and a day that never was
        "15 2 * * *,    Australia/Lord_Howe, 2026-10-03T12:00+10:30, 2026-10-04T02:30+11:00, 2026-10-05T02:15+11:00",
        "0 12 30 12 *,  Pacific/Apia,     2011-12-01T00:00-10:00, 2011-12-31T00:00+14:00, 2012-12-30T12:00+14:00",
    })
    void next_followsTheClockOnTheWall_eachTimeOnce(
            String cron, String zone, String after, String first, String second) {
        Schedule schedule = Schedule.of(cron, zone);

        assertThat(schedule.next(instant(after), 2)).containsExactly(instant(first), instant(second));
    }

    @ParameterizedTest
    @CsvSource({
        "0 18 * * 3,     2026-11-24T12:00Z, 2026-11-25T18:00Z, 2026-12-02T18:00Z",
        "0 9 * * 7,      2026-11-24T12:00Z, 2026-11-29T09:00Z, 2026-12-06T09:00Z",
        "0 9 * * 0,      2026-11-24T12:00Z, 2026-11-29T09:00Z, 2026-12-06T09:00Z",
        "0 9 * * MON-FRI,2026-11-27T12:00Z, 2026-11-30T09:00Z, 2026-12-01T09:00Z",
        "*/20 9 1 * *,   2026-11-24T12:00Z, 2026-12-01T09:00Z, 2026-12-01T09:20Z",
        "0 9 31 * *,     2026-11-24T12:00Z, 2026-12-31T09:00Z, 2027-01-31T09:00Z",
        "0 9 29 2 *,     2026-11-24T12:00Z, 2028-02-29T09:00Z, 2032-02-29T09:00Z",
        // Unix cron: a day of the month or a day of the week
        "0 9 13 * 5,     2026-11-24T12:00Z, 2026-11-27T09:00Z, 2026-12-04T09:00Z",
        // the time itself is not after itself, and seconds count
        "0 9 * * *,      2026-11-24T09:00Z, 2026-11-25T09:00Z, 2026-11-26T09:00Z",
        "0 9 * * *,      2026-11-24T08:59:59.999Z, 2026-11-24T09:00Z, 2026-11-25T09:00Z",
    })
    void next_isWhatUnixCronMeans(String cron, String after, String first, String second) {
        assertThat(Schedule.of(cron, "UTC").next(instant(after), 2)).containsExactly(instant(first), instant(second));
    }

    @Test
    void next_ofADayThatNeverComes_isNone() {
        assertThat(Schedule.of("0 9 30 2 *", "UTC").next(instant("2026-11-24T12:00Z")))
                .isEmpty();
    }

    /** Over two years, hour by hour: never twice, never backwards, each day once. */
    @ParameterizedTest
    @ValueSource(strings = {"Europe/Berlin", "America/New_York"})
    void everyHourOfTwoYears_runsOnceADay(String zone) {
        for (int hour = 0; hour < 24; hour++) {
            Schedule schedule = Schedule.of("30 " + hour + " * * *", zone);
            Instant from =
                    LocalDate.of(2026, 1, 1).atStartOfDay(ZoneId.of(zone)).toInstant();

            List<LocalDate> days = Stream.iterate(schedule.next(from).orElseThrow(), at -> schedule.next(at)
                            .orElseThrow())
                    .limit(730)
                    .map(at -> LocalDate.ofInstant(at, ZoneId.of(zone)))
                    .toList();

            assertThat(days)
                    .containsExactlyElementsOf(LocalDate.of(2026, 1, 1)
                            .datesUntil(LocalDate.of(2028, 1, 1))
                            .toList());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-29T02:30, Europe/Berlin, 2026-03-29T03:00+02:00",
        "2026-10-25T02:30, Europe/Berlin, 2026-10-25T02:30+02:00",
        "2027-03-14T02:00, America/New_York, 2027-03-14T03:00-04:00",
        "2027-11-07T01:59, America/New_York, 2027-11-07T01:59-04:00",
        "2026-11-25T18:00, Europe/Berlin, 2026-11-25T18:00+01:00",
    })
    void moment_existsAlways(String local, String zone, String at) {
        assertThat(Schedule.moment(LocalDateTime.parse(local), ZoneId.of(zone))).isEqualTo(instant(at));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0 18 * *", "0 0 18 * * 3", "60 18 * * *", "0 24 * * *", "every week", "0 18 * * 8"})
    void noCronLine_isRefused(String cron) {
        assertThatThrownBy(() -> Schedule.of(cron, "UTC"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("cron");
    }

    private static Instant instant(String text) {
        return OffsetDateTime.parse(text).toInstant();
    }
}
