package dev.broadsheet.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event as an issue lists it, also in JSON. Its texts are plain, without Markdown's marks. A line with several
 * days, or with several titles below it, makes one for each.
 *
 * @param line the one with the date
 * @param to last day, {@code from} where it is one day; never before {@code from}
 * @param title never empty: the organisers' names where no title stands below the line
 * @param titleLine {@code line} where it holds the title too
 * @param url the event's page, http or https
 * @param region the heading above, null where there is none
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ListedEvent(
        int line,
        LocalDate from,
        LocalDate to,
        Place place,
        List<Organiser> organisers,
        String title,
        int titleLine,
        @Nullable String url,
        List<Mirror> mirrors,
        @Nullable String region) {

    /** JSON leaves empty lists out. */
    public ListedEvent(
            int line,
            LocalDate from,
            LocalDate to,
            Place place,
            @Nullable List<Organiser> organisers,
            String title,
            int titleLine,
            @Nullable String url,
            @Nullable List<Mirror> mirrors,
            @Nullable String region) {
        this.line = line;
        this.from = from;
        this.to = to;
        this.place = place;
        this.organisers = organisers == null ? List.of() : List.copyOf(organisers);
        this.title = title;
        this.titleLine = titleLine;
        this.url = url;
        this.mirrors = mirrors == null ? List.of() : List.copyOf(mirrors);
        this.region = region;
    }
}
