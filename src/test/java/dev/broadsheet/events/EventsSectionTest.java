package dev.broadsheet.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventsSectionTest {

    private static final String TOP = "* 2024-10-24 | Berlin, DE | [Rust Berlin](https://example.org/berlin)";
    private static final String TITLE = "    * [**Talks**](https://example.org/talks)";

    private static List<String> days(EventsSection section) {
        return section.events().stream().map(e -> e.from() + "/" + e.to()).toList();
    }

    @Test
    void regularLines_giveTheEventWithAllItsParts() {
        EventsSection section = Sections.of(
                "* 2024-10-24 - 2024-10-26 | Hybrid (Seattle, WA, US) | [One](https://example.org/1) + [Two](https://example.org/2)",
                "    * [**Rust \\& `Vec<T>` &amp; more**](https://example.org/a_(b)) | [**Mirror: X**](https://example.org/m)");

        assertThat(section.malformed()).isEmpty();
        assertThat(section.regions()).containsExactly(new Region("Europe", 3));
        assertThat(section.events())
                .containsExactly(new ListedEvent(
                        4,
                        LocalDate.of(2024, 10, 24),
                        LocalDate.of(2024, 10, 26),
                        new Place("Hybrid (Seattle, WA, US)", "Seattle", "WA", "US", false, true),
                        List.of(
                                new Organiser("One", "https://example.org/1"),
                                new Organiser("Two", "https://example.org/2")),
                        "Rust & Vec<T> & more",
                        5,
                        "https://example.org/a_(b)",
                        List.of(new Mirror("Mirror: X", "https://example.org/m")),
                        "Europe"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "2024-10-24, 2024-10-25; 2024-10-24/2024-10-24 2024-10-25/2024-10-25; date-several; 2024-10-24 - 2024-10-25",
                "2024-10-24 & 2024-10-31; 2024-10-24/2024-10-24 2024-10-31/2024-10-31; date-several; ",
                "2024-10-24 & 10-25; 2024-10-24/2024-10-24 2024-10-25/2024-10-25; date-several; 2024-10-24 - 2024-10-25",
                "2024-10-24 & 2024-10-24; 2024-10-24/2024-10-24; date-form; 2024-10-24",
                "2024-11-9; 2024-11-09/2024-11-09; date-form; 2024-11-09",
                "2024-10-27-28; 2024-10-27/2024-10-28; date-form; 2024-10-27 - 2024-10-28",
                "2024-10-30 - 11-02; 2024-10-30/2024-11-02; date-form; 2024-10-30 - 2024-11-02",
                "2024-11-02 * 2024-11-05; 2024-11-02/2024-11-05; date-form; 2024-11-02 - 2024-11-05",
                "2024-11-05 - 2024-11-02; 2024-11-05/2024-11-05; date-backwards; ",
                "2024-02-30; ; date-impossible; "
            })
    void damagedDays_areReadAndNoted(String days, String expected, String reason, String repaired) {
        EventsSection section =
                Sections.of("* " + days + " | Berlin, DE | [Rust Berlin](https://example.org/berlin)", TITLE);

        assertThat(days(section)).isEqualTo(expected == null ? List.of() : List.of(expected.split(" ")));
        assertThat(section.malformed()).singleElement().satisfies(note -> {
            assertThat(note.rule()).isEqualTo("event-malformed");
            assertThat(note.reason()).isEqualTo(reason);
            assertThat(note.line()).isEqualTo(4);
            assertThat(note.repair())
                    .isEqualTo(
                            repaired == null
                                    ? null
                                    : "* " + repaired + " | Berlin, DE | [Rust Berlin](https://example.org/berlin)");
        });
    }

    @Test
    void rangeWithEnDash_isRegular() {
        EventsSection section = Sections.of(
                "* 2024-10-24 – 2024-10-26 | Berlin, DE | [Rust Berlin](https://example.org/berlin)", TITLE);

        assertThat(section.malformed()).isEmpty();
        assertThat(days(section)).containsExactly("2024-10-24/2024-10-26");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "* 2024-10-24 | Pune, IN, [Rust India](https://example.org/in); Pune, IN; Rust India; https://example.org/in; pipe-missing",
                "* 2024-10-24 Pune, IN | [Rust India](https://example.org/in); Pune, IN; Rust India; https://example.org/in; pipe-missing",
                "* 2024-10-24 || [Rust India](https://example.org/in); ; Rust India; https://example.org/in; place-missing",
                "* 2024-10-24 | | [Rust India](https://example.org/in); ; Rust India; https://example.org/in; place-missing",
                "* 2024-10-24 | Pune, IN | Rust India; Pune, IN; Rust India; ; organiser-link",
                "* 2024-10-24 | Pune, IN | [Rust India](); Pune, IN; Rust India; ; organiser-address",
                "* 2024-10-24 | Pune, IN | [Rust India](india); Pune, IN; Rust India; ; organiser-address",
                "* 2024-10-24 | Pune, IN | [Rust India]((https://example.org/in); Pune, IN; Rust India; https://example.org/in; organiser-link",
                "* 2024-10-24 | Pune, IN | [Rust India] (https://example.org/in); Pune, IN; Rust India; https://example.org/in; organiser-link",
                "* 2024-10-24 | Pune, IN | [Rust India](hhttps://example.org/in); Pune, IN; Rust India; https://example.org/in; organiser-link",
                "2024-10-24 | Pune, IN | [Rust India](https://example.org/in); Pune, IN; Rust India; https://example.org/in; bullet-missing",
                "' * 2024-10-24 | Pune, IN | [Rust India](https://example.org/in)'; Pune, IN; Rust India; https://example.org/in; indent",
                "* 2024-10-24 | Pune, IN| [Rust India](https://example.org/in).; Pune, IN; Rust India; https://example.org/in; event-form"
            })
    void damagedFirstLine_isReadAndNoted(String line, String place, String organiser, String url, String reason) {
        EventsSection section = Sections.of(TOP, TITLE, line, TITLE);

        assertThat(section.malformed()).extracting(EventNote::reason).containsExactly(reason);
        assertThat(section.malformed()).extracting(EventNote::line).containsExactly(6);
        assertThat(section.events()).hasSize(2);
        ListedEvent event = section.events().get(1);
        assertThat(event.organisers()).containsExactly(new Organiser(organiser, url));
        if (place != null) {
            assertThat(event.place().text()).isEqualTo(place);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "* 2024-10-24 | Pune, IN, [Rust India](https://example.org/in)",
                "2024-10-24 | Pune, IN | [Rust India](https://example.org/in)",
                "* 2024-10-24 | Pune, IN | [Rust India]((https://example.org/in)",
                "   * 2024-10-24|Pune, IN|[Rust India](hhttps://example.org/in)"
            })
    void damagedFirstLine_whoseMeaningIsPlain_isRepairedToOneWithoutNote(String line) {
        String repair = Sections.of(line, TITLE).malformed().get(0).repair();

        assertThat(repair).isEqualTo("* 2024-10-24 | Pune, IN | [Rust India](https://example.org/in)");
        assertThat(Sections.of(repair, TITLE).malformed()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'    * [**Rust #18**: Talks](https://example.org/t)'; Rust #18: Talks; title-bold; '    * [**Rust #18: Talks**](https://example.org/t)'",
                "'    * [Talks](https://example.org/t)'; Talks; title-not-bold; '    * [**Talks**](https://example.org/t)'",
                "'    * **[Talks](https://example.org/t)**'; Talks; title-bold; '    * [**Talks**](https://example.org/t)'",
                "'   * [**Talks**](https://example.org/t)'; Talks; indent; '    * [**Talks**](https://example.org/t)'",
                "'* [**Talks**](https://example.org/t)'; Talks; title-not-indented; '    * [**Talks**](https://example.org/t)'",
                "'      [**Talks**](https://example.org/t)'; Talks; bullet-missing; '    * [**Talks**](https://example.org/t)'",
                "'    * [**Talks**](hhttps://example.org/t)'; Talks; title-address; '    * [**Talks**](https://example.org/t)'",
                "'    * $[**Talks**](https://example.org/t)'; Talks; title-text; ",
                "'    * [**Talks**](https://example.org/t) - [Stream](https://example.org/s)'; Talks; title-text; '    * [**Talks**](https://example.org/t) | [**Stream**](https://example.org/s)'",
                "'    *  [**Talks**](https://example.org/t)'; Talks; title-form; '    * [**Talks**](https://example.org/t)'"
            })
    void damagedTitle_isReadAndNoted(String line, String title, String reason, String repair) {
        EventsSection section = Sections.of(TOP, line);

        assertThat(section.malformed())
                .extracting(EventNote::line, EventNote::reason, EventNote::repair)
                .containsExactly(tuple(5, reason, repair));
        assertThat(section.events()).extracting(ListedEvent::title).containsExactly(title);
        assertThat(section.events()).extracting(ListedEvent::url).containsExactly("https://example.org/t");
    }

    @Test
    void titleWithoutLink_isReadWithoutAddress() {
        EventsSection section = Sections.of(TOP, "    * [**Talks**]: 6:30pm, somewhere");

        assertThat(section.malformed()).extracting(EventNote::reason).containsExactly("title-link");
        assertThat(section.events()).extracting(ListedEvent::title).containsExactly("Talks");
        assertThat(section.events()).extracting(ListedEvent::url).containsOnlyNulls();
    }

    @Test
    void eventWithoutTitle_isNamedAfterItsOrganiser() {
        EventsSection section = Sections.of(TOP, "* 2024-10-25 | Pune, IN | [P](https://example.org/p)", TITLE);

        assertThat(section.events()).extracting(ListedEvent::title).containsExactly("Rust Berlin", "Talks");
        assertThat(section.malformed()).extracting(EventNote::reason).containsExactly("title-missing");
        assertThat(section.malformed()).extracting(EventNote::line).containsExactly(4);
    }

    @Test
    void twoTitlesBelowOneLine_areTwoEvents_andAPlainLinkIsAFurtherPage() {
        EventsSection section = Sections.of(
                TOP, TITLE, "    * [**Workshop**](https://example.org/w)", "    * [Slides](https://example.org/s)");

        assertThat(section.events()).extracting(ListedEvent::title).containsExactly("Talks", "Workshop");
        assertThat(section.events().get(1).mirrors()).containsExactly(new Mirror("Slides", "https://example.org/s"));
    }

    @Test
    void titleWithoutEvent_andLinesWithoutDate_areNoted() {
        EventsSection section = Sections.of(
                TITLE,
                TOP,
                TITLE,
                TOP,
                TITLE,
                "* Virtual | [Rust Group](https://example.org/g)",
                "* [**Lost**](https://example.org/l)");

        assertThat(section.malformed())
                .extracting(EventNote::line, EventNote::reason)
                .containsExactly(
                        tuple(4, "title-without-event"), tuple(9, "date-missing"), tuple(10, "title-without-event"));
        assertThat(section.events()).hasSize(2);
    }

    @Test
    void textAroundEvents_isPassedOver() {
        EventsSection section = Sections.of(
                "",
                TOP,
                TITLE,
                "",
                "### Asia:",
                "",
                "If you are running a Rust event please add it to the [calendar] to get",
                "it mentioned here.",
                "* [Jobs](https://example.org/jobs) | more",
                "",
                "[calendar]: https://example.org/calendar");

        assertThat(section.malformed()).isEmpty();
        assertThat(section.regions()).extracting(Region::name).containsExactly("Europe", "Asia");
        assertThat(section.events()).hasSize(1);
    }

    @Test
    void oldForm_isReadWithoutNotes() {
        EventsSection section = Sections.read(
                "## Upcoming Events",
                "Rusty Events between 1/19/2022 - 2/16/2022",
                "### Online",
                "* [February 8, 2022 | Los Angeles, CA, US | **Rust LA (Topic) [Virtual]** | Rust Los Angeles](https://example.org/la)",
                "* [January 27, 2022 | Nürnberg, DE | **Online #9**| Rust Nuremberg](https://example.org/n)",
                "* [January 28 - 29, 2022 | **A | B** | Group](https://example.org/ab)");

        assertThat(section.malformed()).isEmpty();
        assertThat(section.events())
                .extracting(ListedEvent::title)
                .containsExactly("Rust LA (Topic) [Virtual]", "Online #9", "A | B");
        assertThat(days(section))
                .containsExactly("2022-02-08/2022-02-08", "2022-01-27/2022-01-27", "2022-01-28/2022-01-29");
        assertThat(section.events().get(0))
                .extracting(e -> e.place().city(), e -> e.organisers().get(0).name(), ListedEvent::url)
                .containsExactly("Los Angeles", "Rust Los Angeles", "https://example.org/la");
    }

    @Test
    void formsBeforeThat_areLeftAlone() {
        EventsSection section = Sections.read(
                "# Upcoming Events",
                "* [2/3. Rust Meetup in Cologne | Germany](http://example.org/1).",
                "* [Jan 11. Rust release triage](https://example.org/2).",
                "* [January 28 - Amsterdam][amst].",
                "* [October 12, 2021, Berlin, DE - Rust Hack and Learn - Berline.rs](https://example.org/3)",
                "* [Apr  4. Zagreb, HR - Rust | More](https://example.org/4).");

        assertThat(section.malformed()).isEmpty();
        assertThat(section.events()).isEmpty();
        assertThat(section.window()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Rusty Events between 2024-10-23 - 2024-11-20 x; ISO; 2024-10-23; 2024-11-20; ",
                "Rusty Events between 2024-10-23 – 2024-11-20; ISO; 2024-10-23; 2024-11-20; ",
                "Rusty Events between 2024-10-23 * 2024-11-20 x; DAMAGED; 2024-10-23; 2024-11-20; Rusty Events between 2024-10-23 - 2024-11-20 x",
                "Rusty Events between 2024-10-3 - 2024-11-20; DAMAGED; 2024-10-03; 2024-11-20; Rusty Events between 2024-10-03 - 2024-11-20",
                "Rusty Events between 1/19/2022 - 2/16/2022; NOT_ISO; 2022-01-19; 2022-02-16; Rusty Events between 2022-01-19 - 2022-02-16",
                "Rusty Events between 2024-13-01 - 2024-13-29; UNREADABLE; ; ; ",
                "Rusty Events between now and then; UNREADABLE; ; ; "
            })
    void window_isReadInItsForms(String line, EventWindow.Form form, LocalDate from, LocalDate to, String repair) {
        EventsSection section = Sections.read("## Upcoming Events", "", line);

        assertThat(section.window()).isEqualTo(new EventWindow(from, to, form, 3, line, repair));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Berlin, DE; Berlin; ; DE; false; false",
                "Chino Hills, Los Angeles, CA, US; Chino Hills, Los Angeles; CA; US; false; false",
                "Los Angeles (Chino Hills), CA, US; Los Angeles (Chino Hills); CA; US; false; false",
                "Virtual; ; ; ; true; false",
                "Virtual (Buffalo, NY); Buffalo; NY; ; true; false",
                "Virtual( Kampala, UG); Kampala; ; UG; true; false",
                "Virtual (Israel); ; ; Israel; true; false",
                "Virtual + In Person (Barcelona, ES); Barcelona; ; ES; false; true",
                "Munich, DE + Virtual; Munich; ; DE; false; true",
                "Munich, DE and Virtual; Munich; ; DE; false; true",
                "Berlin, DE (Hybrid); Berlin; ; DE; false; true"
            })
    void place_isTakenApart(String text, String city, String state, String country, boolean virtual, boolean hybrid) {
        assertThat(Place.read(text)).isEqualTo(new Place(text, city, state, country, virtual, hybrid));
    }

    @Test
    void events_surviveJson_whichLeavesOutWhatIsEmpty() throws Exception {
        ObjectMapper json = new ObjectMapper()
                .registerModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
        ListedEvent event =
                Sections.of("* 2024-10-24 | Virtual | Group", TITLE).events().get(0);

        String text = json.writeValueAsString(event);

        assertThat(json.readValue(text, ListedEvent.class)).isEqualTo(event);
        assertThat(text)
                .isEqualTo(
                        "{\"line\":4,\"from\":\"2024-10-24\",\"to\":\"2024-10-24\","
                                + "\"place\":{\"text\":\"Virtual\",\"virtual\":true},\"organisers\":[{\"name\":\"Group\"}],"
                                + "\"title\":\"Talks\",\"titleLine\":5,\"url\":\"https://example.org/talks\",\"region\":\"Europe\"}");
    }

    @Test
    void event_withoutAPlace_survivesJson() throws Exception {
        ObjectMapper json = new ObjectMapper().registerModule(new JavaTimeModule());
        ListedEvent event = Sections.of("* 2024-10-24 | | [Group](https://example.org/g)", TITLE)
                .events()
                .get(0);

        assertThat(json.readValue(json.writeValueAsString(event), ListedEvent.class))
                .isEqualTo(event);
    }
}
