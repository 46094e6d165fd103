package dev.broadsheet.site;

import com.fasterxml.jackson.databind.JsonNode;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.EmailAddress;
import dev.broadsheet.platform.LinkTokens;
import dev.broadsheet.platform.LinkTokens.Purpose;
import dev.broadsheet.platform.Problem;
import dev.broadsheet.subscribers.AddressChange;
import dev.broadsheet.subscribers.Erasure;
import dev.broadsheet.subscribers.PersonalData;
import dev.broadsheet.subscribers.ReaderLinks;
import dev.broadsheet.subscribers.Subscriptions;
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
import java.util.function.Function;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/**
 * Behind the short-lived links that a reader has had mailed: their data as a file, another address, erasure. Like every
 * link of a mail they do nothing by being opened; the button of a page uses its link up.
 */
@Path("/my-data")
@Produces(MediaType.TEXT_HTML + ";charset=UTF-8")
class MyDataPage {

    record export(Newsletter newsletter, String maskedEmail, String token) implements TemplateInstance {}

    /** @param error what was wrong with what was typed, or empty */
    record address(Newsletter newsletter, String maskedEmail, String token, String typed, String error)
            implements TemplateInstance {}

    record addressAsked(Newsletter newsletter, String typed) implements TemplateInstance {}

    /** Without the old address: the new one may be a stranger's, mistyped. */
    record newAddress(Newsletter newsletter, String maskedEmail, String token) implements TemplateInstance {}

    record moved(Newsletter newsletter, String maskedEmail) implements TemplateInstance {}

    record taken(Newsletter newsletter, String maskedEmail) implements TemplateInstance {}

    record erase(Newsletter newsletter, String maskedEmail, String token) implements TemplateInstance {}

    record erased(Newsletter newsletter) implements TemplateInstance {}

    /** @param token of the preferences page, where a new link is to be had */
    record tooLate(Newsletter newsletter, String token) implements TemplateInstance {}

    /** A link that works, and what it is about. */
    private record Opened(ReaderLinks.Link link, Subscriptions.Found of) {}

    private final ReaderLinks links;
    private final Subscriptions subscriptions;
    private final PersonalData personalData;
    private final AddressChange addressChange;
    private final Erasure erasure;
    private final ClientAddress clients;
    private final LinkTokens tokens;

    MyDataPage(
            ReaderLinks links,
            Subscriptions subscriptions,
            PersonalData personalData,
            AddressChange addressChange,
            Erasure erasure,
            ClientAddress clients,
            LinkTokens tokens) {
        this.links = links;
        this.subscriptions = subscriptions;
        this.personalData = personalData;
        this.addressChange = addressChange;
        this.erasure = erasure;
        this.clients = clients;
        this.tokens = tokens;
    }

    @GET
    @Path("export/{token}")
    public Response showExport(@RestPath String token) {
        return behind(Purpose.EXPORT, token, o -> page(new export(o.of.newsletter(), o.of.maskedEmail(), token), o.of));
    }

    @POST
    @Path("export/{token}")
    public Response download(@RestPath String token) {
        return behind(Purpose.EXPORT, token, o -> {
            JsonNode data = personalData.export(o.link.id());
            return Response.ok(data, MediaType.APPLICATION_JSON_TYPE.withCharset("UTF-8"))
                    .header("Content-Disposition", "attachment; filename=\"my-data.json\"")
                    .build();
        });
    }

    @GET
    @Path("address/{token}")
    public Response showAddress(@RestPath String token) {
        return behind(
                Purpose.CHANGE_ADDRESS,
                token,
                o -> page(new address(o.of.newsletter(), o.of.maskedEmail(), token, "", ""), o.of));
    }

    @POST
    @Path("address/{token}")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response askNewAddress(@RestPath String token, @RestForm @Nullable String email) {
        return behind(Purpose.CHANGE_ADDRESS, token, o -> {
            EmailAddress typed = EmailAddress.parse(email).orElse(null);
            if (typed == null) {
                String error = Pages.texts(o.of.language()).formNotAnAddress();
                address again =
                        new address(o.of.newsletter(), o.of.maskedEmail(), token, email == null ? "" : email, error);
                return Pages.answer(400, again, o.of.language());
            }
            addressChange.ask(o.link.id(), typed);
            return page(new addressAsked(o.of.newsletter(), typed.typed()), o.of);
        });
    }

    @GET
    @Path("new-address/{token}")
    public Response showNewAddress(@RestPath String token) {
        return behind(
                Purpose.NEW_ADDRESS, token, o -> page(new newAddress(o.of.newsletter(), newEmail(o), token), o.of));
    }

    @POST
    @Path("new-address/{token}")
    public Response move(@RestPath String token, @Context HttpServerRequest request) {
        return behind(Purpose.NEW_ADDRESS, token, o -> {
            try {
                Subscriptions.Found moved = addressChange.change(o.link.id(), clients.of(request));
                return page(new moved(moved.newsletter(), moved.maskedEmail()), moved);
            } catch (Problem problem) {
                if (!problem.type().equals("address-taken")) {
                    throw problem;
                }
                taken page = new taken(o.of.newsletter(), newEmail(o));
                return Pages.answer(409, page, o.of.language());
            }
        });
    }

    @GET
    @Path("erase/{token}")
    public Response showErase(@RestPath String token) {
        return behind(Purpose.ERASE, token, o -> page(new erase(o.of.newsletter(), o.of.maskedEmail(), token), o.of));
    }

    @POST
    @Path("erase/{token}")
    public Response eraseMe(@RestPath String token) {
        return behind(Purpose.ERASE, token, o -> {
            erasure.erasePerson(o.link.id());
            return page(new erased(o.of.newsletter()), o.of);
        });
    }

    /** @throws Problem 404 where the link is not ours; 410 where what it was about is gone */
    private Response behind(Purpose purpose, String token, Function<Opened, Response> page) {
        LinkTokens.Verified verified = tokens.open(purpose, token, "").orElseThrow(LinkTokens::invalid);
        ReaderLinks.Link link = links.find(purpose, verified.subject()).orElseThrow(ReaderLinks::gone);
        Subscriptions.Found of = subscriptions.find(link.subscriptionId()).orElseThrow(ReaderLinks::gone);
        if (verified.expired() || link.used()) {
            String preferences = tokens.sign(Purpose.UNSUBSCRIBE, of.id());
            return Pages.gone(new tooLate(of.newsletter(), preferences), of.language());
        }
        return page.apply(new Opened(link, of));
    }

    private static String newEmail(Opened o) {
        return o.link.newEmail() == null ? "" : o.link.newEmail();
    }

    private static Response page(TemplateInstance page, Subscriptions.Found of) {
        return Pages.ok(page, of.language());
    }
}
