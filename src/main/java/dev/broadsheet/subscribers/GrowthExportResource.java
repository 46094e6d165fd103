package dev.broadsheet.subscribers;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.broadsheet.accounts.ForEditors;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.newsletters.Newsletters;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The same as {@link GrowthResource} for a spreadsheet: a line for each day, a column for each reason. */
@Path("/api/newsletters/{newsletter}/growth.csv")
@ForEditors
class GrowthExportResource {

    private final Newsletters newsletters;
    private final Growth growth;

    GrowthExportResource(Newsletters newsletters, Growth growth) {
        this.newsletters = newsletters;
        this.growth = growth;
    }

    @GET
    @Produces("text/csv;charset=UTF-8")
    public Response get(@RestPath String newsletter, @RestQuery @Nullable String from, @RestQuery @Nullable String to) {
        Newsletter found = newsletters.get(newsletter);
        GrowthPeriod period = GrowthPeriod.of(from, to, growth.today(found));
        List<Growth.Day> days = growth.days(found.id, period.from(), period.to());
        StreamingOutput lines = out -> {
            CsvWriter csv = CsvWriter.builder().build(out, StandardCharsets.UTF_8);
            csv.writeRecord(header());
            for (Growth.Day day : days) {
                csv.writeRecord(line(day));
            }
            csv.flush();
        };
        return Response.ok(lines)
                .header("Content-Disposition", "attachment; filename=\"" + found.slug + "-growth.csv\"")
                .header("Cache-Control", "no-store")
                .build();
    }

    private static List<String> header() {
        List<String> names = new ArrayList<>(List.of("date", "gained", "lost"));
        for (Growth.Gain gain : Growth.Gain.values()) {
            names.add("gained_" + gain.name().toLowerCase(Locale.ROOT));
        }
        for (Growth.Loss loss : Growth.Loss.values()) {
            names.add("lost_" + loss.name().toLowerCase(Locale.ROOT));
        }
        return names;
    }

    private static List<String> line(Growth.Day day) {
        List<String> cells = new ArrayList<>();
        cells.add(day.date().toString());
        cells.add(String.valueOf(day.gained()));
        cells.add(String.valueOf(day.lost()));
        day.gainedBy().values().forEach(number -> cells.add(String.valueOf(number)));
        day.lostBy().values().forEach(number -> cells.add(String.valueOf(number)));
        return cells.stream().map(SpreadsheetCell::guarded).toList();
    }
}
