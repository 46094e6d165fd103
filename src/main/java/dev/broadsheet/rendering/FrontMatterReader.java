package dev.broadsheet.rendering;

import dev.broadsheet.platform.Problem;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Takes the front matter off a source: Pelican's lines up to the first blank one, or YAML between {@code ---} fences. */
final class FrontMatterReader {

    /**
     * A source in its two parts.
     *
     * @param lines of the whole source, without their ends
     * @param bodyStart index of the body's first line
     * @param keyLines index of the line where each key stands, by its name in lower case; only of plain front matter
     *     and of YAML written one key a line
     */
    record Split(FrontMatter frontMatter, List<String> lines, int bodyStart, Map<String, Integer> keyLines) {

        /** With {@code \n} line ends. */
        String body() {
            return String.join("\n", lines.subList(bodyStart, lines.size()));
        }
    }

    /** Others are left alone: {@code Tags}, {@code Slug} and the like belong to other programs. */
    static final Set<String> KEYS = Set.of("title", "date", "number", "category", "subject", "preheader");

    /** Longer ones make headers that mail programs cut. */
    private static final int MAX_LENGTH = 500;

    private static final Pattern LINE_END = Pattern.compile("\r\n|\n");

    private static final Pattern LINE = Pattern.compile(" {0,3}([A-Za-z0-9_-]+):[ \\t]*(.*)", Pattern.DOTALL);
    private static final Pattern CONTINUATION = Pattern.compile("(?: {4,}|\\t)(.*)", Pattern.DOTALL);
    private static final Pattern FENCE = Pattern.compile("---[ \\t]*");
    private static final Pattern FENCE_END = Pattern.compile("(?:---|\\.\\.\\.)[ \\t]*");

    /** Padded or not, with or without a time: {@code 2013-06-07 18:46}, {@code 2020-12-2}, {@code 2024-10-23T09:00Z}. */
    private static final Pattern DATE =
            Pattern.compile("([12]\\d{3})-(\\d{1,2})-(\\d{1,2})(?:[T ]+\\d{1,2}:\\d{2}.*)?");

    private FrontMatterReader() {}

    /** @throws Problem 400 {@code front-matter-invalid}, saying what to do */
    static Split read(String source) {
        String text = source.startsWith("\uFEFF") ? source.substring(1) : source;
        List<String> lines = List.of(LINE_END.split(text, -1));
        int start = 0;
        while (start < lines.size() && lines.get(start).isBlank()) {
            start++;
        }
        Map<String, String> values = new HashMap<>();
        boolean fenced = start < lines.size() && FENCE.matcher(lines.get(start)).matches();
        int body = fenced ? readFenced(lines, start, values) : readPlain(lines, start, values);
        return new Split(frontMatter(values), asMarkdownCounts(lines, body), body, keyLines(lines.subList(0, body)));
    }

    /** Below the front matter a carriage return alone ends a line too. */
    private static List<String> asMarkdownCounts(List<String> lines, int body) {
        if (lines.stream().skip(body).noneMatch(line -> line.indexOf('\r') >= 0)) {
            return lines;
        }
        return Stream.concat(
                        lines.stream().limit(body),
                        lines.stream().skip(body).flatMap(line -> Stream.of(line.split("\r", -1))))
                .toList();
    }

    private static Map<String, Integer> keyLines(List<String> head) {
        Map<String, Integer> keyLines = new HashMap<>();
        for (int i = 0; i < head.size(); i++) {
            Matcher keyed = LINE.matcher(head.get(i));
            if (keyed.matches()) {
                keyLines.putIfAbsent(keyed.group(1).toLowerCase(Locale.ROOT), i);
            }
        }
        return keyLines;
    }

    private static int readPlain(List<String> lines, int start, Map<String, String> values) {
        String key = null;
        for (int i = start; i < lines.size(); i++) {
            String line = lines.get(i);
            Matcher keyed = LINE.matcher(line);
            Matcher more = CONTINUATION.matcher(line);
            if (line.isBlank()) {
                return i + 1;
            } else if (keyed.matches()) {
                key = keyed.group(1).toLowerCase(Locale.ROOT);
                put(values, key, keyed.group(2));
            } else if (key != null && more.matches()) {
                values.merge(key, more.group(1).strip(), (a, b) -> a.length() > MAX_LENGTH ? a : (a + " " + b).strip());
            } else {
                return i;
            }
        }
        return lines.size();
    }

    private static int readFenced(List<String> lines, int start, Map<String, String> values) {
        int end = start + 1;
        while (end < lines.size() && !FENCE_END.matcher(lines.get(end)).matches()) {
            end++;
        }
        if (end == lines.size()) {
            throw invalid("The front matter begins with --- and has no second --- line. Add one after its last key.");
        }
        YamlScalars.read(String.join("\n", lines.subList(start + 1, end)), KEYS)
                .forEach((key, value) -> put(values, key, value));
        return end + 1;
    }

    private static void put(Map<String, String> values, String key, String value) {
        if (values.putIfAbsent(key, value) != null && KEYS.contains(key)) {
            throw invalid(name(key) + " stands twice in the front matter. Keep one of the two lines.");
        }
    }

    private static FrontMatter frontMatter(Map<String, String> values) {
        String title = line(values, "title");
        if (title == null) {
            throw invalid("The issue has no title. Begin the source with a line such as"
                    + " \"Title: The week in short\", and leave an empty line before the text.");
        }
        String subject = line(values, "subject");
        return new FrontMatter(
                title,
                date(line(values, "date")),
                number(line(values, "number")),
                line(values, "category"),
                subject == null ? title : subject,
                line(values, "preheader"));
    }

    /** One line without control characters, since it becomes a header; null where it is absent or blank. */
    private static @Nullable String line(Map<String, String> values, String key) {
        String value = values.getOrDefault(key, "").replace('\t', ' ').strip();
        if (value.codePoints().anyMatch(FrontMatterReader::breaksHeaders)) {
            throw invalid(name(key) + " holds a line break or a control character. Write it as one plain line.");
        }
        if (value.length() > MAX_LENGTH) {
            throw invalid(name(key) + " is longer than " + MAX_LENGTH + " characters. Shorten it.");
        }
        return value.isEmpty() ? null : value;
    }

    private static boolean breaksHeaders(int character) {
        int type = Character.getType(character);
        return type == Character.CONTROL
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE;
    }

    private static @Nullable LocalDate date(@Nullable String value) {
        if (value == null) {
            return null;
        }
        Matcher matcher = DATE.matcher(value);
        try {
            if (matcher.matches()) {
                return LocalDate.of(
                        Integer.parseInt(matcher.group(1)),
                        Integer.parseInt(matcher.group(2)),
                        Integer.parseInt(matcher.group(3)));
            }
        } catch (DateTimeException e) {
            // falls through: 2024-02-30 is written like a date and is none
        }
        throw invalid("Date cannot be read. Write it as year-month-day, such as \"Date: 2026-03-25\".");
    }

    private static @Nullable Integer number(@Nullable String value) {
        if (value == null) {
            return null;
        }
        if (!value.matches("[0-9]{1,9}")) {
            throw invalid("Number cannot be read. Write it in digits alone, such as \"Number: 570\".");
        }
        return Integer.valueOf(value);
    }

    private static String name(String key) {
        return key.substring(0, 1).toUpperCase(Locale.ROOT) + key.substring(1);
    }

    static Problem invalid(String detail) {
        return new Problem(400, "front-matter-invalid", detail);
    }
}
