package dev.broadsheet.subscribers;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times as other tools write them: ISO 8601 ({@code 2024-03-01T08:00:00Z}, also with a space, an offset, or a day
 * alone), Mailchimp's without a zone, Go's ({@code 2024-03-01 08:00:00.5 +0000 UTC}). Without a zone it is UTC, and a
 * day is its beginning.
 */
class ImportTime {

    private static final Pattern TIME = Pattern.compile("(\\d{4}-\\d\\d-\\d\\d)"
            + "(?:[T ](\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?) ?(?:(Z|UTC)|([+-]\\d\\d):?(\\d\\d)?)?"
            + "(?: [A-Z]{1,5}| [+-]\\d{2,4})?(?: m=[+-][\\d.]+)?)?");

    private ImportTime() {}

    /** Empty where it is none. */
    static Optional<Instant> parse(String text) {
        Matcher parts = TIME.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            LocalDate day = LocalDate.parse(parts.group(1));
            if (parts.group(2) == null) {
                return Optional.of(day.atStartOfDay().toInstant(ZoneOffset.UTC));
            }
            LocalDateTime time = LocalDateTime.parse(parts.group(1) + "T" + parts.group(2));
            if (parts.group(4) == null) {
                return Optional.of(time.toInstant(ZoneOffset.UTC));
            }
            String minutes = parts.group(5) == null ? "00" : parts.group(5);
            return Optional.of(OffsetDateTime.of(time, ZoneOffset.of(parts.group(4) + ":" + minutes))
                    .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
