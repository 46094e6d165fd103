package dev.broadsheet.subscribers;

import dev.broadsheet.accounts.ForEditors;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.newsletters.Newsletters;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.LocalDate;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** How a newsletter grows. */
@Path("/api/newsletters/{newsletter}/growth")
@ForEditors
@Produces(MediaType.APPLICATION_JSON)
class GrowthResource {

    /** @param active now, whatever the days asked for */
    record GrowthView(
            String newsletter, String timeZone, LocalDate from, LocalDate to, long active, List<Growth.Day> days) {}

    private final Newsletters newsletters;
    private final Growth growth;

    GrowthResource(Newsletters newsletters, Growth growth) {
        this.newsletters = newsletters;
        this.growth = growth;
    }

    /** @param from a date of the newsletter's time zone; {@code to} counts too */
    @GET
    public GrowthView get(
            @RestPath String newsletter, @RestQuery @Nullable String from, @RestQuery @Nullable String to) {
        Newsletter found = newsletters.get(newsletter);
        GrowthPeriod period = GrowthPeriod.of(from, to, growth.today(found));
        return new GrowthView(
                found.slug,
                found.timeZone,
                period.from(),
                period.to(),
                growth.active(found.id),
                growth.days(found.id, period.from(), period.to()));
    }
}
