package dev.broadsheet.preflight;

import static dev.broadsheet.preflight.Samples.ALONE;
import static dev.broadsheet.preflight.Samples.check;
import static dev.broadsheet.preflight.Samples.of;
import static dev.broadsheet.preflight.Samples.raised;
import static dev.broadsheet.preflight.Samples.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PreflightTest {

    @Test
    void findings_areInOrderOfTheirPlaces() {
        List<Finding> found = check("[b]() [a](URL)", "", "TODO");

        assertThat(found)
                .extracting(Finding::rule, Finding::line, Finding::column)
                .containsExactly(
                        tuple("link-empty", 4, 1), tuple("placeholder-link", 4, 7), tuple("placeholder-text", 6, 1));
    }

    @Test
    void id_staysWithTheTextAndTellsTwinsApart() {
        List<Finding> before = check("* [x]()", "* [x]()", "* [y]()");
        List<Finding> after = check("New words.", "", "* [x]()", "* [z]()", "* [x]()", "* [y]()");

        assertThat(before).extracting(Finding::id).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9a-f]{16}"));
        assertThat(after)
                .extracting(Finding::id)
                .containsAll(before.stream().map(Finding::id).toList());
    }

    @Test
    void idOfAnEmptySection_staysWhileItsCommentChanges() {
        assertThat(check("## A", "<!-- one -->").get(0).id())
                .isEqualTo(check("## A", "<!-- two -->").get(0).id());
    }

    @Test
    void excerpt_isShortAndAroundThePlace() {
        Finding finding =
                check("word ".repeat(100) + "🦀".repeat(100) + "[empty]()").get(0);

        assertThat(finding.excerpt())
                .hasSizeLessThanOrEqualTo(120)
                .contains("[empty]()")
                .startsWith("…");
    }

    @Test
    void manyFindingsOfARule_endWithTheirNumber() {
        List<Finding> found = of(Rule.LINK_EMPTY, check("[x]() ".repeat(350)));

        assertThat(found).hasSize(200);
        assertThat(found.get(199).message()).contains("150 more");
        assertThat(found.get(198).message()).doesNotContain("more of this kind");
    }

    @Test
    void mailOverItsSize_isToldWhereItIsCut() {
        Context large = new Context(
                "x", "The Weekly", Set.of(), date -> true, List.of(), true, new MailSize(150_000, 102_400, "B"));

        assertThat(of(Rule.SIZE_CLIP, check(large, "## A", "x", "## B", "y")))
                .extracting(Finding::line)
                .containsExactly(6);
    }

    @Test
    void nothingToSee_cannotBeSent() {
        List<Finding> found = check("<!-- all of it -->");

        assertThat(found).extracting(Finding::rule).containsExactly("mail-unsendable");
        assertThat(found.get(0).blocks()).isEqualTo(Finding.Blocks.SEND);
    }

    @Test
    void frontMatterAlone_hasAReport() {
        assertThat(report(ALONE, "Title: A").findings())
                .extracting(Finding::rule)
                .containsExactly("mail-unsendable");
    }

    @Test
    void facts_surviveJson() throws Exception {
        Facts facts = new Facts(
                Map.of("a", List.of("1f")),
                List.of("e.org/a"),
                List.of("calendar"),
                "https://e.org",
                LocalDate.of(2024, 10, 23),
                null,
                Map.of("Berlin", "BE, DE"),
                true);
        ObjectMapper json = new ObjectMapper().registerModule(new JavaTimeModule());

        assertThat(json.readValue(json.writeValueAsString(facts), Facts.class)).isEqualTo(facts);
    }

    @Test
    void ruleIds_areFoundByName() {
        assertThat(Rule.of("link-empty")).contains(Rule.LINK_EMPTY);
        assertThat(Rule.of("no-such-rule")).isEmpty();
    }

    @Test
    void companyUpdate_isLeftAlone() {
        assertThat(raised(check(
                        "# The Weekly 12",
                        "",
                        "Hello friends,",
                        "",
                        "this month we shipped *dark mode* -> see [the post](/blog/dark-mode) --> it is good.",
                        "",
                        "![Our new office in spring](https://weekly.example.org/office.png)",
                        "",
                        "## Get in touch",
                        "",
                        "If you are interested in a demo, [write to us](mailto:hello@example.org).",
                        "",
                        "## Jobs",
                        "",
                        "- Engineer (m/f/d) for C#",
                        "  - remote",
                        "- Designer, from 1/2/2025 - 3/4/2025",
                        "",
                        "## Coming up",
                        "",
                        "What we plan next:",
                        "",
                        "1. Events",
                        "2. TODO lists",
                        "",
                        "Best, Ada :)",
                        "",
                        "[Unsubscribe rules](/terms?utm_source=mail) · [Top](#top)")))
                .isEmpty();
    }

    @Test
    void poem_isLeftAlone() {
        assertThat(raised(check(
                        "Roses are red,  ",
                        "Violets are blue:",
                        "",
                        "---",
                        "",
                        "=======",
                        "",
                        "#1 of all the roses",
                        "said: <3 & [sic] -->",
                        "")))
                .isEmpty();
    }

    @Test
    void headingsOfOneLevel_areLeftAlone() {
        assertThat(check("# One", "a", "", "# Two", "b", "", "# Three", "c")).isEmpty();
    }

    @Test
    void germanNewsletter_isLeftAlone() {
        assertThat(raised(check(
                        "# Neues vom Verein",
                        "",
                        "Liebe Leute, das war ein „Spaß“ – und 5 > 3!",
                        "",
                        "## Termine",
                        "",
                        "* 24.10.2024: Treffen im Café «Größe»",
                        "* 2024-11-01 Herbstfest (ab 18 Uhr)",
                        "",
                        "## Mitmachen",
                        "",
                        "Bitte meldet euch bei [Anna](mailto:anna@example.org) oder [hier](/mitmachen).",
                        "",
                        "[Nach oben](#)")))
                .isEmpty();
    }
}
