package dev.broadsheet.site;

import dev.broadsheet.issues.DateCursor;
import dev.broadsheet.issues.IssueState;
import dev.broadsheet.issues.PublishedIssue;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.newsletters.Newsletters;
import dev.broadsheet.platform.Paging;
import dev.broadsheet.platform.Problem;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** A newsletter's published issues on the web. */
@Path("/n/{newsletter}/issues")
@Produces(MediaType.TEXT_HTML + ";charset=UTF-8")
class ArchivePage {

    record list(Newsletter newsletter, Paging.Page<IssueLinks.IssueLink> issues) implements TemplateInstance {}

    /**
     * @param content safe HTML
     * @param canonical its one address, which may be on the newsletter's own site
     */
    record issue(Newsletter newsletter, PublishedIssue issue, String content, String date, String canonical)
            implements TemplateInstance {}

    record withdrawn(Newsletter newsletter) implements TemplateInstance {}

    private final Newsletters newsletters;
    private final IssueLinks links;

    ArchivePage(Newsletters newsletters, IssueLinks links) {
        this.newsletters = newsletters;
        this.links = links;
    }

    @GET
    public Response list(@RestPath String newsletter, @RestQuery @Nullable String after) {
        Newsletter of = open(newsletter);
        return Pages.ok(new list(of, links.published(of, DateCursor.parse(after), 50)));
    }

    @GET
    @Path("{issue}")
    public Response issue(@RestPath String newsletter, @RestPath String issue) {
        Newsletter of = open(newsletter);
        PublishedIssue found = links.find(of, issue);
        return found.state() == IssueState.WITHDRAWN
                ? Pages.gone(new withdrawn(of))
                : Pages.ok(new issue(
                        of,
                        found,
                        Headings.belowTitle(found.contentHtml()),
                        IssueLinks.written(found.date()),
                        links.url(of, found.slug())));
    }

    /** @throws Problem 404 also where the newsletter keeps its issues off the web */
    private Newsletter open(String slug) {
        Newsletter newsletter = newsletters.get(slug);
        if (newsletter.archive == Newsletter.Archive.OFF) {
            throw Problem.notFound("issue");
        }
        return newsletter;
    }
}
