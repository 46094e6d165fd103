package dev.broadsheet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the README's story as it stands there, every line that is marked as one of it. */
class ReadmeIT {

    private static final Pattern STORY =
            Pattern.compile("^```sh story\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    @TempDir
    Path folder;

    @Test
    void everyLineOfTheStory_doesWhatTheReadmeSays() throws Exception {
        for (String tool : new String[] {"bash", "curl"}) {
            Assumptions.assumeTrue(isThere(tool), tool + " is not there to run the README's lines");
        }
        Program program = new Program(folder, Map.of());
        try {
            program.awaitReady();
            String story = STORY.matcher(Files.readString(Path.of("README.md")))
                    .results()
                    .map(block -> block.group(1))
                    .collect(Collectors.joining("\n"))
                    .replace("localhost:8080", "localhost:" + program.port());
            Path script = Files.writeString(folder.resolve("story.sh"), "set -eux\n" + story);
            Path output = folder.resolve("story.log");

            Process bash = new ProcessBuilder("bash", script.toString())
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = bash.waitFor(120, TimeUnit.SECONDS);
            bash.destroyForcibly();

            String said = Files.readString(output);
            assertThat(ended).as(said).isTrue();
            assertThat(bash.exitValue()).as(said).isZero();
            assertThat(said)
                    .contains(
                            "\"slug\":\"garden\"", "\n303\n", "\"added\":2", "Bees like it wild", "\"state\":\"DONE\"")
                    .contains("\"recipients\":3", "bo@example.org", "\"state\":\"UNSUBSCRIBED\"");
        } finally {
            program.stop();
        }
    }

    private static boolean isThere(String tool) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(tool, "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
