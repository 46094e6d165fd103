package dev.broadsheet.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import net.fortuna.ical4j.data.CalendarBuilder;
import net.fortuna.ical4j.model.Calendar;
import net.fortuna.ical4j.model.component.VEvent;
import net.fortuna.ical4j.validate.ValidationResult;
import org.junit.jupiter.api.Test;

class EventCalendarTest {

    private static final LocalDate OCTOBER_23 = LocalDate.of(2024, 10, 23);

    private static IssueEvents issue(LocalDate date, EventsSection section) {
        return new IssueEvents("issue-" + date, date, date.atTime(12, 0).toInstant(ZoneOffset.UTC), section.events());
    }

    private static String calendar(EventsSection... weekly) {
        List<IssueEvents> issues = new ArrayList<>();
        for (EventsSection section : weekly) {
            issues.add(issue(OCTOBER_23.plusWeeks(issues.size()), section));
        }
        return EventCalendar.of("Weekly", issues);
    }

    private static String[] talks(String days, String url) {
        return Sections.event(days, "Berlin, DE", "Talks", url);
    }

    /** Each property of all events, unfolded. */
    private static List<String> values(String calendar, String property) {
        return calendar.replace("\r\n ", "")
                .lines()
                .filter(line -> line.startsWith(property))
                .map(line -> line.substring(property.length()))
                .toList();
    }

    @Test
    void event_isADayWithPlacePageGroupAndRegion() {
        EventsSection section = Sections.of(
                "* 2024-10-24 - 2024-10-26 | Berlin, DE | [One](https://example.org/1) + [Two; Three](https://example.org/2)",
                "    * [**Rust, `Vec<T>` \\\\ & **more****](https://example.org/talk?a=ü) | [**Mirror**](https://example.org/m)");

        assertThat(calendar(section).replace("\r\n ", "").lines())
                .containsExactly(
                        "BEGIN:VCALENDAR",
                        "PRODID:-//Broadsheet//Events//EN",
                        "VERSION:2.0",
                        "CALSCALE:GREGORIAN",
                        "X-WR-CALNAME:Weekly",
                        "BEGIN:VEVENT",
                        "UID:" + values(calendar(section), "UID:").get(0),
                        "DTSTAMP:20241023T120000Z",
                        "DTSTART;VALUE=DATE:20241024",
                        "DTEND;VALUE=DATE:20241027",
                        "SUMMARY:Rust\\, Vec<T> \\\\ & more",
                        "LOCATION:Berlin\\, DE",
                        "URL:https://example.org/talk?a=%C3%BC",
                        "DESCRIPTION:One: https://example.org/1\\nTwo\\; Three: https://example.org/2\\nMirror: https://example.org/m",
                        "CATEGORIES:Europe",
                        "TRANSP:TRANSPARENT",
                        "END:VEVENT",
                        "END:VCALENDAR");
    }

    @Test
    void hybridEventOfTwoRegions_isOneWithBoth() {
        EventsSection section = Sections.of(Stream.of(
                        Stream.of("### Virtual"),
                        Arrays.stream(Sections.event(
                                "2024-10-24", "Virtual (Munich, DE)", "Talks", "https://www.example.org/talk/")),
                        Stream.of("### Europe"),
                        Arrays.stream(Sections.event(
                                "2024-10-24", "Hybrid (Munich, DE)", "Talks", "https://example.org/talk?utm_source=x")))
                .flatMap(lines -> lines)
                .toArray(String[]::new));

        String calendar = calendar(section);

        assertThat(values(calendar, "CATEGORIES:")).containsExactly("Europe,Virtual");
        assertThat(values(calendar, "LOCATION:")).containsExactly("Hybrid (Munich\\, DE)");
    }

    @Test
    void eventOfSeveralIssues_isOne_asTheNewestTellsIt() {
        EventsSection first = Sections.of(talks("2024-11-14", "https://example.org/talk"));
        EventsSection second = Sections.of(
                Sections.event("2024-11-14 - 2024-11-15", "Bonn, DE", "Better talks", "https://example.org/talk"));

        String calendar = calendar(first, second);

        assertThat(values(calendar, "SUMMARY:")).containsExactly("Better talks");
        assertThat(values(calendar, "DTEND;VALUE=DATE:")).containsExactly("20241116");
        assertThat(values(calendar, "DTSTAMP:")).containsExactly("20241030T120000Z");
        assertThat(values(calendar, "UID:")).isEqualTo(values(calendar(first), "UID:"));
    }

    @Test
    void meetingsThatShareAPage_areTwo_andStayWhenTheFirstIsOver() {
        EventsSection both = Sections.of(
                talks("2024-10-24", "https://example.org/monthly"), talks("2024-11-07", "https://example.org/monthly"));
        EventsSection later = Sections.of(talks("2024-11-07", "https://example.org/monthly"));

        assertThat(values(calendar(both, later), "DTSTART;VALUE=DATE:")).containsExactly("20241024", "20241107");
    }

    @Test
    void correctedDay_replacesTheWrongOne_alsoInIssuesBefore() {
        EventsSection wrong = Sections.of(talks("2024-11-14", "https://example.org/talk"));
        EventsSection right = Sections.of(talks("2024-11-15", "https://example.org/talk"));

        assertThat(values(calendar(wrong, wrong, right), "DTSTART;VALUE=DATE:")).containsExactly("20241115");
    }

    @Test
    void wrongYear_isLeftOut() {
        EventsSection section = Sections.of(
                talks("2022-10-30", "https://example.org/1"),
                talks("2204-10-30", "https://example.org/2"),
                talks("2024-10-30", "https://example.org/3"));

        assertThat(values(calendar(section), "DTSTART;VALUE=DATE:")).containsExactly("20241030");
    }

    @Test
    void severalDays_areAnEventEach() {
        EventsSection section = Sections.of(talks("2024-10-24, 2024-10-31", "https://example.org/talk"));

        assertThat(values(calendar(section), "DTSTART;VALUE=DATE:")).containsExactly("20241024", "20241031");
    }

    @Test
    void eventWithoutAddress_isKnownByItsOrganiserAndDay() {
        EventsSection first = Sections.of("* 2024-10-31 | Graz, AT | [Rust Graz](https://example.org/graz)");
        EventsSection second = Sections.of(
                "* 2024-10-31 | Graz, AT | [Rust Graz](https://www.example.org/graz/)", "    * [**Talks**]: at six");

        assertThat(values(calendar(first, second), "SUMMARY:")).containsExactly("Talks");
    }

    @Test
    void sameIssues_makeTheSameBytes_inAnyOrder() {
        List<IssueEvents> issues = new ArrayList<>(List.of(
                issue(OCTOBER_23, Sections.of(talks("2024-11-14", "https://example.org/1"))),
                issue(OCTOBER_23.plusWeeks(1), Sections.of(talks("2024-11-14", "https://example.org/2"))),
                issue(OCTOBER_23.plusWeeks(2), Sections.of(talks("2024-11-14", "https://example.org/1")))));
        String calendar = EventCalendar.of("Weekly", issues);

        Collections.reverse(issues);

        assertThat(EventCalendar.of("Weekly", issues)).isEqualTo(calendar);
    }

    @Test
    void anyText_makesAValidCalendar() throws Exception {
        String wide = "Ünïcödé 🦀 ".repeat(40);
        EventsSection section = Sections.of(
                Sections.event(
                        "2024-10-24", "Zürich (\u0007Schweiz); \"A\", CH", wide, "https://example.org/a|b{c}[d]%zz"),
                Sections.event("2024-10-25", "BEGIN:VEVENT", "x\\nEND:VEVENT", "https://exämple.org/ü?x=1#y"));

        assertValid(EventCalendar.of(wide + "\r\nEND:VCALENDAR", List.of(issue(OCTOBER_23, section))), 2);
    }

    @Test
    void noEvents_makeAnEmptyCalendar() {
        assertThat(EventCalendar.of("Weekly", List.of()))
                .isEqualTo("BEGIN:VCALENDAR\r\nPRODID:-//Broadsheet//Events//EN\r\nVERSION:2.0\r\n"
                        + "CALSCALE:GREGORIAN\r\nX-WR-CALNAME:Weekly\r\nEND:VCALENDAR\r\n");
    }

    @Test
    void realIssues_makeAValidCalendar() throws Exception {
        List<IssueEvents> issues = CorpusSections.items().stream()
                .map(item -> new IssueEvents(
                        item.name(),
                        item.date(),
                        item.date().atStartOfDay().toInstant(ZoneOffset.UTC),
                        item.section().events()))
                .toList();

        assertValid(EventCalendar.of("This Week", issues), 1_000);
    }

    private static void assertValid(String calendar, int atLeast) throws Exception {
        assertThat(calendar).endsWith("\r\n");
        assertThat(calendar.replace("\r\n", "")).doesNotContain("\r", "\n");
        for (String line : calendar.split("\r\n")) {
            assertThat(line.getBytes(StandardCharsets.UTF_8).length).isBetween(1, 75);
            assertThat(line).doesNotContainPattern("[\\x00-\\x08\\x0b-\\x1f\\x7f]");
        }
        assertThat(calendar).doesNotContain("\uFFFD", "METHOD");

        Calendar read = new CalendarBuilder().build(new StringReader(calendar));
        ValidationResult result = read.validate();
        assertThat(result.getEntries()).isEmpty();
        List<VEvent> events = read.getComponents("VEVENT");
        assertThat(events).hasSizeGreaterThanOrEqualTo(atLeast);
        List<String> ids = events.stream()
                .map(event -> event.getUid().orElseThrow().getValue())
                .toList();
        assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
        assertThat(events).allSatisfy(event -> {
            assertThat(event.getSummary().getValue()).isNotBlank();
            LocalDate start = (LocalDate) event.getDateTimeStart().getDate();
            LocalDate end = (LocalDate) event.getDateTimeEnd().getDate();
            assertThat(end).isAfter(start);
            assertThat(event.getDateTimeStamp().getDate()).isBefore(Instant.parse("2030-01-01T00:00:00Z"));
        });
    }
}
