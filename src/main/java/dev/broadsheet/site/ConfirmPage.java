package dev.broadsheet.site;

import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.LinkTokens;
import dev.broadsheet.platform.Problem;
import dev.broadsheet.subscribers.Subscription;
import dev.broadsheet.subscribers.Subscriptions;
import io.quarkus.qute.TemplateInstance;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import org.jboss.resteasy.reactive.RestPath;

/**
 * Behind the link of a confirmation mail. Mail scanners open every link, so that only pressing a button does anything.
 */
@Path("/confirm/{token}")
@Produces(MediaType.TEXT_HTML + ";charset=UTF-8")
class ConfirmPage {

    record ask(Newsletter newsletter, String maskedEmail, String token) implements TemplateInstance {}

    record already(Newsletter newsletter, String token) implements TemplateInstance {}

    record tooLate(Newsletter newsletter, SignUpForm form) implements TemplateInstance {}

    record disowned(Newsletter newsletter) implements TemplateInstance {}

    /** A link that was opened. */
    private record Opened(LinkTokens.Verified link, Subscriptions.Found subscription) {}

    private final Subscriptions subscriptions;
    private final ClientAddress clients;
    private final LinkTokens tokens;

    ConfirmPage(Subscriptions subscriptions, ClientAddress clients, LinkTokens tokens) {
        this.subscriptions = subscriptions;
        this.clients = clients;
        this.tokens = tokens;
    }

    @GET
    public Response show(@RestPath String token) {
        Opened opened = open(token);
        Newsletter newsletter = opened.subscription.newsletter();
        if (opened.subscription.state() == Subscription.State.ACTIVE) {
            return Pages.ok(new already(newsletter, token), newsletter.language);
        }
        if (opened.link.expired() || !subscriptions.awaits(opened.subscription.id(), opened.link.issuedAt())) {
            return tooLate(newsletter);
        }
        return Pages.ok(new ask(newsletter, opened.subscription.maskedEmail(), token), newsletter.language);
    }

    @POST
    public Response press(@RestPath String token, @Context HttpServerRequest request, InputStream body) {
        Opened opened = open(token);
        Newsletter newsletter = opened.subscription.newsletter();
        if (opened.link.expired()) {
            return opened.subscription.state() == Subscription.State.ACTIVE ? welcome(newsletter) : tooLate(newsletter);
        }
        if (PostedBody.read(body).has("not-me", "yes")) {
            subscriptions.disown(opened.subscription.id(), clients.of(request));
            return Pages.ok(new disowned(newsletter), newsletter.language);
        }
        boolean active = subscriptions.confirm(opened.subscription.id(), opened.link.issuedAt(), clients.of(request));
        return active ? welcome(newsletter) : tooLate(newsletter);
    }

    private static Response welcome(Newsletter newsletter) {
        return Pages.seeOther("/n/" + newsletter.slug + "/subscribe/welcome");
    }

    private Response tooLate(Newsletter newsletter) {
        return Pages.gone(new tooLate(newsletter, SignUpForm.of(newsletter, tokens)), newsletter.language);
    }

    /** @throws Problem 404 where the link is not ours; 410 where what it was about is gone */
    private Opened open(String token) {
        LinkTokens.Verified link =
                tokens.open(LinkTokens.Purpose.CONFIRM, token, "").orElseThrow(LinkTokens::invalid);
        return subscriptions
                .find(link.subject())
                .map(found -> new Opened(link, found))
                .orElseThrow(() -> new Problem(410, "link-expired", "This link has expired."));
    }
}
