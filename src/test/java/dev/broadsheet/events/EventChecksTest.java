package dev.broadsheet.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventChecksTest {

    private static String[] event(String days, String place, String title, String url) {
        return Sections.event(days, place, title, "https://example.org/" + url);
    }

    private static List<EventNote> place(String place) {
        return EventChecks.places(Sections.of(event("2024-10-24", place, "Talks", "t")));
    }

    private static List<EventNote> title(String days, String title) {
        return EventChecks.titles(Sections.of(event(days, "Berlin, DE", title, "t")));
    }

    @Test
    void sameAddressOrganiserOrTitle_inOneRegion_isADuplicate() {
        EventsSection section = Sections.of(
                event("2024-10-24", "Berlin, DE", "Talks", "1"),
                event("2024-10-24", "Bonn, DE", "Others", "1"),
                event("2024-10-24", "Berlin, DE", "Third", "3"),
                new String[] {
                    "* 2024-10-24 | Berlin, DE | [Someone](https://example.org/else)",
                    "    * [**Third**](https://example.org/4)"
                });

        assertThat(EventChecks.duplicates(section))
                .extracting(EventNote::rule, EventNote::line, EventNote::reason)
                .containsExactly(
                        tuple("event-duplicate", 6, "same-address"),
                        tuple("event-duplicate", 8, "same-organiser"),
                        tuple("event-duplicate", 10, "same-title"));
    }

    @Test
    void sameAddressOnTwoDays_isADuplicate_unlessTheEventsHaveTitlesOrPagesOfTheirOwn() {
        EventsSection section = Sections.of(
                event("2024-10-24", "Berlin, DE", "Online", "1"),
                event("2024-10-31", "Berlin, DE", "Online", "1"),
                event("2024-10-24", "Bonn, DE", "Workshop", "2"),
                event("2024-10-25", "Bonn, DE", "Conference", "2"),
                event("2024-10-24", "Kiel, DE", "Hack", "3"),
                event("2024-10-31", "Kiel, DE", "Hack", "3) | [**Mirror**](https://example.org/m"),
                event("2024-10-24", "Ulm, DE", "Monthly", "group/" + "Ulm, DE".hashCode()),
                event("2024-11-07", "Ulm, DE", "Monthly", "group/" + "Ulm, DE".hashCode()));

        assertThat(EventChecks.duplicates(section)).extracting(EventNote::line).containsExactly(6);
    }

    @Test
    void sameEvent_inTwoRegionsOrTwoCities_isNoDuplicate() {
        EventsSection section = Sections.of(
                event("2024-10-24", "Hybrid (Berlin, DE)", "Talks", "1"),
                event("2024-10-24", "Bonn, DE", "Talks", "2"),
                new String[] {"### Virtual"},
                event("2024-10-24", "Hybrid (Berlin, DE)", "Talks", "1"));

        assertThat(EventChecks.duplicates(section)).isEmpty();
    }

    @Test
    void eventBeforeTheOneAbove_isOutOfOrder_butNotBecauseOfAWrongYear() {
        EventsSection section = Sections.of(
                event("2024-10-24", "Berlin, DE", "A", "1"),
                event("2025-10-25", "Bonn, DE", "B", "2"),
                event("2024-10-25", "Kiel, DE", "C", "3"),
                event("2024-11-05", "Ulm, DE", "D", "4"),
                event("2024-10-26", "Jena, DE", "E", "5"),
                event("2024-10-26", "Gera, DE", "F", "6"),
                new String[] {"### Asia"},
                event("2024-10-24", "Tokyo, JP", "G", "7"));

        assertThat(EventChecks.outOfOrder(section))
                .extracting(EventNote::rule, EventNote::line)
                .containsExactly(tuple("event-order", 12));
    }

    @Test
    void eventOverBeforeTheWindowOrBeginningAfterIt_isOutside() {
        EventsSection section = Sections.of(
                event("2024-10-22", "Berlin, DE", "A", "1"),
                event("2024-10-20 - 2024-10-23", "Bonn, DE", "B", "2"),
                event("2024-11-20 - 2024-11-25", "Kiel, DE", "C", "3"),
                event("2024-11-21", "Ulm, DE", "D", "4"));

        assertThat(EventChecks.outsideWindow(section))
                .extracting(EventNote::rule, EventNote::line, EventNote::reason)
                .containsExactly(
                        tuple("event-outside-window", 4, "before"), tuple("event-outside-window", 10, "after"));
    }

    @Test
    void withoutWindow_nothingIsOutside() {
        EventsSection section = Sections.read(
                "## Upcoming Events", "### Asia", "* 1999-01-01 | Tokyo, JP | [G](https://example.org/g)");

        assertThat(section.events()).hasSize(1);
        assertThat(EventChecks.outsideWindow(section)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Virtual( Kampala, UG); bracket-space; Virtual (Kampala, UG)",
                "Virtual(Kampala, UG); bracket-space; Virtual (Kampala, UG)",
                "Virtual (Kampala, UG; bracket-missing; ",
                "Minneapolis, MN US; comma-missing; Minneapolis, MN, US",
                "Berlin DE; comma-missing; Berlin, DE",
                "Berlin,, DE; comma; ",
                "Barton, AC, AU; state-unknown; ",
                "Hybrid (Montreal, QB, CA); state-unknown; ",
                "Lehi, UX, US; state-unknown; ",
                "Lehi, ut, US; code; Lehi, UT, US",
                "Malaysia, MY; country-for-city; ",
                "Switzerland, CH; country-for-city; ",
                "Virtual (Israel); country-for-city; ",
                "Madrid, SP; code; ",
                "Aarhus, Dk; code; Aarhus, DK",
                "Oslo, No; code; Oslo, NO",
                "Tel Aviv, Israel; code; Tel Aviv, IL",
                "Florence, Italy; code; Florence, IT",
                "Virtual (Buffalo, NY); country-missing; Buffalo, NY, US",
                "Boulder, CO; country-missing; Boulder, CO, US",
                "Berlin, De; code; Berlin, DE",
                "Boulder, Co; country-missing; Boulder, CO, US",
                "Perth, WA; country-missing; ",
                "Vancouver, BC; country-missing; Vancouver, BC, CA",
                "Brisbane City, QL; country-unknown; ",
                "Virtual (Charlottesville, NC, US); state-wrong; Charlottesville, VA, US"
            })
    void slipInAPlace_isNoted(String place, String reason, String repair) {
        assertThat(place(place))
                .extracting(EventNote::rule, EventNote::line, EventNote::reason, EventNote::repair)
                .containsExactly(tuple("event-place", 4, reason, repair));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Virtual",
                "Virtual (US)",
                "Online (Worldwide)",
                "Hybrid (Vancouver, CA)",
                "Singapore, SG",
                "Luxembourg, LU",
                "Virtual (Hong Kong)",
                "Hong Kong, HK",
                "London, UK",
                "Edinburgh, GB",
                "Medellín, CO",
                "Delhi, IN",
                "Berlin, DE",
                "Tel Aviv-Yafo, IL",
                "Milano, MI, IT",
                "Leipzig, SN, DE",
                "Hangzhou, ZH, CN",
                "Mexico City, DF, MX",
                "Canberra, ACT, AU",
                "Canberra, AU",
                "Washington, DC, US",
                "San Francisco, California, US",
                "Portland, ME, US",
                "Los Angeles (Chino Hills), CA, US",
                "Albuquerque, NM, US  + Virtual",
                "Virtual and In-Person (Vienna, AT)",
                "Bangalore/Bengaluru, IN",
                "Subang Jaya / Kuala Lumpur, Selangor, MY"
            })
    void placeAsItShouldBe_isNotNoted(String place) {
        assertThat(place(place)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "2024-10-24; TBD",
                "2024-10-24; Topic TBD",
                "2024-10-24; TBD March Meetup",
                "2024-10-24; Talks (speakers TBA)",
                "2024-10-24; Bare Metal Series 2 : Place Holder",
                "2024-10-24; Rust and Tell - Title",
                "2024-10-29; June Meetup",
                "2024-10-29; Rust Lunch, Jun 23",
                "2024-10-29; June 2024 Rust Melbourne Meetup",
                "2024-10-29; Rust Manchester June Code Night"
            })
    void titleToBeFilledIn_isNoted(String days, String title) {
        assertThat(title(days, title))
                .extracting(EventNote::rule, EventNote::line)
                .containsExactly(tuple("event-title-placeholder", 5));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "2024-10-24; October Meetup",
                "2024-11-02; October Meetup",
                "2024-10-29 - 2024-11-02; November 2 and October 29",
                "2024-10-24; Building a TODO app",
                "2024-10-24; The title of things",
                "2024-10-24; You may meet April and August",
                "2024-10-24; Workshop (Register by 23 September)",
                "2024-10-24; What is new since May 2024",
                "2024-10-24; Rust in June and Other Stories",
                "2024-10-24; Marching on: 13th Meetup"
            })
    void titleAsItShouldBe_isNotNoted(String days, String title) {
        assertThat(title(days, title)).isEmpty();
    }
}
