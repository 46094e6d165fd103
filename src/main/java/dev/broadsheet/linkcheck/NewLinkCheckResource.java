package dev.broadsheet.linkcheck;

import dev.broadsheet.accounts.ForEditors;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.RestPath;

/** Asking for a check of an issue's links. */
@Path("/api/newsletters/{newsletter}/issues/{issue}/link-checks")
@ForEditors
@Produces(MediaType.APPLICATION_JSON)
class NewLinkCheckResource {

    private final LinkChecks checks;

    NewLinkCheckResource(LinkChecks checks) {
        this.checks = checks;
    }

    /** Needs no body, whatever type a client then names. */
    @POST
    @Consumes(MediaType.WILDCARD)
    public Response post(@RestPath String newsletter, @RestPath String issue) {
        LinkCheckResource.LinkCheckView view = new LinkCheckResource.LinkCheckView(checks.start(newsletter, issue));
        return Response.accepted(view)
                .header(HttpHeaders.LOCATION, "/api/link-checks/" + view.id())
                .build();
    }
}
