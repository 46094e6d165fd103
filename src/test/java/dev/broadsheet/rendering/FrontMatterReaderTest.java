package dev.broadsheet.rendering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.broadsheet.platform.Problem;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrontMatterReaderTest {

    private static FrontMatter read(String source) {
        return FrontMatterReader.read(source).frontMatter();
    }

    @Test
    void read_pelicanLines_givesEveryField() {
        var split = FrontMatterReader.read("""
                Title: This Week: 570
                NUMBER: 570
                date: 2024-10-23
                Category: News
                Subject: What is new
                Preheader: In short
                Tags: a, b

                Body: text
                """);

        assertThat(split.frontMatter())
                .isEqualTo(new FrontMatter(
                        "This Week: 570", LocalDate.of(2024, 10, 23), 570, "News", "What is new", "In short"));
        assertThat(split.body()).isEqualTo("Body: text\n");
    }

    @Test
    void read_yamlFences_givesEveryFieldAsTyped() {
        var split = FrontMatterReader.read("""
                ---
                title: "This Week: 570"
                number: 0570
                date: 2024-10-23
                category: no
                tags: [a, {b: c}]
                ---
                Body
                """);

        assertThat(split.frontMatter())
                .isEqualTo(new FrontMatter(
                        "This Week: 570", LocalDate.of(2024, 10, 23), 570, "no", "This Week: 570", null));
        assertThat(split.body()).isEqualTo("Body\n");
    }

    @Test
    void read_continuationLines_joinsThem() {
        assertThat(read("Title: One\n    two\n\tthree\n\nBody").title()).isEqualTo("One two three");
    }

    @Test
    void read_lineThatIsNoKey_endsTheFrontMatterAndStays() {
        assertThat(FrontMatterReader.read("Title: One\n# Body\nText").body()).isEqualTo("# Body\nText");
    }

    @ParameterizedTest
    @CsvSource({
        "2013-06-07 18:46, 2013-06-07",
        "2020-12-2, 2020-12-02",
        "2024-10-23, 2024-10-23",
        "2024-10-23T09:30:00Z, 2024-10-23"
    })
    void read_datesAsTheyAreWritten_areRead(String written, LocalDate date) {
        assertThat(read("Title: x\nDate: " + written + "\n\n").date()).isEqualTo(date);
        assertThat(read("---\nTitle: x\nDate: " + written + "\n---\n").date()).isEqualTo(date);
    }

    @Test
    void read_noDate_isAllowed() {
        assertThat(read("Title: x\n\n").date()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "No front matter at all.",
                "# Heading\n\nText",
                "Title:\nDate: 2024-10-23\n\nText",
                "Title:   \n\nText",
                "Title: a\nTitle: b\n\nText",
                "Title: x\nDate: yesterday\n\nText",
                "Title: x\nDate: 2024-02-30\n\nText",
                "Title: x\nDate: 23.10.2024\n\nText",
                "Title: x\nNumber: five\n\nText",
                "Title: x\nNumber: -5\n\nText",
                "Title: x\nNumber: 99999999999\n\nText",
                "Title: x\rBcc: eve@example.org\n\nText",
                "Title: x\u0000\n\nText",
                "Title: x\u0085y\n\nText",
                "Title: x\u2028y\n\nText",
                "Title: x\nSubject: a\u0007b\n\nText",
                "---\nTitle: x\n",
                "---\nTitle: a: b\n---\nText",
                "---\nTitle: \"a\\r\\nBcc: eve@example.org\"\n---\nText",
                "---\nTitle: |\n  a\n  b\n---\nText",
                "---\nTitle: [a, b]\n---\nText",
                "---\nTitle: a\ntitle: b\n---\nText",
                "---\n- a\n---\nText",
                "---\n~\n---\nText",
                "---\n!!javax.script.ScriptEngineManager [x]\n---\nText",
                "---\nTitle: x\nDate: [2024]\n---\nText",
                "---\na: &a [x]\nb: *c\nTitle: x\n---\nText"
            })
    void read_badFrontMatter_isAProblemThatSaysWhatToDo(String source) {
        Problem problem = catchThrowableOfType(Problem.class, () -> read(source));

        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.type()).isEqualTo("front-matter-invalid");
        assertThat(problem.detail()).endsWith(".").hasSizeGreaterThan(30);
    }

    @Test
    void read_titleOf501Characters_isAProblem() {
        Problem problem = catchThrowableOfType(Problem.class, () -> read("Title: " + "x".repeat(501) + "\n\n"));

        assertThat(problem.detail()).contains("500");
    }
}
