package dev.broadsheet.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.broadsheet.rendering.FrontMatter;
import dev.broadsheet.rendering.Manuscript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Real issues, and what people who read them with care found. */
class PreflightCorpusTest {

    private static final Path FOLDER = Path.of("..", "shared", "corpus");

    /** What only the issues before can tell. */
    private static final Set<String> LEARNT = Set.of("issues/2025-06-18-this-week-in-rust.md front-matter-missing 1");

    /** Errors in published issues that nobody had listed, and why they are right. */
    private static final Map<String, String> FURTHER_ERRORS = Map.of(
            "issues/2021-10-06-this-week-in-rust.md link-malformed 134",
            "the second half of a link, \"cases](https://…\", whose first half was lost");

    private record Item(String name, Manuscript manuscript) {

        LocalDate date() {
            LocalDate date = manuscript.frontMatter().date();
            return date == null ? LocalDate.EPOCH : date;
        }

        String slug() {
            String file = name.substring(name.indexOf('/') + 1);
            return file.substring(0, file.lastIndexOf('.'));
        }

        boolean isPublished() {
            return name.startsWith("issues/");
        }
    }

    @TestFactory
    Stream<DynamicTest> check_realIssueWithItsHistory_findsWhatPeopleFoundAndNothingWrong() {
        return tests(true);
    }

    @TestFactory
    Stream<DynamicTest> check_realIssueAlone_findsTheSameButWhatIsLearnt() {
        return tests(false);
    }

    private static Stream<DynamicTest> tests(boolean withHistory) {
        JsonNode expected = expected();
        List<Earlier> published = new ArrayList<>();
        return items().stream().map(item -> {
            List<Earlier> earlier = published.stream()
                    .filter(issue -> withHistory && issue.date().isBefore(item.date()))
                    .limit(25)
                    .toList();
            Report report = Preflight.check(item.manuscript(), context(item, earlier));
            if (item.isPublished()) {
                FrontMatter front = item.manuscript().frontMatter();
                published.add(
                        0, new Earlier(item.slug(), item.date(), front.number(), front.category(), report.facts()));
            }
            return DynamicTest.dynamicTest(
                    item.name(), () -> compare(item, report.findings(), expected.path(item.name()), withHistory));
        });
    }

    private static Context context(Item item, List<Earlier> earlier) {
        return new Context(
                item.slug(),
                "This Week in Rust",
                Set.of("news.example.org"),
                date -> true,
                earlier,
                !item.isPublished(),
                null);
    }

    private static void compare(Item item, List<Finding> findings, JsonNode expected, boolean withHistory) {
        Map<String, String> found = new TreeMap<>();
        findings.forEach(finding -> found.putIfAbsent(
                finding.rule() + " " + finding.line(), finding.severity().name().toLowerCase(java.util.Locale.ROOT)));
        Set<String> errors = new TreeSet<>();
        found.forEach((key, severity) -> {
            if (severity.equals("error")) {
                errors.add(key);
            }
        });
        for (JsonNode finding : expected.path("findings")) {
            String key = key(finding);
            errors.remove(key);
            if (withHistory || !LEARNT.contains(item.name() + " " + key)) {
                assertThat(found).containsEntry(key, finding.get("severity").asText());
            }
        }
        for (JsonNode lookAlike : expected.path("mustNotFlag")) {
            assertThat(found).doesNotContainKey(key(lookAlike));
        }
        errors.removeIf(key -> FURTHER_ERRORS.containsKey(item.name() + " " + key));
        assertThat(errors).as("errors that nobody has looked at").isEmpty();
    }

    private static String key(JsonNode finding) {
        return finding.get("rule").asText() + " " + finding.get("line").asInt();
    }

    private static List<Item> items() {
        List<Item> items = new ArrayList<>();
        for (String folder : List.of("issues", "drafts")) {
            try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
                for (Path file : files.toList()) {
                    items.add(new Item(folder + "/" + file.getFileName(), Manuscript.read(Files.readString(file))));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        items.sort(Comparator.comparing(Item::date).thenComparing(Item::name));
        return items;
    }

    private static JsonNode expected() {
        if (!Files.isDirectory(FOLDER)) {
            Assumptions.abort("There is no folder " + FOLDER + " beside the project: real issues are not tried.");
        }
        try {
            return new ObjectMapper()
                    .readTree(FOLDER.resolve("preflight-expect.json").toFile())
                    .get("files");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
