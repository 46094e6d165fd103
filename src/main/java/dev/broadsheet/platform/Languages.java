package dev.broadsheet.platform;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The languages that readers' pages and single mails are written in: English, and each that has its files under
 * {@code messages}.
 */
public final class Languages {

    private static final String ENGLISH = "en";

    private static final Map<String, Boolean> WRITTEN = new ConcurrentHashMap<>();

    private Languages() {}

    /**
     * The language of the words that readers get who want this one: {@code de} for {@code de-AT}, English where we have
     * no words of theirs.
     *
     * @param wanted BCP 47; null where nobody knows
     */
    public static String written(@Nullable String wanted) {
        String language = wanted == null ? "" : Locale.forLanguageTag(wanted).getLanguage();
        return WRITTEN.computeIfAbsent(language, Languages::hasWords) ? language : ENGLISH;
    }

    /** How dates are written among those words: by the custom of {@code de-AT} where that is wanted. */
    public static Locale locale(@Nullable String wanted) {
        String written = written(wanted);
        Locale locale = Locale.forLanguageTag(wanted == null ? written : wanted);
        return locale.getLanguage().equals(written) ? locale : Locale.forLanguageTag(written);
    }

    /** All of them, by their codes. */
    public static List<String> all() {
        return Stream.concat(Stream.of(ENGLISH), Arrays.stream(Locale.getISOLanguages()))
                .filter(language -> written(language).equals(language))
                .distinct()
                .sorted()
                .toList();
    }

    private static boolean hasWords(String language) {
        return !language.isEmpty()
                && Languages.class.getResource("/messages/pages_" + language + ".properties") != null;
    }
}
