package dev.broadsheet.mail;

import dev.broadsheet.platform.Problem;
import io.quarkus.qute.TemplateInstance;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The local outbox for a person (pages) and for a program (JSON, {@code .eml}). */
@Path("/outbox")
class OutboxPage {

    private static final int PER_PAGE = 50;

    /** What a mail view shows: as a mail program would, as text, or as it would leave. */
    enum View {
        HTML,
        TEXT,
        SOURCE
    }

    record list(
            List<Outbox.Entry> entries,
            @Nullable String to,
            @Nullable Long older) implements TemplateInstance {}

    record message(
            Outbox.Entry entry,
            String from,
            View view,
            @Nullable String body) implements TemplateInstance {}

    private final Outbox outbox;
    private final OutboxAccess access;

    OutboxPage(Outbox outbox, OutboxAccess access) {
        this.outbox = outbox;
        this.access = access;
    }

    @GET
    @Produces(MediaType.TEXT_HTML)
    public Response page(
            @Context HttpServerRequest request, @RestQuery @Nullable String to, @RestQuery @Nullable Long before) {
        access.check(request);
        String only = to == null || to.isBlank() ? null : to.strip();
        List<Outbox.Entry> found = outbox.list(only, before == null ? Long.MAX_VALUE : before, PER_PAGE + 1);
        boolean more = found.size() > PER_PAGE;
        List<Outbox.Entry> shown = more ? found.subList(0, PER_PAGE) : found;
        Long older = more ? (Long) shown.get(PER_PAGE - 1).id() : null;
        return html(new list(shown, only, older).render(), "frame-src 'none'");
    }

    @GET
    @Path("{id: \\d+}")
    @Produces(MediaType.TEXT_HTML)
    public Response message(@Context HttpServerRequest request, @RestPath long id, @RestQuery @Nullable String view) {
        access.check(request);
        Outbox.Stored stored = stored(id);
        View as = "text".equals(view) ? View.TEXT : "source".equals(view) ? View.SOURCE : View.HTML;
        String body =
                switch (as) {
                    case HTML -> null;
                    case TEXT -> stored.recipient().fill(stored.message().text());
                    case SOURCE -> new String(eml(stored), StandardCharsets.UTF_8);
                };
        Mailbox from = stored.message().from();
        String sender = from.name() == null ? from.email() : from.name() + " <" + from.email() + ">";
        return html(new message(stored.entry(), sender, as, body).render(), "frame-src 'self'");
    }

    /** Every message, the newest first; {@code limit} and {@code after} page through them. */
    @GET
    @Path("messages")
    @Produces(MediaType.APPLICATION_JSON)
    public List<Outbox.Entry> messages(
            @Context HttpServerRequest request,
            @RestQuery @Nullable String to,
            @RestQuery @Nullable Long after,
            @RestQuery @Nullable Integer limit) {
        access.check(request);
        if (limit != null && limit < 1) {
            throw Problem.invalid("limit is at least 1.");
        }
        return outbox.list(to, after == null ? Long.MAX_VALUE : after, limit == null ? Integer.MAX_VALUE : limit);
    }

    /** The mail's own HTML, cut off from everything: no script, no origin, images from the web alone. */
    @GET
    @Path("messages/{id: \\d+}.html")
    @Produces(MediaType.TEXT_HTML)
    public Response content(@Context HttpServerRequest request, @RestPath long id) {
        access.check(request);
        Outbox.Stored stored = stored(id);
        String document = stored.recipient()
                .fill(stored.message().html())
                .replaceFirst("<head>", "<head><base target=\"_blank\">");
        return Response.ok(document, MediaType.TEXT_HTML_TYPE.withCharset("UTF-8"))
                .header(
                        "Content-Security-Policy",
                        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';"
                                + " style-src 'unsafe-inline'; img-src https: data:; frame-ancestors 'self'")
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .build();
    }

    /** The text part alone. */
    @GET
    @Path("messages/{id: \\d+}.txt")
    @Produces(MediaType.TEXT_PLAIN + ";charset=UTF-8")
    public String text(@Context HttpServerRequest request, @RestPath long id) {
        access.check(request);
        Outbox.Stored stored = stored(id);
        return stored.recipient().fill(stored.message().text());
    }

    /** The message as it would have left. */
    @GET
    @Path("messages/{id: \\d+}.eml")
    @Produces("message/rfc822")
    public byte[] source(@Context HttpServerRequest request, @RestPath long id) {
        access.check(request);
        return eml(stored(id));
    }

    private Outbox.Stored stored(long id) {
        return outbox.find(id).orElseThrow(() -> Problem.notFound("message"));
    }

    private static byte[] eml(Outbox.Stored stored) {
        return EncodedMessage.of(stored.message())
                .forRecipient(stored.recipient(), stored.entry().receivedAt());
    }

    private static Response html(String page, String frames) {
        return Response.ok(page, MediaType.TEXT_HTML_TYPE.withCharset("UTF-8"))
                .header(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
                                + " frame-ancestors 'none'; " + frames)
                .header("X-Content-Type-Options", "nosniff")
                .header("Cache-Control", "no-store")
                .build();
    }
}
