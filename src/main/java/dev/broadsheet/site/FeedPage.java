package dev.broadsheet.site;

import dev.broadsheet.issues.Issues;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.BaseUrl;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.RestPath;

/** A newsletter's latest issues for feed readers. They ask for all sorts of types, so it answers to any. */
@Path("/n/{newsletter}/feed.atom")
class FeedPage {

    private static final int MOST = 20;
    private static final MediaType ATOM = new MediaType("application", "atom+xml", "UTF-8");

    private final Issues issues;
    private final IssueLinks links;
    private final BaseUrl baseUrl;

    FeedPage(Issues issues, IssueLinks links, BaseUrl baseUrl) {
        this.issues = issues;
        this.links = links;
        this.baseUrl = baseUrl;
    }

    @GET
    public Response show(@RestPath String newsletter, @Context HttpHeaders request) {
        Newsletter of = links.open(newsletter);
        String page = baseUrl.link("/n/" + of.slug);
        AtomFeed feed = new AtomFeed(
                of, page + "/feed.atom", of.siteUrl == null ? page : of.siteUrl, slug -> links.url(of, slug));
        return Validators.answer(request, ATOM, feed.write(issues.latest(of.id, MOST)), links.lastChange(of));
    }
}
