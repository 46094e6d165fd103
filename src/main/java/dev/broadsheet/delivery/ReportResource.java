package dev.broadsheet.delivery;

import dev.broadsheet.accounts.Caller;
import dev.broadsheet.accounts.ForEditors;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestPath;

/** What became of a campaign: by time, by receiving domain, and by the receivers' own words. */
@Path("/api/campaigns/{id}/report")
@ForEditors
@Produces(MediaType.APPLICATION_JSON)
class ReportResource {

    private final Campaigns campaigns;
    private final CampaignReports reports;
    private final Caller caller;

    ReportResource(Campaigns campaigns, CampaignReports reports, Caller caller) {
        this.campaigns = campaigns;
        this.reports = reports;
        this.caller = caller;
    }

    @GET
    public CampaignReport get(@RestPath long id) {
        caller.requireNewsletter(campaigns.newsletter(id), "campaign");
        return reports.get(id);
    }
}
