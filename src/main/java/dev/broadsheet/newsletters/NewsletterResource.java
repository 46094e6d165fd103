package dev.broadsheet.newsletters;

import dev.broadsheet.accounts.Caller;
import dev.broadsheet.accounts.ForEditors;
import dev.broadsheet.accounts.Needs;
import dev.broadsheet.accounts.Scope;
import dev.broadsheet.platform.Paging;
import dev.broadsheet.platform.Problem;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Newsletters over JSON. */
@Path("/api/newsletters")
@ForEditors
@Produces(MediaType.APPLICATION_JSON)
class NewsletterResource {

    /** @param nextTimes the next three times of the schedule */
    record NewsletterView(
            String slug,
            String title,
            String fromName,
            String fromEmail,
            @Nullable String replyTo,
            @Nullable String postalAddress,
            @Nullable String description,
            String language,
            String timeZone,
            @Nullable String schedule,
            List<Instant> nextTimes,
            @Nullable String siteUrl,
            @Nullable String issueUrl,
            Newsletter.Archive archive,
            List<String> alertEmails,
            @Nullable Map<String, Object> theme,
            List<String> rulesOff,
            Instant createdAt) {}

    private final Newsletters newsletters;
    private final Caller caller;

    NewsletterResource(Newsletters newsletters, Caller caller) {
        this.newsletters = newsletters;
        this.caller = caller;
    }

    @GET
    public Paging.Page<NewsletterView> list(@RestQuery @Nullable String after, @RestQuery @Nullable Integer limit) {
        int most = Paging.limit(limit);
        List<Newsletter> found = caller.newsletters()
                .map(own -> newsletters.list(own, after, most + 1))
                .orElseGet(() -> newsletters.list(after, most + 1));
        return Paging.page(found, most, n -> n.slug, this::view);
    }

    @GET
    @Path("{newsletter}")
    public NewsletterView get(@RestPath String newsletter) {
        return view(newsletters.get(newsletter));
    }

    @PUT
    @Path("{newsletter}")
    @Needs(Scope.ADMIN)
    @Consumes(MediaType.APPLICATION_JSON)
    public RestResponse<NewsletterView> put(@RestPath String newsletter, Newsletters.@Nullable Settings settings) {
        if (settings == null) {
            throw Problem.invalid("The body is missing.");
        }
        Newsletters.Saved saved = newsletters.save(newsletter, settings);
        return RestResponse.status(
                saved.created() ? RestResponse.Status.CREATED : RestResponse.Status.OK, view(saved.newsletter()));
    }

    private NewsletterView view(Newsletter n) {
        return new NewsletterView(
                n.slug,
                n.title,
                n.fromName,
                n.fromEmail,
                n.replyTo,
                n.postalAddress,
                n.description,
                n.language,
                n.timeZone,
                n.schedule,
                newsletters.nextTimes(n.schedule, n.timeZone),
                n.siteUrl,
                n.issueUrl,
                n.archive,
                n.alertEmails,
                n.theme,
                n.rulesOff,
                n.createdAt);
    }
}
