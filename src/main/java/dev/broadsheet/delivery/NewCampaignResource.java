package dev.broadsheet.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.broadsheet.accounts.Caller;
import dev.broadsheet.accounts.ForEditors;
import dev.broadsheet.accounts.Needs;
import dev.broadsheet.accounts.Scope;
import dev.broadsheet.platform.Problem;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Asking for a campaign of an issue. */
@Path("/api/newsletters/{newsletter}/issues/{issue}/campaigns")
@ForEditors
@Needs(Scope.SEND)
@Produces(MediaType.APPLICATION_JSON)
class NewCampaignResource {

    /** @param acceptFindings ids of findings that the editor stands by */
    record NewCampaign(
            @Nullable Integer revision,
            @Nullable String sendAt,
            @Nullable Double messagesPerSecond,
            @Nullable Canary canary,
            @Nullable List<String> acceptFindings) {
        CampaignPlans.Plan plan() {
            return new CampaignPlans.Plan(revision, sendAt, messagesPerSecond, canary, acceptFindings);
        }
    }

    private final CampaignPlans plans;
    private final Caller caller;
    private final ObjectMapper json;

    NewCampaignResource(CampaignPlans plans, Caller caller, ObjectMapper json) {
        this.plans = plans;
        this.caller = caller;
        this.json = json;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response create(
            @RestPath String newsletter,
            @RestPath String issue,
            @RestQuery boolean dryRun,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            @Nullable NewCampaign body) {
        NewCampaign asked = body == null ? new NewCampaign(null, null, null, null, null) : body;
        if (dryRun) {
            return Response.ok(plans.preview(newsletter, issue, asked.plan())).build();
        }
        if (key == null || key.isBlank() || key.length() > 255) {
            throw new Problem(
                    400,
                    "idempotency-key-missing",
                    "Give this request an Idempotency-Key of your own, of at most 255 characters:"
                            + " asking again with the same one is safe.");
        }
        CampaignRequests.Answer answer = plans.plan(newsletter, issue, asked.plan(), key, caller.name(), this::write);
        return Response.accepted(answer.json())
                .header(HttpHeaders.LOCATION, "/api/campaigns/" + answer.campaignId())
                .build();
    }

    private String write(Campaigns.Overview overview) {
        try {
            return json.writeValueAsString(new CampaignResource.CampaignView(overview));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
