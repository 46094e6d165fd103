package dev.broadsheet.events;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of countries, their states and some cities: enough to see a slip, not an atlas. */
final class Countries {

    /** ISO 3166-1, with the house's UK, and XK, which everybody uses for Kosovo. */
    private static final Set<String> CODES = new HashSet<>(Arrays.asList(Locale.getISOCountries()));

    /** English names in small letters. */
    private static final Map<String, String> CODE_BY_NAME = new HashMap<>();

    private static final Map<String, Set<String>> STATES = Map.of(
            "US",
            codes("AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC"
                    + " ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR GU VI AS MP"),
            "CA",
            codes("AB BC MB NB NL NS NT NU ON PE QC SK YT"),
            "AU",
            codes("ACT NSW NT QLD SA TAS VIC WA"));

    /** Countries whose name is a city's too. */
    private static final Set<String> CITY_STATES = codes("SG LU HK MO MC SM VA DJ GI PA GT KW MX SV AD MT");

    /** The states that a city of this name, known for its meetups, can be in. */
    private static final Map<String, Set<String>> STATES_OF_CITY = new HashMap<>();

    static {
        CODES.add("UK");
        CODES.add("XK");
        for (String code : Locale.getISOCountries()) {
            CODE_BY_NAME.put(
                    new Locale("", code).getDisplayCountry(Locale.ENGLISH).toLowerCase(Locale.ROOT), code);
        }
        CODE_BY_NAME.putAll(Map.ofEntries(
                Map.entry("usa", "US"),
                Map.entry("u.s.", "US"),
                Map.entry("u.s.a.", "US"),
                Map.entry("united kingdom", "UK"),
                Map.entry("england", "UK"),
                Map.entry("scotland", "UK"),
                Map.entry("wales", "UK"),
                Map.entry("korea", "KR"),
                Map.entry("south korea", "KR"),
                Map.entry("czech republic", "CZ"),
                Map.entry("czechia", "CZ"),
                Map.entry("turkey", "TR"),
                Map.entry("holland", "NL"),
                Map.entry("the netherlands", "NL"),
                Map.entry("deutschland", "DE"),
                Map.entry("uae", "AE"),
                Map.entry("hong kong", "HK"),
                Map.entry("macau", "MO")));
        cities("AK", "Anchorage");
        cities("AZ", "Phoenix", "Tucson", "Scottsdale", "Tempe");
        cities(
                "CA",
                "San Francisco",
                "Los Angeles",
                "San Diego",
                "San Jose",
                "Mountain View",
                "Palo Alto",
                "Menlo Park",
                "Sunnyvale",
                "Santa Monica",
                "Berkeley",
                "Sacramento",
                "Los Gatos",
                "Irvine");
        cities("CO", "Denver", "Boulder", "Colorado Springs");
        cities("DC", "Washington");
        cities("FL", "Miami", "Orlando", "Tampa", "Fort Lauderdale");
        cities("GA", "Atlanta");
        cities("HI", "Honolulu");
        cities("IL", "Chicago");
        cities("IN", "Indianapolis");
        cities("MA", "Boston", "Brookline");
        cities("MA MD OH", "Cambridge");
        cities("MA NJ", "Somerville");
        cities("MD", "Baltimore");
        cities("MI", "Detroit", "Ann Arbor", "Grand Rapids");
        cities("MN", "Minneapolis", "Saint Paul");
        cities("MO", "Saint Louis", "St. Louis", "St Louis");
        cities("NC", "Raleigh", "Charlotte");
        cities("NE", "Omaha");
        cities("NJ", "Jersey City", "Hoboken", "Egg Harbor City");
        cities("NM", "Albuquerque");
        cities("NY", "New York", "New York City", "NYC", "Brooklyn", "Buffalo");
        cities("OH", "Cleveland", "Cincinnati");
        cities("OH GA IN", "Columbus");
        cities("OK", "Oklahoma City", "Tulsa");
        cities("OR ME", "Portland");
        cities("PA", "Philadelphia", "Pittsburgh");
        cities("TN", "Nashville", "Chattanooga", "Knoxville", "Memphis");
        cities("TX", "Austin", "Dallas", "Houston", "San Antonio", "Fort Worth");
        cities("UT", "Salt Lake City", "Lehi", "Provo");
        cities("VA", "Charlottesville");
        cities("WA", "Seattle", "Spokane", "Tacoma");
        cities("WI", "Milwaukee");
    }

    private Countries() {}

    static boolean isCode(String text) {
        return CODES.contains(text);
    }

    /** The code of a country by its English name, in any case; null where there is none. */
    static @Nullable String codeOf(String name) {
        return CODE_BY_NAME.get(name.toLowerCase(Locale.ROOT));
    }

    static boolean isState(String country, String text) {
        return STATES.getOrDefault(country, Set.of()).contains(text);
    }

    static boolean hasStates(String country) {
        return STATES.containsKey(country);
    }

    static boolean isCityState(String code) {
        return CITY_STATES.contains(code);
    }

    /** Empty where the city is not known, or known in too many. */
    static Set<String> statesOf(String city) {
        return STATES_OF_CITY.getOrDefault(city.toLowerCase(Locale.ROOT), Set.of());
    }

    private static void cities(String states, String... names) {
        for (String name : names) {
            STATES_OF_CITY.put(name.toLowerCase(Locale.ROOT), codes(states));
        }
    }

    private static Set<String> codes(String spaced) {
        return Set.of(spaced.split(" "));
    }
}
