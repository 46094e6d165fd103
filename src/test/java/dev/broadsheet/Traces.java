package dev.broadsheet;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Looks for words in every row of every table, whatever the tables are, and however the words are written there. */
@ApplicationScoped
public class Traces {

    private final Rows rows;

    Traces(Rows rows) {
        this.rows = rows;
    }

    /** Tables to the rows that hold any of the words, in any case, also in base64, hexadecimal or percent-encoding. */
    public Map<String, List<String>> of(String... words) {
        Map<String, List<String>> found = new TreeMap<>();
        for (String table : tables()) {
            // a row as text writes bytes in hexadecimal
            List<String> with = rows.texts("select t::text from " + table + " t").stream()
                    .filter(row -> Arrays.stream(words).anyMatch(word -> isIn(word, row)))
                    .toList();
            if (!with.isEmpty()) {
                found.put(table, with);
            }
        }
        return found;
    }

    /** All of the schema, partitions one by one. */
    public List<String> tables() {
        return rows.texts(
                "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                        + " where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema') order by 1");
    }

    static boolean isIn(String word, String row) {
        String lower = row.toLowerCase(Locale.ROOT);
        return spellings(word).stream().anyMatch(lower::contains)
                || List.of(word, word.toLowerCase(Locale.ROOT), word.toUpperCase(Locale.ROOT)).stream()
                        .flatMap(w -> inBase64(w).stream())
                        .anyMatch(row::contains);
    }

    private static Set<String> spellings(String word) {
        Set<String> all = new LinkedHashSet<>();
        for (String w : List.of(word, word.toLowerCase(Locale.ROOT), word.toUpperCase(Locale.ROOT))) {
            byte[] bytes = w.getBytes(StandardCharsets.UTF_8);
            all.add(w);
            all.add(w.replace("@", "%40"));
            all.add(w.replace("@", "=40"));
            all.add(w.replace("@", "&#64;"));
            all.add(HexFormat.of().formatHex(bytes));
            all.add(HexFormat.of().withDelimiter("%").formatHex(bytes));
        }
        List<String> lower = new ArrayList<>();
        all.forEach(spelling -> lower.add(spelling.toLowerCase(Locale.ROOT)));
        return new LinkedHashSet<>(lower);
    }

    /** What base64 makes of a word that stands anywhere in a text: one of three, without the ends that others share. */
    private static List<String> inBase64(String word) {
        List<String> all = new ArrayList<>();
        for (int before = 0; before < 3; before++) {
            String text = "x".repeat(before) + word;
            String encoded = Base64.getEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
            int from = before == 0 ? 0 : before + 1;
            all.add(encoded.substring(from, encoded.length() - 1));
        }
        return all;
    }
}
