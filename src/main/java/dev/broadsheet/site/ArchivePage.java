package dev.broadsheet.site;

import com.ibm.icu.util.ULocale;
import dev.broadsheet.issues.DateCursor;
import dev.broadsheet.issues.IssueState;
import dev.broadsheet.issues.PublishedIssue;
import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.BaseUrl;
import dev.broadsheet.platform.Paging;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** A newsletter's published issues on the web. */
@Path("/n/{newsletter}/issues")
@Produces(MediaType.TEXT_HTML + ";charset=UTF-8")
class ArchivePage {

    private static final int ON_A_PAGE = 50;

    record list(Newsletter newsletter, Paging.Page<IssueLinks.IssueLink> issues, PageHead meta)
            implements TemplateInstance {}

    /**
     * @param content safe HTML
     * @param direction {@code ltr} or {@code rtl}
     */
    record issue(
            Newsletter newsletter,
            PublishedIssue issue,
            String content,
            String date,
            String direction,
            IssueLinks.@Nullable IssueLink older,
            IssueLinks.@Nullable IssueLink newer,
            PageHead meta)
            implements TemplateInstance {}

    record withdrawn(Newsletter newsletter) implements TemplateInstance {}

    private final IssueLinks links;
    private final BaseUrl baseUrl;

    ArchivePage(IssueLinks links, BaseUrl baseUrl) {
        this.links = links;
        this.baseUrl = baseUrl;
    }

    @GET
    public Response list(@RestPath String newsletter, @RestQuery @Nullable String after, @Context HttpHeaders request) {
        Newsletter of = links.open(newsletter);
        DateCursor from = DateCursor.parse(after);
        list page = new list(
                of,
                links.published(of, from, ON_A_PAGE),
                PageHead.of(
                        of,
                        Pages.texts(of.language).issuesHeading() + " – " + of.title,
                        baseUrl.link("/n/" + of.slug + "/issues" + (from == null ? "" : "?after=" + from)),
                        of.description));
        return Validators.answer(request, Pages.HTML, Pages.render(page, of.language), links.lastChange(of));
    }

    @GET
    @Path("{issue}")
    public Response issue(@RestPath String newsletter, @RestPath String issue, @Context HttpHeaders request) {
        Newsletter of = links.open(newsletter);
        PublishedIssue found = links.find(of, issue);
        return found.state() == IssueState.WITHDRAWN
                ? Pages.gone(new withdrawn(of), of.language)
                : Validators.answer(
                        request, Pages.HTML, Pages.render(page(of, found), of.language), links.lastChange(of));
    }

    private issue page(Newsletter newsletter, PublishedIssue found) {
        String content = IssueHtml.onPage(found.contentHtml());
        String description = found.preheader() == null ? IssueHtml.summary(content) : found.preheader();
        return new issue(
                newsletter,
                found,
                content,
                IssueLinks.written(newsletter, found.date()),
                ULocale.forLanguageTag(newsletter.language).isRightToLeft() ? "rtl" : "ltr",
                links.older(newsletter, found).orElse(null),
                links.newer(newsletter, found).orElse(null),
                PageHead.of(newsletter, found.title(), links.url(newsletter, found.slug()), description)
                        .article(found.date()));
    }
}
