package dev.broadsheet.subscribers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.broadsheet.platform.AddressRange;
import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.platform.Problem;
import dev.broadsheet.subscribers.ImportFormat.Column;
import dev.broadsheet.subscribers.ImportFormat.Standing;
import dev.broadsheet.suppression.Suppressions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A CSV file of subscribers read as a stream: its header tells the {@link ImportFormat}, the delimiter (comma,
 * semicolon, tab or bar) and which column is what. A line that cannot be taken is a {@link Refused}, never the end of
 * the file.
 */
class ImportFile {

    /** A line of the file, taken or refused. */
    sealed interface Line {}

    /**
     * A person to bring along; null is what the file does not say.
     *
     * @param confirmedIp where they confirmed; {@code subscribedIp} where they asked
     * @param sections wanted; empty for all
     */
    record Person(
            EmailAddress address,
            @Nullable String name,
            Standing standing,
            @Nullable Instant subscribedAt,
            @Nullable InetAddress subscribedIp,
            @Nullable Instant confirmedAt,
            @Nullable InetAddress confirmedIp,
            @Nullable Instant unsubscribedAt,
            @Nullable LocalDate pausedUntil,
            List<String> sections)
            implements Line {

        /** Of two lines about one person the one that keeps more mail away says more. */
        int weight() {
            return standing.suppressed() != null || standing.state() == null
                    ? Subscription.State.values().length
                    : standing.state().ordinal();
        }
    }

    /** @param number of the line in the file, the first being 1. @param content the beginning of it */
    record Refused(long number, String reason, String content) implements Line {}

    /** @param meaning null where the column is passed over */
    record MappedColumn(String name, @Nullable Column meaning) {}

    /** Why a line is refused, for the editor. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        Refusal(String reason) {
            super(reason, null, false, false);
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DELIMITERS = ",;\t|";
    private static final List<Suppressions.Reason> REASONS = List.of(
            Suppressions.Reason.BOUNCED,
            Suppressions.Reason.COMPLAINED,
            Suppressions.Reason.REQUESTED,
            Suppressions.Reason.NOT_ME);
    private static final int SHOWN = 500;
    private static final int MOST_COLUMNS = 1000;
    private static final int MOST_SECTIONS = 100;

    /** Of other clocks, and of days that begin earlier elsewhere. */
    private static final Duration SLACK = Duration.ofDays(1);

    private final CsvRecords records;
    private final String encoding;
    private final Instant latest;
    private final ImportFormat format;
    private final char delimiter;
    private final List<MappedColumn> columns;
    private final Map<Column, Integer> indexes = new EnumMap<>(Column.class);

    /**
     * Reads up to the end of the header.
     *
     * @param now nobody confirmed after it
     * @throws Problem 400 where the body is no text, or has no header with a column of addresses
     */
    ImportFile(InputStream csv, Instant now) throws IOException {
        ImportBody body = ImportBody.of(csv);
        this.encoding = body.encoding();
        this.latest = now.plus(SLACK);
        this.records = new CsvRecords(body.bytes());
        if (!records.next() || (records.content(SHOWN).matches("(?i)sep=.?") && !records.next())) {
            throw noAddresses(); // behind a first line with which spreadsheets tell each other the delimiter
        }
        this.delimiter = delimiter(records);
        records.cutBy(delimiter);
        List<String> header = fields(records);
        ImportFormat known = ImportFormat.of(header);
        if (known == null) {
            throw noAddresses();
        }
        this.format = known;
        this.columns = header.stream()
                .map(name -> new MappedColumn(name, known.meaning(name)))
                .toList();
        for (int i = 0; i < columns.size(); i++) {
            Column meaning = columns.get(i).meaning();
            // in another tool's file the later one is a field that somebody named so
            if (meaning != null && indexes.putIfAbsent(meaning, i) != null && format == ImportFormat.PLAIN) {
                throw Problem.invalid("The header has two columns for " + word(meaning) + ".");
            }
        }
    }

    /** The one by which the header names an address, and most that is known besides. */
    private static char delimiter(CsvRecords records) throws IOException {
        char best = DELIMITERS.charAt(0);
        long most = 0;
        for (char candidate : DELIMITERS.toCharArray()) {
            records.cutBy(candidate);
            List<String> header = fields(records);
            ImportFormat format = ImportFormat.of(header);
            long known = format == null
                    ? 0
                    : header.stream()
                            .filter(name -> format.meaning(name) != null)
                            .count();
            if (known > most) {
                best = candidate;
                most = known;
            }
        }
        return best;
    }

    private static List<String> fields(CsvRecords records) {
        if (records.damage() != null || records.fields() > MOST_COLUMNS) {
            return List.of();
        }
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < records.fields(); i++) {
            String field = records.field(i);
            fields.add(field == null ? "" : field.strip());
        }
        return fields;
    }

    private static Problem noAddresses() {
        return Problem.invalid("The first line has to name the columns, one of them email.");
    }

    ImportFormat format() {
        return format;
    }

    char delimiter() {
        return delimiter;
    }

    List<MappedColumn> columns() {
        return columns;
    }

    boolean has(Column column) {
        return indexes.containsKey(column);
    }

    /** As far as it is read. */
    String encoding() {
        return records.linesAsWindows() > 0 ? "windows-1252" : encoding;
    }

    /** How many lines were no UTF-8 and were read as windows-1252. */
    long linesAsWindows() {
        return records.linesAsWindows();
    }

    /** @return null at the end. @throws IOException where the rest does not come */
    @Nullable
    Line next() throws IOException {
        if (!records.next()) {
            return null;
        }
        try {
            if (records.damage() != null) {
                throw new Refusal(String.valueOf(records.damage()));
            }
            return person();
        } catch (Refusal e) {
            String content = records.content(SHOWN).replace('\u0000', '\uFFFD');
            return new Refused(records.line(), String.valueOf(e.getMessage()), content);
        }
    }

    private Person person() throws Refusal {
        String email = text(Column.EMAIL);
        if (email == null) {
            throw new Refusal("email is empty");
        }
        EmailAddress address = EmailAddress.parse(email).orElseThrow(() -> new Refusal("email is not an address"));
        return new Person(
                address,
                name(),
                standing(),
                time(Column.SUBSCRIBED_AT),
                ip(Column.SUBSCRIBED_IP),
                time(Column.CONFIRMED_AT),
                ip(Column.CONFIRMED_IP),
                time(Column.UNSUBSCRIBED_AT),
                day(Column.PAUSED_UNTIL),
                sections());
    }

    /** The field without surrounding space and without a guard against formulas; null where it is empty or not there. */
    private @Nullable String text(Column column) throws Refusal {
        Integer index = indexes.get(column);
        if (index == null || index >= records.fields()) {
            return null;
        }
        String value = records.field(index);
        if (value == null || value.indexOf('\uFFFD') >= 0) {
            throw new Refusal("not UTF-8");
        }
        value = SpreadsheetCell.bare(value).strip();
        return value.isEmpty() ? null : value;
    }

    private @Nullable String name() throws Refusal {
        String name = text(Column.NAME);
        if (name == null) {
            name = Stream.of(orEmpty(text(Column.FIRST_NAME)), orEmpty(text(Column.LAST_NAME)))
                    .filter(part -> !part.isEmpty())
                    .collect(Collectors.joining(" "));
        }
        if (!Subscriber.canBeName(name)) {
            throw new Refusal("name is not one line of at most " + Subscriber.LONGEST_NAME + " characters");
        }
        return name.isEmpty() ? null : name;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private Standing standing() throws Refusal {
        Standing standing = format.standing(text(Column.STATE));
        if (standing == null) {
            throw new Refusal("state is not one of " + format.standings());
        }
        String suppressed = text(Column.SUPPRESSED);
        if (suppressed == null) {
            return standing;
        }
        Suppressions.Reason reason = REASONS.stream()
                .filter(r -> r.name().equalsIgnoreCase(suppressed))
                .findFirst()
                .orElseThrow(() -> new Refusal("suppressed is not one of " + REASONS));
        return new Standing(has(Column.STATE) ? standing.state() : null, reason);
    }

    private @Nullable Instant time(Column column) throws Refusal {
        String value = text(column);
        if (value == null) {
            return null;
        }
        Instant time = ImportTime.parse(value)
                .orElseThrow(() -> new Refusal(word(column) + " is not a time such as 2026-03-01T08:00:00Z"));
        if (time.isBefore(Instant.EPOCH) || time.isAfter(latest)) {
            throw new Refusal(word(column) + " is not a time between 1970 and now");
        }
        return time;
    }

    private @Nullable LocalDate day(Column column) throws Refusal {
        String value = text(column);
        if (value == null) {
            return null;
        }
        try {
            LocalDate day = LocalDate.parse(value);
            if (day.getYear() >= 1970 && day.getYear() <= 9999) {
                return day;
            }
        } catch (DateTimeException e) {
            // told below
        }
        throw new Refusal(word(column) + " is not a day such as 2026-03-01");
    }

    private @Nullable InetAddress ip(Column column) throws Refusal {
        String value = text(column);
        if (value == null) {
            return null;
        }
        return AddressRange.literal(value).orElseThrow(() -> new Refusal(word(column) + " is not an IP address"));
    }

    private List<String> sections() throws Refusal {
        String value = text(Column.SECTIONS);
        if (value == null) {
            return List.of();
        }
        try {
            List<String> sections = Stream.ofNullable(JSON.readValue(value, String[].class))
                    .flatMap(Arrays::stream)
                    .distinct()
                    .toList();
            if (sections.size() <= MOST_SECTIONS
                    && sections.stream().allMatch(section -> section != null && Subscriber.canBeName(section))) {
                return sections;
            }
        } catch (JsonProcessingException e) {
            // told below
        }
        throw new Refusal("sections is not a list such as [\"News\",\"Events\"]");
    }

    private static String word(Column column) {
        return column.name().toLowerCase(Locale.ROOT);
    }
}
