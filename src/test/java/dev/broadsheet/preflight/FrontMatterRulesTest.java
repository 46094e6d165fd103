package dev.broadsheet.preflight;

import static dev.broadsheet.preflight.Samples.ALONE;
import static dev.broadsheet.preflight.Samples.context;
import static dev.broadsheet.preflight.Samples.of;
import static dev.broadsheet.preflight.Samples.report;
import static dev.broadsheet.preflight.Samples.weekly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.broadsheet.preflight.Finding.Severity;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrontMatterRulesTest {

    private static final String BODY = "\n\nText.";

    private static List<Finding> dates(Context context, String front) {
        return of(Rule.FRONT_MATTER_DATE, report(context, front + BODY).findings());
    }

    @Test
    void missingKeys_areErrorsWhereEarlierIssuesHaveThem() {
        List<Finding> found = report(context("x", "The Weekly", weekly(5, "Text.")), "Title: The Weekly" + BODY)
                .findings();

        assertThat(found).extracting(Finding::rule).containsOnly("front-matter-missing");
        assertThat(found).extracting(Finding::line).containsOnly(1);
        assertThat(found).hasSize(3).extracting(Finding::id).doesNotHaveDuplicates();
        assertThat(found).anySatisfy(finding -> assertThat(finding.message()).contains("“Category: News”"));
    }

    @Test
    void missingDate_isNothingToANewsletterThatWritesNone() {
        List<Earlier> undated = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            Facts facts = report(ALONE, "Title: The Weekly" + BODY).facts();
            undated.add(new Earlier("weekly-" + i, LocalDate.of(2024, 10, 23).minusWeeks(i), null, null, facts));
        }

        assertThat(report(context("x", "The Weekly", undated), "Title: The Weekly" + BODY)
                        .findings())
                .isEmpty();
    }

    @Test
    void missingDate_isTakenFromTheNameForTheAdvice() {
        Context context = context("2024-10-23-weekly", "The Weekly", weekly(5, "Text."));

        assertThat(report(context, "Title: The Weekly\nNumber: 12\nCategory: News" + BODY)
                        .findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("“Date: 2024-10-23”"));
    }

    @Test
    void missingKeys_areNothingToANewNewsletter() {
        assertThat(report(context("x", "The Weekly", weekly(2, "Text.")), "Title: The Weekly" + BODY)
                        .findings())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2014-03-12-weekly, Date: 2014-03-11 23:45",
        "2024-10-23-the-weekly-570-draft, Number: 571",
        "the-weekly-570, Number: 571",
        "issue-570, Number: 571",
        "x, Number: 570",
    })
    void nameOrTitleOtherwise_isAWarning(String slug, String line) {
        List<Finding> found = dates(context(slug, "The Weekly", List.of()), "Title: The Weekly 571\n" + line);

        assertThat(found)
                .hasSize(1)
                .extracting(Finding::line, Finding::severity)
                .containsExactly(tuple(2, Severity.WARNING));
    }

    @ParameterizedTest
    @CsvSource({
        "2024-10-23-the-weekly-12, Date: 2024-10-23",
        "2020-12-2-weekly, Date: 2020-12-02",
        "5-things-to-know, Number: 12",
        "the-weekly-2024, Number: 12",
    })
    void nameThatAgreesOrSaysNothing_isLeftAlone(String slug, String line) {
        String title = slug.endsWith("2024") ? "Title: Some words\n" : "Title: The Weekly 12\n";
        Context context = context(slug, slug.endsWith("2024") ? "News" : "The Weekly", List.of());

        assertThat(dates(context, title + line)).isEmpty();
    }

    @Test
    void dayNotPadded_isMended() {
        assertThat(dates(context("x", "The Weekly", List.of()), "Title: A\nDate: 2020-12-2"))
                .extracting(Finding::severity, Finding::repair)
                .containsExactly(tuple(Severity.WARNING, "Date: 2020-12-02"));
    }

    @Test
    void stepsOfNumberAndDate_areLearnt() {
        Context context = context("x", "The Weekly", weekly(5, "Text."));
        String right = "Title: A\nNumber: 12\nCategory: News\nDate: 2024-10-23";

        assertThat(dates(context, right)).isEmpty();
        assertThat(dates(context, right.replace("12", "13").replace("10-23", "10-24")))
                .extracting(Finding::line, Finding::severity)
                .containsExactly(tuple(2, Severity.ERROR), tuple(4, Severity.ERROR));
    }

    @Test
    void brokenStepOfAnOldIssue_isInformation() {
        Context fresh = context("x", "The Weekly", weekly(5, "Text."));
        Context old = new Context("x", "The Weekly", Set.of(), date -> true, fresh.earlier(), false, null);

        assertThat(dates(old, "Title: A\nNumber: 12\nDate: 2024-10-24"))
                .extracting(Finding::severity)
                .containsExactly(Severity.INFO);
    }

    @Test
    void gapsOrShortHistory_teachNoStep() {
        List<Earlier> gaps = new ArrayList<>(weekly(9, "Text."));
        gaps.removeIf(issue -> issue.number() == 4 || issue.number() == 7 || issue.number() == 9);
        String odd = "Title: A\nNumber: 20\nDate: 2024-12-24";

        assertThat(dates(context("x", "The Weekly", gaps), odd)).isEmpty();
        assertThat(dates(context("x", "The Weekly", weekly(3, "Text.")), odd)).isEmpty();
    }

    @Test
    void dayOffTheSchedule_isAnError() {
        Context context = new Context(
                "x", "The Weekly", Set.of(), date -> date.getDayOfWeek() == DayOfWeek.WEDNESDAY, List.of(), true, null);

        assertThat(dates(context, "Title: A\nDate: " + LocalDate.of(2024, 10, 24)))
                .extracting(Finding::severity)
                .containsExactly(Severity.ERROR);
        assertThat(dates(context, "Title: A\nDate: 2024-10-23")).isEmpty();
    }
}
