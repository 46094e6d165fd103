package dev.broadsheet.subscribers;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.broadsheet.accounts.Caller;
import dev.broadsheet.accounts.ForEditors;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.Problem;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.StreamingOutput;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** What became of imports. */
@Path("/api/imports")
@ForEditors
@Produces(MediaType.APPLICATION_JSON)
class ImportResource {

    private static final int PAGE = 1000;

    /** @param failure why it is FAILED */
    record ImportView(
            long id,
            Import.State state,
            boolean dryRun,
            long read,
            long added,
            long changed,
            long unchanged,
            long refused,
            @Nullable String failure,
            Instant startedAt,
            @Nullable Instant finishedAt) {

        ImportView(Import i) {
            this(
                    i.id,
                    i.state,
                    i.dryRun,
                    i.linesRead,
                    i.added,
                    i.changed,
                    i.unchanged,
                    i.refused,
                    i.failure,
                    i.startedAt,
                    i.finishedAt);
        }
    }

    private final ImportBatches batches;
    private final Caller caller;

    ImportResource(ImportBatches batches, Caller caller) {
        this.batches = batches;
        this.caller = caller;
    }

    @GET
    @Path("{id}")
    public ImportView get(@RestPath long id) {
        return new ImportView(own(id));
    }

    /** Every refused line, with its number in the file and the reason. */
    @GET
    @Path("{id}/refused.csv")
    @Produces("text/csv;charset=UTF-8")
    public StreamingOutput refused(@RestPath long id) {
        own(id);
        return out -> {
            CsvWriter csv = CsvWriter.builder().build(out, StandardCharsets.UTF_8);
            csv.writeRecord("line", "reason", "content");
            List<ImportFile.Refused> lines = batches.refused(id, 0, PAGE);
            while (!lines.isEmpty()) {
                for (ImportFile.Refused line : lines) {
                    csv.writeRecord(String.valueOf(line.number()), line.reason(), harmless(line.content()));
                }
                lines = batches.refused(id, lines.get(lines.size() - 1).number(), PAGE);
            }
            csv.flush();
        };
    }

    /** @throws Problem 404 where there is none, or it is another newsletter's */
    private Import own(long id) {
        Import found = batches.get(id);
        caller.requireNewsletter(Newsletter.<Newsletter>findById(found.newsletterId).slug, "import");
        return found;
    }

    /** A cell that a spreadsheet does not take for a formula. */
    private static String harmless(String content) {
        return !content.isEmpty() && "=+-@\t\r".indexOf(content.charAt(0)) >= 0 ? "'" + content : content;
    }
}
