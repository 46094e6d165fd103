package dev.broadsheet.site;

import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.newsletters.Newsletters;
import dev.broadsheet.platform.BaseUrl;
import dev.broadsheet.platform.LinkTokens;
import dev.broadsheet.platform.Paging;
import dev.broadsheet.platform.Problem;
import dev.broadsheet.subscribers.SignUps;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** A newsletter's own pages: what it is, the sign-up form, and what follows on it. */
@Path("/")
@Produces(MediaType.TEXT_HTML + ";charset=UTF-8")
class NewsletterPage {

    record list(List<Newsletter> newsletters) implements TemplateInstance {}

    record newsletter(
            Newsletter newsletter, SignUpForm form, List<IssueLinks.IssueLink> latest, PageHead meta, String snippet)
            implements TemplateInstance {}

    /** @param zeroBits of the work that the browser is to do; 0 for none */
    record button(Newsletter newsletter, SignUpForm form, SignUpGate.Doubt why, int zeroBits)
            implements TemplateInstance {}

    record checkInbox(Newsletter newsletter) implements TemplateInstance {}

    record welcome(Newsletter newsletter) implements TemplateInstance {}

    private final Newsletters newsletters;
    private final SignUpGate gate;
    private final IssueLinks links;
    private final ClientAddress clients;
    private final LinkTokens tokens;
    private final BaseUrl baseUrl;
    private final SiteConfig config;

    /** By slug. */
    private final Map<String, Long> ids = new ConcurrentHashMap<>();

    NewsletterPage(
            Newsletters newsletters,
            SignUpGate gate,
            IssueLinks links,
            ClientAddress clients,
            LinkTokens tokens,
            BaseUrl baseUrl,
            SiteConfig config) {
        this.newsletters = newsletters;
        this.gate = gate;
        this.links = links;
        this.clients = clients;
        this.tokens = tokens;
        this.baseUrl = baseUrl;
        this.config = config;
    }

    @GET
    public Response home() {
        List<Newsletter> all = newsletters.list(null, Paging.MOST);
        List<String> languages = all.stream().map(n -> n.language).distinct().toList();
        String language = languages.size() == 1 ? languages.get(0) : null;
        return Pages.ok(all.size() == 1 ? page(all.get(0)) : new list(all), language);
    }

    @GET
    @Path("n/{newsletter}")
    public Response show(@RestPath String newsletter) {
        Newsletter of = newsletters.get(newsletter);
        return Pages.ok(page(of), of.language);
    }

    /** The answer is the same for every address; only what cannot be an address is told so. */
    @POST
    @Path("n/{newsletter}/subscribe")
    @Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.MULTIPART_FORM_DATA})
    public Response subscribe(
            @RestPath String newsletter,
            @RestForm @Nullable String email,
            @RestForm @Nullable String name,
            @RestForm List<String> section,
            @RestForm @Nullable String ts,
            @RestForm @Nullable String homepage,
            @RestForm @Nullable String button,
            @RestForm @Nullable String work,
            @Context HttpServerRequest request) {
        // newsletters never go away, and a look into the database would cost as much as the post itself
        long id = ids.computeIfAbsent(newsletter, slug -> newsletters.get(slug).id);
        SignUps.Asking asking;
        try {
            asking = new SignUps.Asking(id, gate.address(email), name, section, Via.FORM, clients.of(request));
        } catch (Problem refused) {
            gate.refused(refused);
            Newsletter to = newsletters.get(newsletter);
            SignUpForm again = form(to).typed(email, name, section).refused(why(refused, Pages.texts(to.language)));
            return Pages.answer(refused.status(), page(to, again), to.language);
        }
        return gate.take(asking, new SignUpGate.Marks(ts, homepage, button, work))
                .map(doubted -> oneButton(newsletters.get(newsletter), asking, doubted))
                .orElseGet(() -> Pages.seeOther("/n/" + newsletter + "/subscribe/check-inbox"));
    }

    private static String why(Problem refused, PageTexts texts) {
        return switch (refused.type()) {
            case "address-invalid" -> texts.formNotAnAddress();
            case "domain-denied" -> texts.formDomainDenied();
            case "address-letters" -> texts.formAddressLetters();
            default -> refused.detail();
        };
    }

    private Response oneButton(Newsletter to, SignUps.Asking asking, SignUpGate.Doubted doubted) {
        SignUpForm form = form(to).typed(asking.address().typed(), asking.name(), asking.sections())
                .button(doubted.button());
        int zeroBits = config.proofOfWork() ? ProofOfWork.ZERO_BITS : 0;
        Response page = Pages.ok(new button(to, form, doubted.why(), zeroBits), to.language);
        if (zeroBits > 0) {
            page.getHeaders().putSingle("Content-Security-Policy", PageHeaders.POLICY + "; script-src 'self'");
        }
        return page;
    }

    @GET
    @Path("n/{newsletter}/subscribe/check-inbox")
    public Response checkInbox(@RestPath String newsletter) {
        Newsletter of = newsletters.get(newsletter);
        return Pages.ok(new checkInbox(of), of.language);
    }

    @GET
    @Path("n/{newsletter}/subscribe/welcome")
    public Response welcome(@RestPath String newsletter) {
        Newsletter of = newsletters.get(newsletter);
        return Pages.ok(new welcome(of), of.language);
    }

    private newsletter page(Newsletter newsletter) {
        return page(newsletter, form(newsletter));
    }

    private newsletter page(Newsletter newsletter, SignUpForm form) {
        return new newsletter(
                newsletter,
                form,
                links.latest(newsletter),
                PageHead.of(
                        newsletter, newsletter.title, baseUrl.link("/n/" + newsletter.slug), newsletter.description),
                Pages.render(
                        new SignUpForm.embed(baseUrl.link("/n/" + newsletter.slug + "/subscribe"), newsletter.title),
                        newsletter.language));
    }

    private SignUpForm form(Newsletter newsletter) {
        return SignUpForm.of(newsletter, tokens);
    }
}
