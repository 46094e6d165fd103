package dev.broadsheet.rendering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.broadsheet.platform.Problem;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ThemeTest {

    @Test
    void of_ownLooks_standInMailAndText() {
        Theme theme = Theme.of(Map.of(
                "accent", "#a01234",
                "background", "#eeeeff",
                "paper", "#FFE",
                "ink", "#111122",
                "logoText", "Tea & Co",
                "width", 720,
                "footer", "Made with <leaves>.",
                "mood", "calm"));

        Rendered rendered = RealMails.render("Title: Five\n\n[a](https://a.example/)", RealMails.frame(theme));

        Document mail = Jsoup.parse(rendered.mailHtml());
        assertThat(mail.select("style").first().data()).contains("a{color:#a01234}", "max-width:740px");
        assertThat(mail.select(".page").attr("style")).contains("background:#eeeeff");
        assertThat(mail.select(".card").attr("style")).contains("background:#FFFFEE", "color:#111122");
        assertThat(mail.select(".sheet").attr("style")).contains("max-width:720px");
        assertThat(rendered.mailHtml()).contains("<table role=\"presentation\" width=\"720\"");
        assertThat(mail.select(".masthead").text()).isEqualTo("Tea & Co");
        assertThat(mail.select(".footer").text())
                .startsWith("Made with <leaves>.")
                .contains("subscribed to This Week in Tea");
        assertThat(rendered.mailText()).contains("\nMade with <leaves>.\n");
    }

    @Test
    void of_nothingOrNulls_isTheDefault() {
        assertThat(Theme.of(null)).isEqualTo(Theme.DEFAULT);
        assertThat(Theme.of(Collections.singletonMap("accent", null))).isEqualTo(Theme.DEFAULT);
        assertThat(Theme.of(Map.of("logoText", " ", "footer", ""))).isEqualTo(Theme.DEFAULT);
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of("accent", "red"),
                Arguments.of("accent", "#12"),
                Arguments.of("paper", "#fff;} body{display:none"),
                Arguments.of("ink", 5),
                Arguments.of("background", List.of("#ffffff")),
                Arguments.of("width", 319),
                Arguments.of("width", 901),
                Arguments.of("width", "600"),
                Arguments.of("width", 600.5),
                Arguments.of("logoText", "two\nlines"),
                Arguments.of("logoText", "x".repeat(101)),
                Arguments.of("footer", "x".repeat(1001)),
                Arguments.of("footer", Map.of()));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void of_badValue_isAProblemThatNamesIt(String name, Object value) {
        Problem problem = catchThrowableOfType(Problem.class, () -> Theme.of(Map.of(name, value)));

        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.detail()).startsWith("theme." + name + " is ");
    }
}
