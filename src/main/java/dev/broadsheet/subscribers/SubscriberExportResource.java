package dev.broadsheet.subscribers;

import dev.broadsheet.accounts.ForEditors;
import dev.broadsheet.newsletters.Newsletters;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Where an editor takes a newsletter's subscribers away, to keep them or to bring them along elsewhere. */
@Path("/api/newsletters/{newsletter}/subscribers.csv")
@ForEditors
class SubscriberExportResource {

    private final Newsletters newsletters;
    private final SubscriberExport export;

    SubscriberExportResource(Newsletters newsletters, SubscriberExport export) {
        this.newsletters = newsletters;
        this.export = export;
    }

    @GET
    @Produces("text/csv;charset=UTF-8")
    public Response get(@RestPath String newsletter, @RestQuery @Nullable String state) {
        long newsletterId = newsletters.get(newsletter).id;
        Subscription.State only = SubscriberResource.state(state);
        StreamingOutput rows = out -> export.write(newsletterId, only, out);
        return Response.ok(rows)
                .header("Content-Disposition", "attachment; filename=\"" + newsletter + "-subscribers.csv\"")
                .header("Cache-Control", "no-store")
                .build();
    }
}
