package dev.broadsheet.subscribers;

import dev.broadsheet.accounts.ForEditors;
import dev.broadsheet.newsletters.Newsletters;
import dev.broadsheet.platform.Paging;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Where an editor hands in a file of subscribers. It is worked off while it is read, at any size. */
@Path("/api/newsletters/{newsletter}/imports")
@ForEditors
@Produces(MediaType.APPLICATION_JSON)
class NewImportResource {

    private final Newsletters newsletters;
    private final Imports imports;
    private final ImportBatches batches;

    NewImportResource(Newsletters newsletters, Imports imports, ImportBatches batches) {
        this.newsletters = newsletters;
        this.imports = imports;
        this.batches = batches;
    }

    /** The latest first: how far the one is whose body is still being sent. */
    @GET
    public Paging.Page<ImportResource.ImportView> list(
            @RestPath String newsletter, @RestQuery @Nullable String after, @RestQuery @Nullable Integer limit) {
        int most = Paging.limit(limit);
        long before = after == null || after.isEmpty() ? Long.MAX_VALUE : Paging.after(after);
        return Paging.page(
                batches.list(newsletters.get(newsletter).id, before, most + 1),
                most,
                i -> String.valueOf(i.id),
                i -> ImportResource.view(batches, i));
    }

    /** @param dryRun counts and refuses, but changes nothing */
    @POST
    @Consumes("text/csv")
    public Response post(
            @RestPath String newsletter, @RestQuery @DefaultValue("false") boolean dryRun, InputStream csv) {
        Import done = imports.run(newsletters.get(newsletter).id, dryRun, csv);
        return Response.accepted(ImportResource.view(batches, done))
                .header("Location", "/api/imports/" + done.id)
                .build();
    }
}
