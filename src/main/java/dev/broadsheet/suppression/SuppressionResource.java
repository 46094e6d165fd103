package dev.broadsheet.suppression;

import dev.broadsheet.accounts.Caller;
import dev.broadsheet.accounts.ForEditors;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.newsletters.Newsletters;
import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.platform.Paging;
import dev.broadsheet.platform.Problem;
import dev.broadsheet.suppression.Suppressions.Reason;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.function.Function;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * Suppressions over JSON: of one newsletter, or for all of them. A token that is for some newsletters sees and makes
 * theirs alone. They are lifted where the provider's lists are known, in {@code feedback}.
 */
@Path("/api/suppressions")
@ForEditors
@Produces(MediaType.APPLICATION_JSON)
class SuppressionResource {

    /** @param newsletter its slug; absent for all. @param reason REQUESTED where it is absent */
    record NewSuppression(
            @Nullable String email,
            @Nullable String newsletter,
            @Nullable String reason) {}

    private final Newsletters newsletters;
    private final SuppressionList list;
    private final Caller caller;

    SuppressionResource(Newsletters newsletters, SuppressionList list, Caller caller) {
        this.newsletters = newsletters;
        this.list = list;
        this.caller = caller;
    }

    @GET
    public Paging.Page<SuppressionList.Row> list(
            @RestQuery @Nullable String email,
            @RestQuery @Nullable String newsletter,
            @RestQuery @Nullable String after,
            @RestQuery @Nullable Integer limit) {
        int most = Paging.limit(limit);
        return Paging.page(
                list.list(
                        email == null || email.isEmpty() ? null : address(email),
                        newsletter(newsletter),
                        caller.newsletters().orElse(null),
                        Paging.after(after),
                        most + 1),
                most,
                row -> String.valueOf(row.id()),
                Function.identity());
    }

    /** Safe to repeat. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response add(@Nullable NewSuppression body) {
        if (body == null || body.email == null) {
            throw Problem.invalid("email is missing.");
        }
        EmailAddress address = address(body.email);
        Newsletter newsletter = newsletter(body.newsletter);
        if (newsletter == null) {
            caller.requireAllNewsletters();
        }
        SuppressionList.Row row = list.add(address, newsletter, reason(body.reason));
        return Response.status(Response.Status.CREATED)
                .header("Location", "/api/suppressions/" + row.id())
                .entity(row)
                .build();
    }

    @GET
    @Path("{id}")
    public SuppressionList.Row get(@RestPath long id) {
        return list.find(id).filter(row -> row.isOpenTo(caller)).orElseThrow(() -> Problem.notFound("suppression"));
    }

    private @Nullable Newsletter newsletter(@Nullable String slug) {
        if (slug == null || slug.isEmpty()) {
            return null;
        }
        caller.requireNewsletter(slug, "newsletter");
        return newsletters.get(slug);
    }

    private static EmailAddress address(String email) {
        return EmailAddress.parse(email).orElseThrow(() -> Problem.invalid("email is not an e-mail address."));
    }

    private static Reason reason(@Nullable String name) {
        try {
            Reason reason = name == null ? Reason.REQUESTED : Reason.valueOf(name);
            if (reason != Reason.ERASED) {
                return reason;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw Problem.invalid("reason is one of BOUNCED, COMPLAINED, REQUESTED, NOT_ME; erasing a person is"
                + " DELETE /api/newsletters/{newsletter}/subscribers/{id}.");
    }
}
