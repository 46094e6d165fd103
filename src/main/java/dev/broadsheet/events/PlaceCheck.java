package dev.broadsheet.events;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks for the slips that places have in digests. Names it does not know it leaves alone. */
final class PlaceCheck {

    private static final Pattern TWO_CODES = Pattern.compile("([A-Z]{2,3}) ([A-Z]{2})");
    private static final Pattern CODE_AT_END = Pattern.compile("(.*\\p{Ll}) ([A-Z]{2})");

    /** Found several times for Spain. */
    private static final String SPAIN = "SP";

    /** @param repair of the excerpt */
    private record Slip(
            String reason,
            String excerpt,
            String message,
            @Nullable String repair) {}

    private PlaceCheck() {}

    static Optional<EventNote> note(int line, Place place) {
        Slip slip = brackets(place.text());
        if (slip == null) {
            slip = town(place.town());
        }
        if (slip == null) {
            return Optional.empty();
        }
        return Optional.of(new EventNote("event-place", slip.reason, line, slip.excerpt, slip.message, slip.repair));
    }

    private static @Nullable Slip brackets(String text) {
        int open = text.indexOf('(');
        int close = text.indexOf(')');
        if (open < 0 && close < 0) {
            return null;
        }
        if (open < 0 || close < open) {
            return new Slip("bracket-missing", text, "A bracket is missing in “" + text + "”.", null);
        }
        boolean before = open > 0 && text.charAt(open - 1) != ' ';
        boolean inside = text.charAt(open + 1) == ' ' || text.charAt(close - 1) == ' ';
        if (!before && !inside) {
            return null;
        }
        String repair = text.substring(0, open).strip()
                + " ("
                + text.substring(open + 1, close).strip()
                + ")"
                + text.substring(close + 1);
        return new Slip(
                "bracket-space", text, "A space stands before a bracket, none within. Write: " + repair, repair);
    }

    private static @Nullable Slip town(String town) {
        List<String> parts = Place.parts(town);
        if (parts.isEmpty()) {
            return null;
        }
        String last = parts.get(parts.size() - 1);
        Slip slip = comma(town, parts, last);
        if (slip == null && parts.size() > 1) {
            slip = Countries.isCode(last) ? within(town, parts, last) : country(town, parts, last);
        }
        return slip == null && parts.size() == 1 && !last.equals(last.toUpperCase(Locale.ROOT))
                ? countryAlone(town)
                : slip;
    }

    /** {@code Minneapolis, MN US} and {@code Berlin DE}. */
    private static @Nullable Slip comma(String town, List<String> parts, String last) {
        Matcher codes = TWO_CODES.matcher(last);
        Matcher end = CODE_AT_END.matcher(last);
        Matcher found = parts.size() > 1 ? codes : end;
        if (found.matches() && Countries.isCode(found.group(2))) {
            String repair = town.substring(0, town.length() - 3) + ", " + found.group(2);
            return new Slip("comma-missing", town, "A comma is missing before " + found.group(2) + ".", repair);
        }
        return parts.contains("")
                ? new Slip("comma", town, "Something is missing beside a comma in “" + town + "”.", null)
                : null;
    }

    /** The last part is a country's code. */
    private static @Nullable Slip within(String town, List<String> parts, String code) {
        String city = parts.get(0);
        if (parts.size() == 2 && code.equals(Countries.codeOf(city)) && !Countries.isCityState(code)) {
            return new Slip("country-for-city", town, city + " is a country. Name the city: City, " + code, null);
        }
        Set<String> states = Countries.statesOf(city);
        if (parts.size() == 2 && states.contains(code)) {
            return new Slip(
                    "country-missing",
                    town,
                    code + " stands for a state here. The country goes behind it: " + town + ", US",
                    town + ", US");
        } else if (parts.size() == 2 && !states.isEmpty() && Countries.isState("US", code)) {
            return new Slip(
                    "state-unknown",
                    town,
                    city + " is in "
                            + String.join(" or ", states.stream().sorted().toList()) + ". Write: City, ST, US",
                    null);
        }
        if (parts.size() < 3 || !Countries.hasStates(code)) {
            return null;
        }
        String state = parts.get(parts.size() - 2);
        if (!Countries.isState(code, state)) {
            return unknownState(town, code, state);
        }
        return code.equals("US") && !states.isEmpty() && !states.contains(state)
                ? wrongState(town, city, state, states)
                : null;
    }

    /** Names of states are left alone, only codes are looked at. */
    private static @Nullable Slip unknownState(String town, String country, String state) {
        String code = state.replace(".", "").toUpperCase(Locale.ROOT);
        if (Countries.isState(country, code)) {
            return state.contains(".") ? null : code(town, state, code);
        }
        return state.length() > 3 || state.indexOf(' ') >= 0
                ? null
                : new Slip(
                        "state-unknown",
                        town,
                        country + " has no state with the code " + state + ". Correct it.",
                        null);
    }

    private static Slip wrongState(String town, String city, String state, Set<String> states) {
        String right = String.join(" or ", states.stream().sorted().toList());
        String end = ", " + state + ", US";
        return new Slip(
                "state-wrong",
                town,
                city + " is in " + right + ", not in " + state + ".",
                states.size() == 1 && town.endsWith(end)
                        ? town.substring(0, town.length() - end.length()) + ", " + right + ", US"
                        : null);
    }

    /** The last part is no country's code. */
    private static @Nullable Slip country(String town, List<String> parts, String last) {
        String upper = last.toUpperCase(Locale.ROOT);
        Set<String> states = Countries.statesOf(parts.get(0));
        String named = Countries.codeOf(last);
        boolean state = Stream.of("US", "CA", "AU").anyMatch(country -> Countries.isState(country, last));
        if (state || states.contains(upper)) {
            return stateAtEnd(town, upper, states.contains(upper));
        } else if (named != null && states.isEmpty()) {
            return code(town, last, named);
        } else if (last.equals(SPAIN)) {
            return new Slip("code", town, "SP is no country's code; Spain is ES.", null);
        } else if (last.length() == 2 && Countries.isCode(upper)) {
            return code(town, last, upper);
        }
        return last.length() > 3
                ? null
                : new Slip("country-unknown", town, "No country has the code " + last + ". Correct it.", null);
    }

    /** {@code Buffalo, NY}; some codes are of states in two countries. */
    private static Slip stateAtEnd(String town, String state, boolean inUs) {
        List<String> countries = Stream.of("US", "CA", "AU")
                .filter(country -> Countries.isState(country, state))
                .toList();
        String country = inUs ? "US" : countries.size() == 1 ? countries.get(0) : null;
        String repair =
                country == null ? null : town.substring(0, town.length() - state.length()) + state + ", " + country;
        return new Slip(
                "country-missing",
                town,
                state + " is a state. Put the country behind it" + (repair == null ? "." : ": " + repair),
                repair);
    }

    /** {@code Virtual (Israel)}; a code alone, as in {@code Virtual (US)}, is well. */
    private static @Nullable Slip countryAlone(String town) {
        String code = Countries.codeOf(town);
        return code == null || Countries.isCityState(code)
                ? null
                : new Slip("country-for-city", town, town + " is a country. Name the city: City, " + code, null);
    }

    private static Slip code(String town, String written, String right) {
        int at = town.lastIndexOf(written);
        return new Slip(
                "code",
                town,
                "The house writes " + right + ", not " + written + ".",
                town.substring(0, at) + right + town.substring(at + written.length()));
    }
}
