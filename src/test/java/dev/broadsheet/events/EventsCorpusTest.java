package dev.broadsheet.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real issues: what people found in them is found, what they said to leave alone is left alone. */
class EventsCorpusTest {

    /** The grammar as the notes of the corpus give it. */
    private static final Pattern TOP = Pattern.compile(
            "[*-] (\\d{4}-\\d{2}-\\d{2})(?: ?[-–] ?(\\d{4}-\\d{2}-\\d{2}))? ?\\| ([^|]+?) ?\\| (\\[.+\\]\\(https?://\\S+\\)(?: ?\\+ ?\\[.+?\\]\\(https?://\\S+\\))*) *");

    private static final Pattern CHILD =
            Pattern.compile("(?: {2}| {4}|\\t)[*-] \\[\\*\\*(.+?)\\*\\*\\]\\((https?://\\S+)\\)(?: \\| \\[.*)?\\s*");

    static List<CorpusSections.Item> items() {
        return CorpusSections.items();
    }

    static List<EventNote> notes(EventsSection section) {
        List<EventNote> notes = new ArrayList<>(section.malformed());
        notes.addAll(EventChecks.duplicates(section));
        notes.addAll(EventChecks.outOfOrder(section));
        notes.addAll(EventChecks.outsideWindow(section));
        notes.addAll(EventChecks.places(section));
        notes.addAll(EventChecks.titles(section));
        return notes;
    }

    @ParameterizedTest
    @MethodSource("items")
    void realIssue_findsWhatPeopleFound_andNothingTheyAllow(CorpusSections.Item item) {
        List<String> found = notes(item.section()).stream()
                .map(n -> n.rule() + " " + n.line())
                .toList();

        assertThat(found).containsAll(named(item.expect().path("findings")));
        assertThat(found).noneMatch(named(item.expect().path("mustNotFlag"))::contains);
    }

    @ParameterizedTest
    @MethodSource("items")
    void realIssue_notesExactlyTheLinesThatTheGrammarDoesNotTake(CorpusSections.Item item) {
        List<Integer> outside = item.lines().stream()
                .filter(line -> line.text().matches("[*-]? ?\\d{4}-\\d.*|\\s+[*-] .*"))
                .filter(line -> !TOP.matcher(line.text()).matches()
                        && !CHILD.matcher(line.text()).matches())
                .map(SourceLine::number)
                .toList();

        assertThat(item.section().malformed().stream().map(EventNote::line).toList())
                .isEqualTo(outside);
    }

    @ParameterizedTest
    @MethodSource("items")
    void realIssue_readsEveryLineThatBeginsWithADate(CorpusSections.Item item) {
        List<Integer> dated = item.lines().stream()
                .filter(line -> line.text().matches("[*-]? ?\\d{4}-\\d.*|\\* \\[\\w+ \\d+, \\d{4} \\|.*"))
                .map(SourceLine::number)
                .toList();

        assertThat(item.section().events().stream()
                        .map(ListedEvent::line)
                        .distinct()
                        .toList())
                .isEqualTo(dated);
    }

    private static List<String> named(JsonNode findings) {
        List<String> named = new ArrayList<>();
        for (JsonNode finding : findings) {
            String rule = finding.get("rule").asText();
            if (rule.startsWith("event-")) {
                named.add(rule + " " + finding.get("line").asInt());
            }
        }
        return named;
    }
}
