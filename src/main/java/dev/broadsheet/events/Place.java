package dev.broadsheet.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where an event is: {@code Berlin, DE}, {@code Virtual}, {@code Virtual (Dallas, TX, US)}, {@code Hybrid (Vancouver,
 * BC, CA)}, {@code Munich, DE + Virtual}.
 *
 * @param text as written
 * @param city null where none is named
 * @param state as written, mostly a code, for some countries only
 * @param country as written, mostly a code; the house writes {@code UK}, but {@code GB} is found too
 * @param virtual online only
 * @param hybrid online and in a room
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record Place(
        String text,
        @Nullable String city,
        @Nullable String state,
        @Nullable String country,
        boolean virtual,
        boolean hybrid) {

    /** Longer ones are no places. */
    private static final int MAX_LENGTH = 300;

    private static final Set<String> ONLINE = Set.of("virtual", "online", "remote");
    private static final Set<String> IN_PERSON = Set.of("in-person", "in", "person", "onsite");
    private static final Set<String> JOINING = Set.of("", "and", "or", "&", "+", "/");
    private static final Pattern JOINED = Pattern.compile("\\+|&| and | or |/(?= ?(?i:virtual|online|hybrid))");
    private static final String HYBRID = "hybrid";

    /** JSON leaves an empty text out. */
    public Place(
            @Nullable String text,
            @Nullable String city,
            @Nullable String state,
            @Nullable String country,
            boolean virtual,
            boolean hybrid) {
        this.text = text == null ? "" : text;
        this.city = city;
        this.state = state;
        this.country = country;
        this.virtual = virtual;
        this.hybrid = hybrid;
    }

    static Place read(String written) {
        String text = PlainText.of(written).strip();
        if (text.length() > MAX_LENGTH) {
            return new Place(text, null, null, null, false, false);
        }
        String town = town(text);
        String manner = town.isEmpty() ? text : text.replace(town, " ");
        Set<String> words = Set.copyOf(words(manner));
        boolean online = words.stream().anyMatch(ONLINE::contains);
        boolean room = words.stream().anyMatch(IN_PERSON::contains)
                || (!town.isEmpty() && JOINED.matcher(manner + " ").find());
        boolean hybrid = words.contains(HYBRID) || (online && room);
        List<String> parts = parts(town);
        String last = parts.isEmpty() ? null : parts.get(parts.size() - 1);
        String before = parts.size() < 2 ? null : parts.get(parts.size() - 2);
        if (parts.size() > 2) {
            String city = String.join(", ", parts.subList(0, parts.size() - 2));
            return new Place(text, city, before, last, online && !hybrid, hybrid);
        } else if (parts.size() == 2) {
            boolean stateOnly = last != null && !Countries.isCode(last) && Countries.isState("US", last);
            return new Place(text, before, stateOnly ? last : null, stateOnly ? null : last, online && !hybrid, hybrid);
        }
        boolean country = last != null && (Countries.isCode(last) || Countries.codeOf(last) != null);
        return new Place(text, country ? null : last, null, country ? last : null, online && !hybrid, hybrid);
    }

    /** What is left of a place without how one takes part: {@code Munich, DE}. */
    String town() {
        return town(text);
    }

    /** A town's parts, stripped, with the empty ones. */
    static List<String> parts(String town) {
        List<String> parts = new ArrayList<>();
        for (String part : town.split(",", -1)) {
            parts.add(part.strip());
        }
        return town.isBlank() ? List.of() : parts;
    }

    private static String town(String text) {
        int open = text.indexOf('(');
        int close = text.lastIndexOf(')');
        if (open >= 0) {
            String inside = text.substring(open + 1, close > open ? close : text.length());
            String outside = text.substring(0, open);
            if (isManner(outside)) {
                return isManner(inside) ? "" : inside.strip();
            } else if (isManner(inside)) {
                return outside.strip();
            }
        }
        for (String piece : JOINED.split(text)) {
            if (!isManner(piece)) {
                return piece.strip();
            }
        }
        return "";
    }

    private static boolean isManner(String text) {
        return words(text).stream()
                .allMatch(word -> ONLINE.contains(word)
                        || IN_PERSON.contains(word)
                        || JOINING.contains(word)
                        || word.equals(HYBRID));
    }

    private static List<String> words(String text) {
        return List.of(text.toLowerCase(Locale.ROOT).split("[\\s,+/()]+"));
    }
}
