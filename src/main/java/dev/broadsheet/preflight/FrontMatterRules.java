package dev.broadsheet.preflight;

import dev.broadsheet.rendering.FrontMatter;
import dev.broadsheet.rendering.Manuscript;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Compares what stands above the text with the issue's name and with the issues before. */
final class FrontMatterRules {

    private static final Pattern SLUG_DATE = Pattern.compile("(\\d{4})-(\\d{1,2})-(\\d{1,2})(?:-(.*))?");
    private static final Pattern UNPADDED = Pattern.compile("(.*?)(\\d{4})-(\\d{1,2})-(\\d{1,2})(?!\\d)(.*)");
    private static final Pattern LAST_NUMBER = Pattern.compile("(.*\\D)?(\\d{1,9})");

    private final Manuscript manuscript;
    private final FrontMatter frontMatter;
    private final Context context;
    private final Findings findings;

    FrontMatterRules(Manuscript manuscript, Context context, Findings findings) {
        this.manuscript = manuscript;
        this.frontMatter = manuscript.frontMatter();
        this.context = context;
        this.findings = findings;
    }

    void check() {
        checkMissing();
        checkPadding();
        checkName();
        checkTitle();
        checkSteps();
    }

    private void checkMissing() {
        List<Earlier> earlier = context.earlier();
        if (frontMatter.number() == null && Habit.is(earlier, issue -> issue.number() != null)) {
            missing("Number", null);
        }
        if (frontMatter.date() == null
                && Habit.is(earlier, issue -> issue.facts().isDated())) {
            LocalDate named = dateInName();
            missing("Date", named == null ? null : named.toString());
        }
        if (frontMatter.category() == null && Habit.is(earlier, issue -> issue.category() != null)) {
            List<String> categories = new ArrayList<>();
            earlier.forEach(issue -> {
                if (issue.category() != null) {
                    categories.add(issue.category());
                }
            });
            missing("Category", Habit.of(categories).orElse(null));
        }
    }

    private void missing(String key, @Nullable String usual) {
        String line = key + ": " + (usual == null ? "…" : usual);
        findings.add(
                Rule.FRONT_MATTER_MISSING,
                Place.of(manuscript.frontMatterLine("title")),
                "Earlier issues have a " + key + ". Add the line “" + line + "” above the text.");
    }

    private void checkPadding() {
        LocalDate date = frontMatter.date();
        String line = manuscript.line(manuscript.frontMatterLine("date"));
        Matcher matcher = UNPADDED.matcher(line);
        if (date != null
                && matcher.matches()
                && (matcher.group(3).length() == 1 || matcher.group(4).length() == 1)) {
            findings.add(
                    Rule.FRONT_MATTER_DATE,
                    date(),
                    "Write month and day with two digits: " + date + ".",
                    () -> matcher.group(1) + date + matcher.group(5));
        }
    }

    private void checkName() {
        Matcher name = SLUG_DATE.matcher(context.slug());
        LocalDate named = dateInName();
        LocalDate date = frontMatter.date();
        if (named != null && date != null && !named.equals(date)) {
            findings.add(
                    Rule.FRONT_MATTER_DATE,
                    date(),
                    "The issue's name says " + named + ", this line " + date + ". Make them agree.");
        }
        String rest = named == null || !name.matches() ? context.slug() : name.group(4) == null ? "" : name.group(4);
        Integer number = frontMatter.number();
        Integer inName = numberIn(rest);
        if (number != null && inName != null && !inName.equals(number)) {
            findings.add(
                    Rule.FRONT_MATTER_DATE,
                    number(),
                    "The issue's name says " + inName + ", this line " + number + ". Make them agree.");
        }
    }

    private @Nullable LocalDate dateInName() {
        Matcher name = SLUG_DATE.matcher(context.slug());
        return name.matches() ? date(name) : null;
    }

    /** Of {@code this-week-in-rust-570-draft} or {@code issue-12}; other digits are no issue's number. */
    private @Nullable Integer numberIn(String slug) {
        List<String> heads = List.of(
                Manuscript.slug(Titles.withoutNumber(frontMatter.title())),
                Manuscript.slug(context.newsletterTitle()),
                "issue",
                "number",
                "no");
        for (String head : heads) {
            if (!head.isEmpty() && slug.startsWith(head + "-")) {
                String digits = slug.substring(head.length() + 1).split("-", 2)[0];
                if (digits.matches("\\d{1,9}")) {
                    return Integer.valueOf(digits);
                }
            }
        }
        return null;
    }

    private void checkTitle() {
        Matcher title = LAST_NUMBER.matcher(frontMatter.title());
        Integer number = frontMatter.number();
        if (number == null || !title.matches() || title.group(1) == null) {
            return;
        }
        String head = Manuscript.slug(Titles.withoutNumber(frontMatter.title()));
        int inTitle = Integer.parseInt(title.group(2));
        if (inTitle != number && head.equals(Manuscript.slug(context.newsletterTitle()))) {
            findings.add(
                    Rule.FRONT_MATTER_DATE,
                    number(),
                    "The title says " + inTitle + ", this line " + number + ". Make them agree.");
        }
    }

    private void checkSteps() {
        LocalDate date = frontMatter.date();
        if (date == null) {
            return;
        }
        if (!context.onSchedule().test(date)) {
            habit(date(), "By its schedule the newsletter does not come out on " + date + ". Look at the date.");
        }
        if (context.earlier().isEmpty()) {
            return;
        }
        Earlier previous = context.earlier().get(0);
        List<Long> days = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i + 1 < context.earlier().size(); i++) {
            Earlier newer = context.earlier().get(i);
            Earlier older = context.earlier().get(i + 1);
            days.add(ChronoUnit.DAYS.between(older.date(), newer.date()));
            if (newer.number() != null && older.number() != null) {
                numbers.add(newer.number() - older.number());
            }
        }
        Habit.of(days)
                .map(previous.date()::plusDays)
                .filter(usual -> !usual.equals(date))
                .ifPresent(usual -> habit(
                        date(),
                        previous.slug() + " is of " + previous.date() + ", so this one is usually of " + usual
                                + ". Look at the date."));
        Integer number = frontMatter.number();
        Integer before = previous.number();
        if (number != null && before != null) {
            Habit.of(numbers)
                    .map(step -> before + step)
                    .filter(usual -> !usual.equals(number))
                    .ifPresent(usual -> habit(
                            number(),
                            previous.slug() + " has the number " + before + ", so this one is usually " + usual
                                    + ". Look at the number."));
        }
    }

    /** Among issues brought along a broken habit is history. */
    private void habit(Place place, String message) {
        findings.add(
                Rule.FRONT_MATTER_DATE,
                context.isNew() ? Finding.Severity.ERROR : Finding.Severity.INFO,
                place,
                message);
    }

    private Place date() {
        return Place.of(manuscript.frontMatterLine("date"));
    }

    private Place number() {
        return Place.of(manuscript.frontMatterLine("number"));
    }

    private static @Nullable LocalDate date(Matcher matcher) {
        try {
            return LocalDate.of(
                    Integer.parseInt(matcher.group(1)),
                    Integer.parseInt(matcher.group(2)),
                    Integer.parseInt(matcher.group(3)));
        } catch (DateTimeException e) {
            return null;
        }
    }
}
