package dev.broadsheet.site;

import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.LinkTokens;
import dev.broadsheet.platform.Problem;
import dev.broadsheet.subscribers.LeaveReasons;
import dev.broadsheet.subscribers.Subscription;
import dev.broadsheet.subscribers.Subscriptions;
import dev.broadsheet.subscribers.Via;
import io.quarkus.qute.TemplateInstance;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/**
 * Behind the unsubscribe link of every issue: a page with a button for persons, one-click (RFC 8058) for their mail
 * programs. The links of test mails and of persons who were erased act on nobody, and answer alike.
 */
@Path("/unsubscribe")
@Produces(MediaType.TEXT_HTML + ";charset=UTF-8")
class UnsubscribePage {

    /** What the page says of a subscription; nulls where the link acts on nobody. */
    record ask(
            String token,
            @Nullable Newsletter newsletter,
            @Nullable String maskedEmail,
            boolean alreadyLeft) implements TemplateInstance {}

    /**
     * @param undo the token of the undo button, null where there is nothing to undo
     * @param reason the token of the question why, null where there is nobody to ask
     */
    record left(
            @Nullable Newsletter newsletter,
            @Nullable String undo,
            @Nullable String reason) implements TemplateInstance {}

    record thanks(Newsletter newsletter) implements TemplateInstance {}

    record back(Newsletter newsletter) implements TemplateInstance {}

    record tooLate(Newsletter newsletter, SignUpForm form) implements TemplateInstance {}

    private final Subscriptions subscriptions;
    private final LeaveReasons reasons;
    private final ClientAddress clients;
    private final LinkTokens tokens;

    UnsubscribePage(Subscriptions subscriptions, LeaveReasons reasons, ClientAddress clients, LinkTokens tokens) {
        this.subscriptions = subscriptions;
        this.reasons = reasons;
        this.clients = clients;
        this.tokens = tokens;
    }

    @GET
    @Path("{token}")
    public Response show(@RestPath String token) {
        LinkTokens.Verified link = tokens.verify(LinkTokens.Purpose.UNSUBSCRIBE, token);
        return subscriptions
                .find(link.subject())
                .map(s -> Pages.ok(
                        new ask(token, s.newsletter(), s.maskedEmail(), s.state() == Subscription.State.UNSUBSCRIBED),
                        s.language()))
                .orElseGet(() -> Pages.ok(new ask(token, null, null, false), null));
    }

    @POST
    @Path("{token}")
    public Response press(@RestPath String token, @Context HttpServerRequest request, InputStream body) {
        LinkTokens.Verified link = tokens.verify(LinkTokens.Purpose.UNSUBSCRIBE, token);
        boolean oneClick = PostedBody.read(body).isOneClick();
        subscriptions.unsubscribe(link.subject(), oneClick ? Via.ONE_CLICK : Via.LINK, clients.of(request));
        if (oneClick) {
            return Response.ok("You are unsubscribed.\n", MediaType.TEXT_PLAIN_TYPE.withCharset("UTF-8"))
                    .build();
        }
        return subscriptions
                .find(link.subject())
                .map(s -> Pages.ok(left(s), s.language()))
                .orElseGet(() -> Pages.ok(new left(null, null, null), null));
    }

    @POST
    @Path("undo/{token}")
    public Response undo(@RestPath String token, @Context HttpServerRequest request) {
        LinkTokens.Verified link =
                tokens.open(LinkTokens.Purpose.UNDO_UNSUBSCRIBE, token, "").orElseThrow(LinkTokens::invalid);
        Optional<Subscriptions.Found> subscription = subscriptions.find(link.subject());
        Subscriptions.Found of =
                subscription.orElseThrow(() -> new Problem(410, "link-expired", "This can no longer be undone."));
        Newsletter newsletter = of.newsletter();
        boolean active =
                !link.expired() && subscriptions.undoUnsubscribe(link.subject(), link.issuedAt(), clients.of(request));
        return active
                ? Pages.ok(new back(newsletter), of.language())
                : Pages.gone(new tooLate(newsletter, SignUpForm.of(newsletter, tokens)), of.language());
    }

    /** Why they left, in a choice and in their own words; both may be absent. */
    @POST
    @Path("reason/{token}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response reason(
            @RestPath String token, @RestForm @Nullable String choice, @RestForm @Nullable String words) {
        LinkTokens.Verified link = tokens.verify(LinkTokens.Purpose.LEAVE_REASON, token);
        Subscriptions.Found of = subscriptions
                .find(link.subject())
                .orElseThrow(() -> new Problem(410, "link-expired", "This link has expired."));
        reasons.keep(of.id(), link.issuedAt(), choice(choice), words);
        return Pages.ok(new thanks(of.newsletter()), of.language());
    }

    private static LeaveReasons.Choice choice(@Nullable String choice) {
        return Arrays.stream(LeaveReasons.Choice.values())
                .filter(known -> known.name().equals(choice))
                .findFirst()
                .orElse(LeaveReasons.Choice.OTHER);
    }

    private left left(Subscriptions.Found s) {
        return new left(
                s.newsletter(),
                s.returnable() ? tokens.sign(LinkTokens.Purpose.UNDO_UNSUBSCRIBE, s.id()) : null,
                tokens.sign(LinkTokens.Purpose.LEAVE_REASON, s.id()));
    }
}
