package dev.broadsheet.delivery;

import dev.broadsheet.accounts.ForEditors;
import dev.broadsheet.accounts.Needs;
import dev.broadsheet.accounts.Scope;
import dev.broadsheet.platform.Problem;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** An issue as the mail that readers will get. */
@Path("/api/newsletters/{newsletter}/issues/{issue}")
@ForEditors
class TestSendResource {

    record TestSend(@Nullable List<String> to, @Nullable Integer revision) {}

    record Queued(int queued) {}

    private final TestSends testSends;

    TestSendResource(TestSends testSends) {
        this.testSends = testSends;
    }

    @GET
    @Path("email.eml")
    @Produces("message/rfc822")
    public byte[] eml(@RestPath String newsletter, @RestPath String issue, @RestQuery @Nullable Integer revision) {
        return testSends.eml(newsletter, issue, revision);
    }

    @POST
    @Path("test-sends")
    @Needs(Scope.SEND)
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @ResponseStatus(202)
    public Queued send(@RestPath String newsletter, @RestPath String issue, @Nullable TestSend body) {
        if (body == null || body.to == null) {
            throw Problem.invalid("to is missing: the addresses that get the test.");
        }
        return new Queued(testSends.send(newsletter, issue, body.to, body.revision));
    }
}
