package dev.broadsheet.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebAddressTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://www.meetup.com/rust-berlin/events/1/",
                "http://meetup.com/rust-berlin/events/1",
                "https://www.meetup.com/Rust-Berlin/events/1?eventOrigin=group_upcoming_events",
                "https://www.meetup.com/de-DE/rust-berlin/events/1/#comments",
                "https://meetup.com/rust-berlin/events/1/?utm_medium=x&utm_source=y"
            })
    void spellingsOfOnePage_haveOneKey(String address) {
        assertThat(WebAddress.key(address)).isEqualTo("meetup.com/rust-berlin/events/1");
    }

    @ParameterizedTest
    @CsvSource({
        "https://e.org/?id=1, https://e.org/?id=2",
        "https://e.org/?v=a, https://e.org/?v=A",
        "https://e.org/a, https://e.org/b",
        "https://e.org/de-de/a, https://e.org/a"
    })
    void otherPages_haveOtherKeys(String one, String other) {
        assertThat(WebAddress.key(one)).isNotEqualTo(WebAddress.key(other));
    }

    @ParameterizedTest
    @CsvSource({
        "https://e.org, https://e.org",
        "hhttps://e.org/x, https://e.org/x",
        "htttps://e.org, https://e.org",
        "https:/e.org, https://e.org",
        "http//e.org, http://e.org",
        "www.e.org, https://www.e.org",
        "eurorust,",
        "'',",
        "javascript:alert(1),",
        "mailto:a@e.org,",
        "https://,"
    })
    void address_isTheOneMeant_orNone(String written, String meant) {
        assertThat(WebAddress.meant(written)).isEqualTo(meant);
    }
}
