package dev.broadsheet.subscribers;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.platform.Problem;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A CSV file (RFC 4180, UTF-8 with or without byte-order mark) read as a stream: its header names the columns, of which
 * {@code email} must be there and {@code name}, {@code state}, {@code confirmed_at}, {@code confirmed_ip} may be; others
 * are passed over. A line that cannot be taken is a {@link Refused}, never the end of the file.
 */
class ImportFile implements Iterator<ImportFile.Line> {

    /** A line of the file, taken or refused. */
    sealed interface Line {}

    /**
     * A person to bring along.
     *
     * @param state ACTIVE or UNSUBSCRIBED
     * @param confirmedAt null where the file does not say
     */
    record Person(
            EmailAddress address,
            @Nullable String name,
            Subscription.State state,
            @Nullable Instant confirmedAt,
            @Nullable InetAddress confirmedIp)
            implements Line {}

    /** @param number of the line in the file, the header being 1. @param content the beginning of it */
    record Refused(long number, String reason, String content) implements Line {}

    /** Why a line is refused, for the editor. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        Refusal(String reason) {
            super(reason, null, false, false);
        }
    }

    private static final Set<String> COLUMNS = Set.of("email", "name", "state", "confirmed_at", "confirmed_ip");
    private static final Pattern IP = Pattern.compile("[0-9.]{7,15}|[0-9a-fA-F:.]{2,45}");
    private static final int SHOWN = 500;

    /** Of other clocks, and of days that begin earlier elsewhere. */
    private static final Duration SLACK = Duration.ofDays(1);

    private final Iterator<CsvRecord> records;
    private final Instant latest;
    private final Map<String, Integer> columns = new HashMap<>();

    /**
     * @param now nobody confirmed after it
     * @throws Problem 400 where there is no header, or none with {@code email}
     */
    ImportFile(InputStream csv, Instant now) {
        this.latest = now.plus(SLACK);
        this.records = CsvReader.builder()
                .detectBomHeader(true)
                .allowExtraFields(true)
                .allowMissingFields(true)
                .ofCsvRecord(csv, StandardCharsets.UTF_8)
                .iterator();
        List<String> header = header();
        for (int i = 0; i < header.size(); i++) {
            String name = header.get(i).strip().toLowerCase(Locale.ROOT);
            if (COLUMNS.contains(name) && columns.putIfAbsent(name, i) != null) {
                throw Problem.invalid("The header names the column " + name + " twice.");
            }
        }
        if (!columns.containsKey("email")) {
            throw Problem.invalid("The first line has to name the columns, one of them email.");
        }
    }

    private List<String> header() {
        try {
            return records.hasNext() ? records.next().getFields() : List.of();
        } catch (CsvParseException e) {
            throw Problem.invalid("The body is no CSV.");
        }
    }

    @Override
    public boolean hasNext() {
        return records.hasNext();
    }

    /** @throws CsvParseException where the file is no CSV any more */
    @Override
    public Line next() {
        CsvRecord line = records.next();
        try {
            return person(line);
        } catch (Refusal e) {
            return new Refused(line.getStartingLineNumber(), String.valueOf(e.getMessage()), content(line));
        }
    }

    private Person person(CsvRecord line) throws Refusal {
        if (line.getFields().stream().anyMatch(field -> field.indexOf('\uFFFD') >= 0)) {
            throw new Refusal("not UTF-8");
        }
        String email = field(line, "email");
        if (email == null) {
            throw new Refusal("email is empty");
        }
        EmailAddress address = EmailAddress.parse(email).orElseThrow(() -> new Refusal("email is not an address"));
        String name = field(line, "name");
        if (name != null && !Subscriber.canBeName(name)) {
            throw new Refusal("name is not one line of at most " + Subscriber.LONGEST_NAME + " characters");
        }
        return new Person(
                address,
                name,
                state(field(line, "state")),
                time(field(line, "confirmed_at")),
                ip(field(line, "confirmed_ip")));
    }

    /** The field without surrounding space, null where it is empty or not there. */
    private @Nullable String field(CsvRecord line, String column) {
        Integer index = columns.get(column);
        if (index == null || index >= line.getFieldCount()) {
            return null;
        }
        String value = line.getField(index).strip();
        return value.isEmpty() ? null : value;
    }

    private static Subscription.State state(@Nullable String value) throws Refusal {
        if (value == null) {
            return Subscription.State.ACTIVE;
        }
        return switch (value.toUpperCase(Locale.ROOT)) {
            case "ACTIVE" -> Subscription.State.ACTIVE;
            case "UNSUBSCRIBED" -> Subscription.State.UNSUBSCRIBED;
            default -> throw new Refusal("state is neither ACTIVE nor UNSUBSCRIBED");
        };
    }

    /** ISO 8601, from 1970 on; without an offset it is UTC, and a day alone is its beginning. */
    private @Nullable Instant time(@Nullable String value) throws Refusal {
        if (value == null) {
            return null;
        }
        Instant time;
        try {
            String text = value.replace(' ', 'T');
            if (text.length() == 10) {
                time = LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
            } else {
                boolean offset = text.endsWith("Z") || text.lastIndexOf('+') > 10 || text.lastIndexOf('-') > 10;
                time = OffsetDateTime.parse(offset ? text : text + "Z").toInstant();
            }
        } catch (DateTimeException e) {
            throw new Refusal("confirmed_at is not a time such as 2026-03-01T08:00:00Z");
        }
        if (time.isBefore(Instant.EPOCH) || time.isAfter(latest)) {
            throw new Refusal("confirmed_at is not a time between 1970 and now");
        }
        return time;
    }

    private static @Nullable InetAddress ip(@Nullable String value) throws Refusal {
        if (value == null) {
            return null;
        }
        try {
            if (IP.matcher(value).matches()) {
                return InetAddress.getByName(value); // a literal: nothing is looked up
            }
        } catch (UnknownHostException e) {
            // told below
        }
        throw new Refusal("confirmed_ip is not an IP address");
    }

    private static String content(CsvRecord line) {
        String joined = String.join(",", line.getFields()).replace("\u0000", "\uFFFD");
        return joined.length() > SHOWN ? joined.substring(0, SHOWN) + "…" : joined;
    }
}
