package dev.broadsheet.delivery;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.broadsheet.accounts.Caller;
import dev.broadsheet.accounts.ForEditors;
import dev.broadsheet.subscribers.SpreadsheetCell;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/**
 * The same as {@link ReportResource} for a spreadsheet: all in one table, whose first column says which of the three a
 * line is of.
 */
@Path("/api/campaigns/{id}/report.csv")
@ForEditors
class ReportExportResource {

    private final Campaigns campaigns;
    private final CampaignReports reports;
    private final Caller caller;

    ReportExportResource(Campaigns campaigns, CampaignReports reports, Caller caller) {
        this.campaigns = campaigns;
        this.reports = reports;
        this.caller = caller;
    }

    @GET
    @Produces("text/csv;charset=UTF-8")
    public Response get(@RestPath long id) {
        caller.requireNewsletter(campaigns.newsletter(id), "campaign");
        CampaignReport report = reports.get(id);
        StreamingOutput lines = out -> {
            CsvWriter csv = CsvWriter.builder().build(out, StandardCharsets.UTF_8);
            for (List<String> line : lines(report)) {
                csv.writeRecord(line.stream().map(SpreadsheetCell::guarded).toList());
            }
            csv.flush();
        };
        return Response.ok(lines)
                .header("Content-Disposition", "attachment; filename=\"campaign-" + id + "-report.csv\"")
                .header("Cache-Control", "no-store")
                .build();
    }

    private static List<List<String>> lines(CampaignReport report) {
        List<List<String>> lines = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("section", "name", "state", "bounce", "number"));
        for (DeliveryState state : DeliveryState.values()) {
            header.add(state.name().toLowerCase(Locale.ROOT));
        }
        lines.add(header);
        lines.add(counted("campaign", report.asOf().toString(), report.counts()));
        for (CampaignReport.Bucket bucket : report.byTime().items()) {
            List<String> line = line("time", bucket.from().toString(), null, null, null);
            line.addAll(List.of("", "", "", String.valueOf(bucket.sent()), String.valueOf(bucket.delivered())));
            line.addAll(List.of(
                    String.valueOf(bucket.bounced()),
                    String.valueOf(bucket.complained()),
                    String.valueOf(bucket.failed()),
                    "",
                    ""));
            lines.add(line);
        }
        for (CampaignReport.Domain domain : report.byDomain().items()) {
            lines.add(counted("domain", domain.domain(), domain.counts()));
        }
        lines.add(counted("other-domains", "", report.byDomain().rest().counts()));
        for (CampaignReport.Reason reason : report.byReason().items()) {
            lines.add(reason("reason", reason.words(), reason.state(), reason.bounce(), reason.count()));
        }
        for (CampaignReport.OtherReasons rest : report.byReason().rest()) {
            lines.add(reason("other-reasons", null, rest.state(), rest.bounce(), rest.count()));
        }
        return lines;
    }

    private static List<String> counted(String section, String name, Counts counts) {
        List<String> line = line(section, name, null, null, counts.total());
        for (Long number : counts.inOrder()) {
            line.add(String.valueOf(number));
        }
        return line;
    }

    private static List<String> reason(
            String section, @Nullable String words, DeliveryState state, @Nullable String bounce, long count) {
        List<String> line = line(section, words, state, bounce, count);
        line.addAll(Collections.nCopies(DeliveryState.values().length, ""));
        return line;
    }

    private static List<String> line(
            String section,
            @Nullable String name,
            @Nullable DeliveryState state,
            @Nullable String bounce,
            @Nullable Long number) {
        List<String> line = new ArrayList<>();
        line.add(section);
        line.add(name == null ? "" : name);
        line.add(state == null ? "" : state.name());
        line.add(bounce == null ? "" : bounce);
        line.add(number == null ? "" : String.valueOf(number));
        return line;
    }
}
