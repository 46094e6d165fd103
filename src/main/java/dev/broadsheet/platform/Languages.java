package dev.broadsheet.platform;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

    private static boolean hasWords(String language) {
        return !language.isEmpty()
                && Languages.class.getResource("/messages/pages_" + language + ".properties") != null;
    }
}
