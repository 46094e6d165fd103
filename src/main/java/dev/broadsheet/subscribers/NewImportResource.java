package dev.broadsheet.subscribers;

import dev.broadsheet.accounts.ForEditors;
import dev.broadsheet.newsletters.Newsletters;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** Where an editor hands in a file of subscribers. It is worked off while it is read, at any size. */
@Path("/api/newsletters/{newsletter}/imports")
@ForEditors
@Produces(MediaType.APPLICATION_JSON)
class NewImportResource {

    private final Newsletters newsletters;
    private final Imports imports;

    NewImportResource(Newsletters newsletters, Imports imports) {
        this.newsletters = newsletters;
        this.imports = imports;
    }

    /** @param dryRun counts and refuses, but changes nothing */
    @POST
    @Consumes("text/csv")
    public Response post(
            @RestPath String newsletter, @RestQuery @DefaultValue("false") boolean dryRun, InputStream csv) {
        Import done = imports.run(newsletters.get(newsletter).id, dryRun, csv);
        return Response.accepted(new ImportResource.ImportView(done))
                .header("Location", "/api/imports/" + done.id)
                .build();
    }
}
