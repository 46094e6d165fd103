package dev.broadsheet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.broadsheet.platform.Languages;
import io.quarkus.qute.i18n.Message;
import io.quarkus.qute.i18n.MessageBundle;
import java.io.IOException;
import java.io.Reader;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The words of readers' pages and mails in other languages than English. */
class TextsTest {

    private static final Path FOLDER = Path.of("src/main/resources/messages");
    private static final Pattern PARAMETER = Pattern.compile("\\{[^}]*}");

    private static final List<String> BUNDLES = List.of(
            "dev.broadsheet.site.PageTexts",
            "dev.broadsheet.subscribers.MailTexts",
            "dev.broadsheet.delivery.AlertTexts");

    /** Each file of words there is, one of every bundle for every language. */
    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void languageFile_hasEveryMessageOfItsBundle_withTheSameParameters(Path file) throws Exception {
        String bundle = file.getFileName().toString().replaceFirst("_.*", "");
        Properties words = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            words.load(in);
        }
        Map<String, TreeSet<String>> theirs = new TreeMap<>();
        words.forEach((key, text) -> theirs.put(key.toString(), parameters(text.toString())));
        assertThat(words.values())
                .allSatisfy(text -> assertThat(text.toString().strip()).isNotEmpty());

        Map<String, TreeSet<String>> ours = new TreeMap<>();
        for (Method message : bundle(bundle).getDeclaredMethods()) {
            ours.put(
                    message.getName(),
                    parameters(message.getAnnotation(Message.class).value()));
        }
        assertThat(theirs).isEqualTo(ours);
    }

    @Test
    void everyLanguage_hasAFileOfEachBundle() throws IOException {
        List<String> names =
                files().stream().map(f -> f.getFileName().toString()).toList();
        assertThat(names).contains("pages_de.properties", "mails_de.properties");
        for (String bundle : List.of("mails_", "alerts_")) {
            assertThat(names.stream().filter(n -> n.startsWith("pages_")).map(n -> n.replaceFirst("pages_", "")))
                    .containsExactlyElementsOf(names.stream()
                            .filter(n -> n.startsWith(bundle))
                            .map(n -> n.replaceFirst(bundle, ""))
                            .toList());
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {"de, de", "de-AT, de", "DE, de", "en-GB, en", "fr, en", "'', en", "null, en", "../de, en", "x, en"
            })
    void language_isThatOfTheWordsWeHave(String wanted, String written) {
        assertThat(Languages.written(wanted)).isEqualTo(written);
    }

    private static Class<?> bundle(String name) throws ClassNotFoundException {
        for (String candidate : BUNDLES) {
            Class<?> type = Class.forName(candidate);
            if (type.getAnnotation(MessageBundle.class).value().equals(name)) {
                return type;
            }
        }
        throw new AssertionError("No bundle is called " + name);
    }

    private static TreeSet<String> parameters(String text) {
        TreeSet<String> found = new TreeSet<>();
        Matcher parameter = PARAMETER.matcher(text);
        while (parameter.find()) {
            found.add(parameter.group());
        }
        return found;
    }
}
