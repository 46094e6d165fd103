package dev.broadsheet.rendering;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CutTest {

    private static final String WEB = RealMails.FRAME.webUrl();

    private static String items(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(i -> "* [Item number " + i + "](https://tea.example/items/" + i + ")\n")
                .collect(Collectors.joining());
    }

    private static int bytes(Rendered rendered) {
        return rendered.mailHtml().getBytes(StandardCharsets.UTF_8).length;
    }

    /** 300 KB in twelve sections. */
    private static String long300() {
        return "Title: Five\n\nHi.\n\n"
                + IntStream.rangeClosed(1, 12)
                        .mapToObj(i -> "## Section " + i + "\n\n" + items(i * 1000, i * 1000 + 480))
                        .collect(Collectors.joining("\n"));
    }

    @Test
    void render_sourceOf300KB_isCutAtASectionAndLeadsToTheWeb() {
        Rendered rendered = RealMails.render(long300());

        assertThat(long300().length()).isGreaterThan(300_000);
        assertThat(bytes(rendered)).isBetween(60_000, 102_400);
        assertThat(rendered.uncutBytes()).isGreaterThan(300_000);
        Document mail = Jsoup.parse(rendered.mailHtml());
        int shown = mail.select("h2").size();
        assertThat(rendered.cutAt()).isEqualTo("Section " + (shown + 1));
        assertThat(mail.select("li")).hasSize(shown * 481);
        assertThat(mail.select(".rest a").text()).isEqualTo("Read the rest on the web");
        assertThat(mail.select(".rest a").attr("href")).isEqualTo(WEB);
        assertThat(mail.select("a[href=" + RealMails.SLOTS.unsubscribeUrl() + "]"))
                .hasSize(1);
        assertThat(rendered.mailText())
                .contains("Section " + shown + "\n", shown + "480\n", "\nRead the rest on the web:\n" + WEB + "\n")
                .doesNotContain("Section " + (shown + 1) + "\n");
        assertThat(Jsoup.parse(rendered.contentHtml()).select("li")).hasSize(12 * 481);
    }

    @Test
    void without_sectionBehindTheCut_leavesTheMailAsItIs() {
        Rendered rendered = RealMails.render(long300());

        assertThat(rendered.sections()).hasSize(12);
        assertThat(rendered.without(Set.of("section-12")).mailHtml()).isEqualTo(rendered.mailHtml());
        assertThat(Jsoup.parse(rendered.without(Set.of("section-1")).mailHtml())
                        .select("h2")
                        .first()
                        .text())
                .isEqualTo("Section 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Hi.\n\n", "## All of it\n\n", "## Small\n\nx\n\n## All of it\n\n"})
    void render_oneListTooLong_isCutAtAnItem(String before) {
        Rendered rendered = RealMails.render("Title: Five\n\n" + before + items(1, 15_000) + "\n## End\n\ny\n");

        assertThat(bytes(rendered)).isBetween(95_000, 102_400);
        Document mail = Jsoup.parse(rendered.mailHtml());
        int shown = mail.select(".card li").size();
        assertThat(rendered.cutAt()).isEqualTo("Item number " + (shown + 1));
        assertThat(mail.select(".card li").last().text()).isEqualTo("Item number " + shown);
        assertThat(mail.select(".card h2").eachText()).doesNotContain("End");
        assertThat(rendered.mailText())
                .contains("Item number " + shown + "\n", "Read the rest on the web")
                .doesNotContain("Item number " + (shown + 1) + "\n");
    }

    @Test
    void render_manyParagraphsWithoutHeading_areCutAtTheLastThatFits() {
        Rendered rendered = RealMails.render("Title: Five\n\n" + "Some words of tea.\n\n".repeat(9_900));

        assertThat(bytes(rendered)).isBetween(95_000, 102_400);
        assertThat(rendered.cutAt()).isEqualTo("Some words of tea.");
        assertThat(Jsoup.parse(rendered.mailHtml()).select(".rest")).hasSize(1);
    }

    @Test
    void render_oneParagraphTooLong_isNotShownAndItsHeadingNeither() {
        Rendered rendered = RealMails.render("Title: Five\n\nHi.\n\n## Long\n\n" + "tea ".repeat(100_000));

        Document mail = Jsoup.parse(rendered.mailHtml());
        assertThat(mail.select(".card").text()).isEqualTo("Five Hi. Read the rest on the web");
        assertThat(rendered.cutAt()).isEqualTo("Long");
    }

    @Test
    void render_cutAndNoWebAddress_saysSoWithoutALink() {
        MailFrame noWeb = new MailFrame("Tea", "en", null, "https://news.example.org/", null, Theme.DEFAULT);

        Rendered cut = RealMails.render("Title: Five\n\n[a](#b)\n\n" + items(1, 15_000), noWeb);

        assertThat(cut.mailHtml())
                .contains("The rest did not fit into this mail.")
                .doesNotContain("on the web");
        assertThat(cut.mailText())
                .contains("The rest did not fit into this mail.")
                .doesNotContain("on the web");
        assertThat(Jsoup.parse(cut.mailHtml()).select("a[href^=#]")).isEmpty();
    }

    @Test
    void render_fits_isNotCut() {
        Rendered rendered = RealMails.render("Title: Five\n\n" + items(1, 300));

        assertThat(rendered.cutAt()).isNull();
        assertThat(rendered.uncutBytes()).isBetween(bytes(rendered), bytes(rendered) + 1_001);
        assertThat(rendered.mailHtml()).doesNotContain("Read the rest");
    }
}
