package dev.broadsheet.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** The events sections of real issues, in a folder beside the project where there is one. */
final class CorpusSections {

    private static final Path FOLDER = Path.of("..", "shared", "corpus");

    private static final Pattern HEADING = Pattern.compile(" {0,3}(#{1,6}) +(.*)");

    /** @param expect findings that people made, null where nobody looked */
    record Item(String name, LocalDate date, List<SourceLine> lines, EventsSection section, JsonNode expect) {

        @Override
        public String toString() {
            return name;
        }
    }

    private CorpusSections() {}

    static List<Item> items() {
        if (!Files.isDirectory(FOLDER)) {
            Assumptions.abort("There is no folder " + FOLDER + " beside the project: real issues are not tried.");
        }
        try {
            ObjectMapper json = new ObjectMapper();
            JsonNode expect = json.readTree(FOLDER.resolve("expect.json").toFile());
            JsonNode findings = json.readTree(
                            FOLDER.resolve("preflight-expect.json").toFile())
                    .get("files");
            List<Item> items = new ArrayList<>();
            for (String name : (Iterable<String>) expect::fieldNames) {
                LocalDate date = LocalDate.parse(expect.get(name).get("date").asText());
                List<SourceLine> lines = section(Files.readAllLines(FOLDER.resolve(name)));
                items.add(new Item(name, date, lines, EventsSection.read(lines, date), findings.path(name)));
            }
            return items;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From the heading to the next of its level, without closed comments. */
    private static List<SourceLine> section(List<String> source) {
        List<SourceLine> section = new ArrayList<>();
        int level = 0;
        for (int i = 0; i < source.size(); i++) {
            Matcher heading = HEADING.matcher(source.get(i));
            if (source.get(i).startsWith("<!--")) {
                int end = i;
                while (end < source.size() && !source.get(end).contains("-->")) {
                    end++;
                }
                boolean closed =
                        source.subList(i + 1, Math.max(i + 1, end)).stream().noneMatch(l -> l.contains("<!--"));
                i = closed && end < source.size() ? end : i;
                continue;
            }
            if (heading.matches() && heading.group(2).contains("Upcoming Events")) {
                level = heading.group(1).length();
            } else if (heading.matches() && heading.group(1).length() <= level) {
                return section;
            }
            if (level > 0) {
                section.add(new SourceLine(i + 1, source.get(i)));
            }
        }
        return section;
    }
}
