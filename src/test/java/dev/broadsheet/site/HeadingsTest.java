package dev.broadsheet.site;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeadingsTest {

    @Test
    void belowTitle_textThatCountsFromOne_goesDownByOneWhole() {
        assertThat(Headings.belowTitle("<p>Hi</p><h1 id=\"a\">A</h1><h2>B</h2><h6>C</h6><h1>D</h1><hr>"))
                .isEqualTo("<p>Hi</p><h2 id=\"a\">A</h2><h3>B</h3><h6>C</h6><h2>D</h2><hr>");
    }

    @Test
    void belowTitle_textThatCountsFromTwo_staysButForAStrayOne() {
        assertThat(Headings.belowTitle("<h2>A</h2><h3>B</h3><h1>Quote</h1><p>&lt;h1&gt;</p>"))
                .isEqualTo("<h2>A</h2><h3>B</h3><h2>Quote</h2><p>&lt;h1&gt;</p>");
        assertThat(Headings.belowTitle("<p>None</p>")).isEqualTo("<p>None</p>");
    }
}
