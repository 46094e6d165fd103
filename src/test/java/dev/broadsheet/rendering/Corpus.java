package dev.broadsheet.rendering;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Real issues of This Week in Rust, in a folder beside the project where there is one. */
final class Corpus {

    static final Path FOLDER = Path.of("..", "shared", "corpus");

    /** @param expect what upstream's own renderer makes of it */
    record Item(String name, String source, JsonNode expect) {

        @Override
        public String toString() {
            return name;
        }
    }

    private Corpus() {}

    static List<Item> items() {
        if (!Files.isDirectory(FOLDER)) {
            Assumptions.abort("There is no folder " + FOLDER + " beside the project: real issues are not tried.");
        }
        return itemsOrNone();
    }

    /** For tests that have something to try without them too. */
    static List<Item> itemsOrNone() {
        if (!Files.isDirectory(FOLDER)) {
            return List.of();
        }
        try {
            JsonNode expect =
                    new ObjectMapper().readTree(FOLDER.resolve("expect.json").toFile());
            List<Item> items = new ArrayList<>();
            for (String name : (Iterable<String>) expect::fieldNames) {
                items.add(new Item(name, Files.readString(FOLDER.resolve(name)), expect.get(name)));
            }
            return items;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
