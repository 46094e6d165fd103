package dev.broadsheet.issues;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.broadsheet.accounts.Caller;
import dev.broadsheet.accounts.ForEditors;
import dev.broadsheet.platform.Paging;
import dev.broadsheet.preflight.Finding;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

/** Issues over JSON and Markdown, and what readers will get of them. */
@Path("/api/newsletters/{newsletter}/issues")
@ForEditors
@Produces(MediaType.APPLICATION_JSON)
class IssueResource {

    /** Previews hold an editor's text: a browser that opens one runs nothing of it. */
    private static final String NOTHING_ACTIVE =
            "sandbox; default-src 'none'; img-src http: https:; style-src 'unsafe-inline'";

    /** @param findings of preflight, worst first */
    record IssueView(
            String slug,
            @Nullable Integer number,
            String title,
            String subject,
            LocalDate date,
            IssueState state,
            int revision,
            @Nullable Integer publishedRevision,
            List<FindingView> findings) {

        IssueView(IssueDetails issue) {
            this(
                    issue.slug(),
                    issue.number(),
                    issue.title(),
                    issue.subject(),
                    issue.date(),
                    issue.state(),
                    issue.revision(),
                    issue.publishedRevision(),
                    issue.findings().stream().map(FindingView::new).toList());
        }
    }

    /** @param accepted whether an editor accepted it or its lines are left out: it stands in nobody's way then */
    record FindingView(
            String id,
            String rule,
            Finding.Severity severity,
            Finding.@Nullable Blocks blocks,
            int line,
            int column,
            String message,
            String excerpt,
            @Nullable String repair,
            boolean accepted,
            ReviewedFinding.@Nullable Decision decision) {

        FindingView(ReviewedFinding reviewed) {
            this(
                    reviewed.finding().id(),
                    reviewed.finding().rule(),
                    reviewed.finding().severity(),
                    reviewed.finding().blocks(),
                    reviewed.finding().line(),
                    reviewed.finding().column(),
                    reviewed.finding().message(),
                    reviewed.finding().excerpt(),
                    reviewed.finding().repair(),
                    reviewed.isSettled(),
                    reviewed.decision());
        }
    }

    /** One line of the list: findings are told of one issue at a time. */
    record EntryView(
            String slug,
            @Nullable Integer number,
            String title,
            String subject,
            LocalDate date,
            IssueState state,
            int revision,
            @Nullable Integer publishedRevision) {

        EntryView(IssueDetails.Entry issue) {
            this(
                    issue.slug(),
                    issue.number(),
                    issue.title(),
                    issue.subject(),
                    issue.date(),
                    issue.state(),
                    issue.revision(),
                    issue.publishedRevision());
        }
    }

    record RevisionView(
            int revision,
            String title,
            String subject,
            LocalDate date,
            @Nullable String sourceCommit,
            @Nullable String broughtBy,
            Instant createdAt,
            @Nullable String diff) {

        RevisionView(RevisionDetails r) {
            this(
                    r.revision(),
                    r.title(),
                    r.subject(),
                    r.date(),
                    r.sourceCommit(),
                    r.broughtBy(),
                    r.createdAt(),
                    r.diff());
        }
    }

    record Publish(@Nullable Integer revision) {}

    record Decide(@Nullable String reason) {}

    private final Editing editing;
    private final Issues issues;
    private final Caller caller;
    private final ObjectMapper json;

    IssueResource(Editing editing, Issues issues, Caller caller, ObjectMapper json) {
        this.editing = editing;
        this.issues = issues;
        this.caller = caller;
        this.json = json;
    }

    @PUT
    @Path("{issue}")
    @Consumes("text/markdown")
    public RestResponse<IssueView> put(
            @RestPath String newsletter,
            @RestPath String issue,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @HeaderParam("X-Source-Commit") @Nullable String commit,
            @RestQuery boolean dryRun,
            InputStream body)
            throws IOException {
        byte[] source = body.readNBytes(Source.MAX_BYTES + 1);
        Origin origin = new Origin(caller.name(), commit);
        Editing.Saved saved = editing.put(newsletter, issue, source, IfMatch.of(ifMatch), origin, dryRun);
        ResponseBuilder<IssueView> answer = ResponseBuilder.create(
                saved.created() ? RestResponse.Status.CREATED : RestResponse.Status.OK, new IssueView(saved.issue()));
        return dryRun ? answer.build() : tagged(answer, saved.issue());
    }

    @GET
    public Paging.Page<EntryView> list(
            @RestPath String newsletter, @RestQuery @Nullable String after, @RestQuery @Nullable Integer limit) {
        int most = Paging.limit(limit);
        return Paging.page(
                issues.list(newsletter, DateCursor.parse(after), most + 1),
                most,
                issue -> new DateCursor(issue.date(), issue.id()).toString(),
                EntryView::new);
    }

    @GET
    @Path("{issue}")
    public RestResponse<IssueView> get(@RestPath String newsletter, @RestPath String issue) {
        IssueDetails details = issues.get(newsletter, issue);
        return tagged(ResponseBuilder.ok(new IssueView(details)), details);
    }

    @GET
    @Path("{issue}/revisions")
    public Paging.Page<RevisionView> revisions(
            @RestPath String newsletter,
            @RestPath String issue,
            @RestQuery @Nullable String after,
            @RestQuery @Nullable Integer limit) {
        int most = Paging.limit(limit);
        return Paging.page(
                issues.revisions(newsletter, issue, Paging.after(after), most + 1),
                most,
                revision -> String.valueOf(revision.revision()),
                RevisionView::new);
    }

    @GET
    @Path("{issue}/content.html")
    @Produces("text/html;charset=UTF-8")
    public RestResponse<String> contentHtml(
            @RestPath String newsletter, @RestPath String issue, @RestQuery @Nullable Integer revision) {
        return page(issues.content(newsletter, issue, revision));
    }

    @GET
    @Path("{issue}/email.html")
    @Produces("text/html;charset=UTF-8")
    public RestResponse<String> emailHtml(
            @RestPath String newsletter, @RestPath String issue, @RestQuery @Nullable Integer revision) {
        return page(issues.preview(newsletter, issue, revision).mailHtml());
    }

    @GET
    @Path("{issue}/email.txt")
    @Produces("text/plain;charset=UTF-8")
    public String emailText(
            @RestPath String newsletter, @RestPath String issue, @RestQuery @Nullable Integer revision) {
        return issues.preview(newsletter, issue, revision).mailText();
    }

    /** The body may be absent or empty, whatever type a client then names. */
    @POST
    @Path("{issue}/publish")
    @Consumes(MediaType.WILDCARD)
    public RestResponse<IssueView> publish(@RestPath String newsletter, @RestPath String issue, @Nullable String body)
            throws JsonProcessingException {
        Publish publish = body == null || body.isBlank() ? null : json.readValue(body, Publish.class);
        IssueDetails details = issues.publish(newsletter, issue, publish == null ? null : publish.revision());
        return tagged(ResponseBuilder.ok(new IssueView(details)), details);
    }

    /** The finding stands. */
    @POST
    @Path("{issue}/findings/{finding}/accept")
    @Consumes(MediaType.WILDCARD)
    public RestResponse<IssueView> accept(
            @RestPath String newsletter, @RestPath String issue, @RestPath String finding, @Nullable String body)
            throws JsonProcessingException {
        return decide(newsletter, issue, finding, FindingDecision.Outcome.ACCEPTED, body);
    }

    /** Its lines are left out of what readers get. */
    @POST
    @Path("{issue}/findings/{finding}/leave-out")
    @Consumes(MediaType.WILDCARD)
    public RestResponse<IssueView> leaveOut(
            @RestPath String newsletter, @RestPath String issue, @RestPath String finding, @Nullable String body)
            throws JsonProcessingException {
        return decide(newsletter, issue, finding, FindingDecision.Outcome.LEFT_OUT, body);
    }

    @POST
    @Path("{issue}/withdraw")
    @Consumes(MediaType.WILDCARD)
    public RestResponse<IssueView> withdraw(@RestPath String newsletter, @RestPath String issue) {
        IssueDetails details = issues.withdraw(newsletter, issue);
        return tagged(ResponseBuilder.ok(new IssueView(details)), details);
    }

    private RestResponse<IssueView> decide(
            String newsletter, String issue, String finding, FindingDecision.Outcome outcome, @Nullable String body)
            throws JsonProcessingException {
        Decide decide = body == null || body.isBlank() ? null : json.readValue(body, Decide.class);
        IssueDetails details = editing.decide(
                newsletter, issue, finding, outcome, decide == null ? null : decide.reason(), caller.name());
        return tagged(ResponseBuilder.ok(new IssueView(details)), details);
    }

    private static RestResponse<IssueView> tagged(ResponseBuilder<IssueView> answer, IssueDetails issue) {
        return answer.header(HttpHeaders.ETAG, IfMatch.tag(issue.revision())).build();
    }

    private static RestResponse<String> page(String html) {
        return ResponseBuilder.ok(html)
                .header("Content-Security-Policy", NOTHING_ACTIVE)
                .build();
    }
}
