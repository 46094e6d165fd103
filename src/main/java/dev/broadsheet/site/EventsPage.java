package dev.broadsheet.site;

import dev.broadsheet.events.EventCalendar;
import dev.broadsheet.events.IssueEvents;
import dev.broadsheet.issues.Issues;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.Problem;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;

/** The events of a newsletter's latest issues for calendar programs. */
@Path("/n/{newsletter}/events.ics")
class EventsPage {

    /** More than a year of a weekly: what calendars still show, and no file of many megabytes. */
    private static final int MOST = 60;

    private final Issues issues;
    private final IssueLinks links;

    EventsPage(Issues issues, IssueLinks links) {
        this.issues = issues;
        this.links = links;
    }

    /** @throws Problem 404 also where no issue lists an event: a calendar holds at least one (RFC 5545, 3.6) */
    @GET
    public Response show(@RestPath String newsletter, @Context HttpHeaders request) {
        Newsletter of = links.open(newsletter);
        List<IssueEvents> latest = issues.events(of.id, MOST);
        if (latest.stream().allMatch(issue -> issue.events().isEmpty())) {
            throw Problem.notFound("event");
        }
        return Validators.answer(
                request,
                MediaType.valueOf(EventCalendar.CONTENT_TYPE),
                EventCalendar.of(of.title, latest),
                links.lastChange(of));
    }
}
