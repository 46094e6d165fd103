package dev.broadsheet.rendering;

import dev.broadsheet.platform.Problem;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The looks of a newsletter's mails by day; dark mode has its own, made for contrast.
 *
 * @param accent of links and buttons; colours are {@code #rrggbb}
 * @param background behind the sheet
 * @param paper the sheet that the text stands on
 * @param ink the text
 * @param logoText in place of the newsletter's title above the text
 * @param width of the sheet on a wide screen, in pixels, 320 to 900
 * @param footer a line of the newsletter's own below the text
 */
public record Theme(
        String accent,
        String background,
        String paper,
        String ink,
        @Nullable String logoText,
        int width,
        @Nullable String footer) {

    public static final Theme DEFAULT = new Theme("#14508c", "#f2f0eb", "#fffefb", "#22262b", null, 600, null);

    private static final Pattern COLOUR = Pattern.compile("#[0-9a-fA-F]{6}|#[0-9a-fA-F]{3}");

    /**
     * @param settings as an editor wrote them; names that are not above are left alone
     * @throws Problem 400 {@code invalid}, naming the setting and what it takes
     */
    public static Theme of(@Nullable Map<String, Object> settings) {
        return settings == null
                ? DEFAULT
                : new Theme(
                        colour(settings, "accent", DEFAULT.accent),
                        colour(settings, "background", DEFAULT.background),
                        colour(settings, "paper", DEFAULT.paper),
                        colour(settings, "ink", DEFAULT.ink),
                        line(settings, "logoText", 100),
                        width(settings.get("width")),
                        line(settings, "footer", 1000));
    }

    private static String colour(Map<String, Object> settings, String name, String otherwise) {
        Object value = settings.get(name);
        if (value == null) {
            return otherwise;
        }
        if (!(value instanceof String text) || !COLOUR.matcher(text).matches()) {
            throw Problem.invalid("theme." + name + " is a colour such as #14508c.");
        }
        // Outlook reads six digits alone
        return text.length() == 4 ? text.replaceAll("[0-9a-fA-F]", "$0$0") : text;
    }

    private static int width(@Nullable Object value) {
        if (value == null) {
            return DEFAULT.width;
        }
        if (!(value instanceof Integer pixels) || pixels < 320 || pixels > 900) {
            throw Problem.invalid("theme.width is a whole number of pixels, 320 to 900.");
        }
        return pixels;
    }

    private static @Nullable String line(Map<String, Object> settings, String name, int max) {
        Object value = settings.get(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof String text)
                || text.length() > max
                || text.chars().anyMatch(Character::isISOControl)) {
            throw Problem.invalid("theme." + name + " is one line of at most " + max + " characters.");
        }
        return text.isBlank() ? null : text.strip();
    }
}
