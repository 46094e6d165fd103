package dev.broadsheet.feedback;

import dev.broadsheet.accounts.Caller;
import dev.broadsheet.accounts.ForEditors;
import dev.broadsheet.mail.MaskedText;
import dev.broadsheet.platform.Problem;
import dev.broadsheet.suppression.SuppressionList;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Lifts suppressions over JSON, here and at the provider. */
@Path("/api/suppressions")
@ForEditors
@Produces(MediaType.APPLICATION_JSON)
class LiftResource {

    private final SuppressionList list;
    private final ProviderLifts lifts;
    private final Caller caller;

    LiftResource(SuppressionList list, ProviderLifts lifts, Caller caller) {
        this.list = list;
        this.lifts = lifts;
        this.caller = caller;
    }

    /**
     * 200 with what the provider said, 204 where it keeps no lists.
     *
     * @param reason why, for the audit trail, which keeps no addresses
     */
    @DELETE
    @Path("{id}")
    public Response lift(@RestPath long id, @RestQuery @Nullable String reason) {
        SuppressionList.Row row = list.find(id)
                .filter(found -> found.isOpenTo(caller))
                .orElseThrow(() -> Problem.notFound("suppression"));
        Map<String, String> why = reason == null || reason.isBlank() ? Map.of() : Map.of("why", MaskedText.of(reason));
        return lifts.lift(row, why).map(answer -> Response.ok(answer).build()).orElseGet(() -> Response.noContent()
                .build());
    }
}
