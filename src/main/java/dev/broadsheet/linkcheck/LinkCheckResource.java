package dev.broadsheet.linkcheck;

import dev.broadsheet.accounts.Caller;
import dev.broadsheet.accounts.ForEditors;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** How far checks of links are. */
@Path("/api/link-checks")
@ForEditors
@Produces(MediaType.APPLICATION_JSON)
class LinkCheckResource {

    /**
     * @param checked fewer than total where the time was not enough for all
     * @param failure why it is FAILED
     */
    record LinkCheckView(
            long id,
            String newsletter,
            String issue,
            int revision,
            LinkCheck.State state,
            int total,
            int checked,
            int dead,
            @Nullable String failure,
            Instant startedAt,
            @Nullable Instant finishedAt) {

        LinkCheckView(LinkChecks.Overview o) {
            this(
                    o.check().id,
                    o.newsletter(),
                    o.issue(),
                    o.revision(),
                    o.check().state,
                    o.check().total,
                    o.check().checked,
                    o.check().dead,
                    o.check().failure,
                    o.check().startedAt,
                    o.check().finishedAt);
        }
    }

    private final LinkChecks checks;
    private final Caller caller;

    LinkCheckResource(LinkChecks checks, Caller caller) {
        this.checks = checks;
        this.caller = caller;
    }

    @GET
    @Path("{id}")
    public LinkCheckView get(@RestPath long id) {
        LinkChecks.Overview found = checks.get(id);
        caller.requireNewsletter(found.newsletter(), "link check");
        return new LinkCheckView(found);
    }
}
