package dev.broadsheet.delivery;

import dev.broadsheet.accounts.Caller;
import dev.broadsheet.accounts.ForEditors;
import dev.broadsheet.accounts.Needs;
import dev.broadsheet.accounts.Scope;
import dev.broadsheet.platform.Paging;
import dev.broadsheet.platform.Problem;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Campaigns over JSON. */
@Path("/api/campaigns")
@ForEditors
@Produces(MediaType.APPLICATION_JSON)
class CampaignResource {

    /** Why a campaign stands where it stands. */
    record Reason(String code, String text, Instant since) {}

    record CampaignView(
            long id,
            String newsletter,
            String issue,
            int revision,
            Campaign.State state,
            @Nullable Reason reason,
            @Nullable Long recipients,
            Counts counts,
            Canary.@Nullable View canary,
            @Nullable Double messagesPerSecond,
            Instant createdAt,
            Instant sendAt,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt) {

        CampaignView(Campaigns.Overview o) {
            this(
                    o.campaign().id,
                    o.newsletter(),
                    o.issue(),
                    o.revision(),
                    o.campaign().state,
                    reason(o.campaign()),
                    o.campaign().recipients,
                    o.counts(),
                    canary(o.campaign()),
                    o.campaign().messagesPerSecond,
                    o.campaign().createdAt,
                    o.campaign().sendAt,
                    o.campaign().startedAt,
                    o.campaign().finishedAt);
        }

        private static Canary.@Nullable View canary(Campaign c) {
            if (c.canaryThen == null || c.canaryState == null) {
                return null;
            }
            long[] named = c.canaryNamed;
            int size = c.canarySize != null ? c.canarySize : named == null ? 0 : named.length;
            String cleanFor = c.canaryCleanSeconds == null
                    ? null
                    : Duration.ofSeconds(c.canaryCleanSeconds).toString();
            return new Canary.View(size, c.canaryThen, cleanFor, c.canaryState);
        }

        private static @Nullable Reason reason(Campaign c) {
            return c.reasonCode == null || c.reasonText == null || c.reasonSince == null
                    ? null
                    : new Reason(c.reasonCode, c.reasonText, c.reasonSince);
        }
    }

    record Change(@Nullable String sendAt, @Nullable Double messagesPerSecond) {}

    record Settle(Campaigns.@Nullable Settlement as) {}

    private final Campaigns campaigns;
    private final Deliveries deliveries;
    private final CampaignProgress progress;
    private final Caller caller;

    CampaignResource(Campaigns campaigns, Deliveries deliveries, CampaignProgress progress, Caller caller) {
        this.campaigns = campaigns;
        this.deliveries = deliveries;
        this.progress = progress;
        this.caller = caller;
    }

    @GET
    public Paging.Page<CampaignView> list(
            @RestQuery @Nullable String newsletter,
            @RestQuery @Nullable String after,
            @RestQuery @Nullable Integer limit) {
        if (newsletter != null) {
            caller.requireNewsletter(newsletter, "newsletter");
        }
        int most = Paging.limit(limit);
        return Paging.page(
                campaigns.list(newsletters(newsletter), Paging.after(after), most + 1),
                most,
                o -> String.valueOf(o.campaign().id),
                CampaignView::new);
    }

    @GET
    @Path("{id}")
    public CampaignView get(@RestPath long id) {
        return new CampaignView(campaigns.get(own(id)));
    }

    /** The campaign as it goes, as server-sent events. */
    @GET
    @Path("{id}/progress")
    @Blocking
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @ResponseHeader(name = "X-Accel-Buffering", value = "no") // proxies pass each on as it comes
    @ResponseHeader(name = "Cache-Control", value = "no-store")
    public Multi<OutboundSseEvent> progress(@RestPath long id, @Context Sse sse) {
        return progress.of(own(id), sse);
    }

    @PATCH
    @Needs(Scope.SEND)
    @Path("{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    public CampaignView change(@RestPath long id, @Nullable Change change) {
        own(id);
        if (change == null) {
            throw Problem.invalid("The body is missing: sendAt, messagesPerSecond.");
        }
        return new CampaignView(campaigns.change(id, change.sendAt, change.messagesPerSecond));
    }

    @POST
    @Needs(Scope.SEND)
    @Path("{id}/pause")
    public CampaignView pause(@RestPath long id) {
        return new CampaignView(campaigns.pause(own(id)));
    }

    @POST
    @Needs(Scope.SEND)
    @Path("{id}/resume")
    public CampaignView resume(@RestPath long id) {
        return new CampaignView(campaigns.resume(own(id)));
    }

    @POST
    @Needs(Scope.SEND)
    @Path("{id}/cancel")
    public CampaignView cancel(@RestPath long id) {
        return new CampaignView(campaigns.cancel(own(id)));
    }

    @POST
    @Needs(Scope.SEND)
    @Path("{id}/retry")
    public CampaignView retry(@RestPath long id) {
        return new CampaignView(campaigns.retry(own(id)));
    }

    @POST
    @Needs(Scope.SEND)
    @Path("{id}/settle")
    @Consumes(MediaType.APPLICATION_JSON)
    public CampaignView settle(@RestPath long id, @Nullable Settle settle) {
        own(id);
        if (settle == null || settle.as == null) {
            throw Problem.invalid("as is SENT, RESEND or SKIP.");
        }
        return new CampaignView(campaigns.settle(id, settle.as));
    }

    @GET
    @Path("{id}/deliveries")
    public Paging.Page<Deliveries.View> deliveries(
            @RestPath long id,
            @RestQuery @Nullable String state,
            @RestQuery @Nullable String after,
            @RestQuery @Nullable Integer limit) {
        return deliveries.page(own(id), state(state), Paging.after(after), Paging.limit(limit));
    }

    /** The newsletters to list: the one that is asked for, else the caller's; null for all. */
    private @Nullable Set<String> newsletters(@Nullable String asked) {
        return asked == null ? caller.newsletters().orElse(null) : Set.of(asked);
    }

    /** @throws Problem 404 where it is another newsletter's */
    private long own(long id) {
        caller.requireNewsletter(campaigns.newsletter(id), "campaign");
        return id;
    }

    private static @Nullable DeliveryState state(@Nullable String name) {
        try {
            return name == null || name.isEmpty() ? null : DeliveryState.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("state is one of the states of a delivery, such as SENT.");
        }
    }
}
