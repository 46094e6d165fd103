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
import java.util.stream.IntStream;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** What became of imports. */
@Path("/api/imports")
@ForEditors
@Produces(MediaType.APPLICATION_JSON)
class ImportResource {

    private static final int PAGE = 1000;
    private static final int SHOWN = 20;

    /** @param as what the column is taken for; null where it is passed over */
    record ColumnView(String column, @Nullable String as) {}

    record RefusedView(long line, String reason, String content) {}

    /**
     * @param suppressed how many of the added and changed must not be mailed from now on
     * @param warnings known at the end
     * @param firstRefused the first of those in refused.csv
     * @param failure why it is FAILED
     */
    record ImportView(
            long id,
            Import.State state,
            boolean dryRun,
            long read,
            long added,
            long changed,
            long unchanged,
            long refused,
            long suppressed,
            ImportFormat format,
            String encoding,
            String delimiter,
            List<ColumnView> columns,
            List<String> warnings,
            List<RefusedView> firstRefused,
            @Nullable String failure,
            Instant startedAt,
            @Nullable Instant finishedAt) {

        ImportView(Import i, List<ImportFile.Refused> refused) {
            this(
                    i.id,
                    i.state,
                    i.dryRun,
                    i.linesRead,
                    i.added,
                    i.changed,
                    i.unchanged,
                    i.refused,
                    i.suppressed,
                    i.format,
                    i.encoding,
                    i.delimiter,
                    columns(i),
                    i.warnings,
                    refused.stream()
                            .map(line -> new RefusedView(line.number(), line.reason(), line.content()))
                            .toList(),
                    i.failure,
                    i.startedAt,
                    i.finishedAt);
        }

        private static List<ColumnView> columns(Import i) {
            return IntStream.range(0, i.columnNames.size())
                    .mapToObj(n -> {
                        String meaning = i.columnMeanings.get(n);
                        return new ColumnView(i.columnNames.get(n), meaning.isEmpty() ? null : meaning);
                    })
                    .toList();
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
        return view(batches, own(id));
    }

    static ImportView view(ImportBatches batches, Import done) {
        return new ImportView(done, done.refused == 0 ? List.of() : batches.refused(done.id, 0, SHOWN));
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
                    csv.writeRecord(
                            String.valueOf(line.number()), line.reason(), SpreadsheetCell.guarded(line.content()));
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
}
