package dev.broadsheet.site;

import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.newsletters.Newsletters;
import dev.broadsheet.platform.BaseUrl;
import dev.broadsheet.platform.EmailAddress;
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
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** A newsletter's own pages: what it is, the sign-up form, and what follows on it. */
@Path("/")
@Produces(MediaType.TEXT_HTML + ";charset=UTF-8")
class NewsletterPage {

    record list(List<Newsletter> newsletters) implements TemplateInstance {}

    record newsletter(Newsletter newsletter, SignUpForm form, List<IssueLinks.IssueLink> latest, PageHead meta)
            implements TemplateInstance {}

    record button(Newsletter newsletter, SignUpForm form) implements TemplateInstance {}

    record checkInbox(Newsletter newsletter) implements TemplateInstance {}

    record welcome(Newsletter newsletter) implements TemplateInstance {}

    private final Newsletters newsletters;
    private final SignUps signUps;
    private final IssueLinks links;
    private final ClientAddress clients;
    private final LinkTokens tokens;
    private final BaseUrl baseUrl;
    private final SiteConfig config;
    private final Clock clock;

    NewsletterPage(
            Newsletters newsletters,
            SignUps signUps,
            IssueLinks links,
            ClientAddress clients,
            LinkTokens tokens,
            BaseUrl baseUrl,
            SiteConfig config,
            Clock clock) {
        this.newsletters = newsletters;
        this.signUps = signUps;
        this.links = links;
        this.clients = clients;
        this.tokens = tokens;
        this.baseUrl = baseUrl;
        this.config = config;
        this.clock = clock;
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
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response subscribe(
            @RestPath String newsletter,
            @RestForm @Nullable String email,
            @RestForm @Nullable String name,
            @RestForm @Nullable String ts,
            @RestForm @Nullable String button,
            @Context HttpServerRequest request) {
        Newsletter to = newsletters.get(newsletter);
        SignUps.Asking asking;
        try {
            EmailAddress address = EmailAddress.parse(email == null ? "" : email)
                    .orElseThrow(() -> Problem.invalid(Pages.texts(to.language).formNotAnAddress()));
            asking = new SignUps.Asking(to.id, address, name, Via.FORM, clients.of(request));
        } catch (Problem refused) {
            SignUpForm again = form(to).typed(email, name).refused(refused.detail());
            return Pages.answer(refused.status(), page(to, again), to.language);
        }
        if (!isPersonsForm(to, ts) && !isButton(asking, button)) {
            String token = tokens.sign(LinkTokens.Purpose.FORM_BUTTON, to.id, typed(asking));
            return Pages.ok(
                    new button(
                            to,
                            form(to).typed(asking.address().typed(), asking.name())
                                    .button(token)),
                    to.language);
        }
        signUps.ask(asking);
        return Pages.seeOther("/n/" + to.slug + "/subscribe/check-inbox");
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
                        newsletter, newsletter.title, baseUrl.link("/n/" + newsletter.slug), newsletter.description));
    }

    private SignUpForm form(Newsletter newsletter) {
        return SignUpForm.of(newsletter, tokens);
    }

    /** Shown by us, for this newsletter, and a moment ago. */
    private boolean isPersonsForm(Newsletter newsletter, @Nullable String ts) {
        Optional<LinkTokens.Verified> shown =
                ts == null ? Optional.empty() : tokens.open(LinkTokens.Purpose.FORM_SHOWN, ts, "");
        return shown.filter(v -> !v.expired()
                        && v.subject() == newsletter.id
                        && !v.issuedAt()
                                .plus(Duration.ofSeconds(config.minSeconds()))
                                .isAfter(clock.instant()))
                .isPresent();
    }

    /** Our own button, for just what was typed. */
    private boolean isButton(SignUps.Asking asking, @Nullable String button) {
        Optional<LinkTokens.Verified> pressed =
                button == null ? Optional.empty() : tokens.open(LinkTokens.Purpose.FORM_BUTTON, button, typed(asking));
        return pressed.filter(v -> !v.expired() && v.subject() == asking.newsletterId())
                .isPresent();
    }

    private static String typed(SignUps.Asking asking) {
        return asking.address().typed() + "\n" + (asking.name() == null ? "" : asking.name());
    }
}
